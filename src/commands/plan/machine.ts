import type { Answers } from '../../answers/answers.ts';
import { serverNames } from '../../answers/server-names.ts';
import { IPV6_BY_DEFAULT } from '../../plan/docker-support.ts';
import type { Facts } from '../../plan/facts.ts';
import type { Box } from '../../sizing/box.ts';

/** Documentation addresses (RFC 5737, RFC 3849): in no file, they only say that the machine has both. */
const ADDRESSES = ['192.0.2.1', '2001:db8::1'];

const DATABASE_ADDRESS = '192.0.2.2';

/** What is assumed where `init` would look. */
export const assumptionsOf = ({ domain, matrixHost, dbHost }: Answers): readonly string[] => [
  'The machine has IPv6 addresses and a Docker that passes them on.',
  ...(domain === matrixHost
    ? []
    : [`${domain} itself points at this machine, so it serves the well-known files.`]),
  'There are no settings of your own in synapse/conf.d.',
  ...(dbHost === undefined
    ? []
    : [
        `The database machine is of the same size, and the addresses are examples: ${ADDRESSES[0]} for the homeserver, ${DATABASE_ADDRESS} for the database.`,
      ]),
];

/** Machines that nobody has looked at: fresh, of this size, with IPv6 and with the domain's DNS in place. */
export const assumedFacts = (answers: Answers, box: Box): Facts => {
  const facts = assumedMachine(answers, box);
  if (answers.dbHost === undefined) return facts;
  const host = { ...facts.host, addresses: [DATABASE_ADDRESS] };
  return { ...facts, databaseBox: { host, name: answers.dbHost, reachedAs: DATABASE_ADDRESS } };
};

const assumedMachine = (answers: Answers, box: Box): Facts => ({
  host: {
    os: { id: '', version: '', codename: '', pretty: '' },
    machine: {
      arch: '',
      dpkgArch: '',
      vcpus: box.vcpus,
      memoryMib: Math.floor(box.memoryMib),
      clock: 0,
      bootId: '',
      hostname: '',
      machineId: '',
    },
    seenAt: 0,
    disks: [{ path: '/', mount: '/', freeMib: box.diskGib * 1024, sizeMib: box.diskGib * 1024 }],
    addresses: ADDRESSES,
    routerAdvertisements: [],
    listeners: [],
    packages: {
      installed: {},
      candidates: {},
      audit: '',
      cloudInit: '',
      lockHolder: '',
      dockerSources: [],
      ownSource: '',
      ownSourceFile: false,
      authorities: true,
    },
    docker: {
      binary: '',
      engine: IPV6_BY_DEFAULT,
      compose: '',
      error: '',
      rootless: false,
      daemonJson: '',
      daemonJsonMode: 0o644,
      daemonJsonStale: false,
      dockerd: true,
      foreignContainers: 0,
    },
    containers: [],
    files: {},
    handEdits: {},
    storedAnswers: '',
    domainHere: '',
    imageLock: '',
    loadedCaddyfile: '',
    validatedConfig: '',
    federationProved: '',
    adminMark: '',
    moderationMark: '',
    refusedBots: [],
    databaseBorn: '',
    databaseOnDisk: '',
    keptDatabases: [],
    foreignOwners: [],
    databaseSharers: [],
    plannedBox: '',
    downtime: '',
    restoreMark: '',
    backups: {},
    confd: {},
    upgradeRecord: '',
    nextImages: '',
    databaseOf: '',
    databaseAuthority: '',
    databaseCertificate: '',
    database: {
      answers: false,
      serverVersion: '',
      systemIdentifier: '',
      encoding: '',
      collate: '',
      ctype: '',
      passwordAgrees: false,
      admins: [],
      schema: undefined,
      compat: undefined,
      backgroundUpdates: 0,
    },
  },
  outside: {
    clock: 0,
    target: ADDRESSES,
    names: Object.fromEntries(
      serverNames(answers).map((name) => [name, { a: [ADDRESSES[0] ?? ''], aaaa: [] }]),
    ),
    certificates: {},
    wellKnownPublished: false,
  },
});
