import { DATABASE_PORT } from '../../database/place.ts';
import { EXIT } from '../../errors.ts';
import { PATHS } from '../../render/layout.ts';
import type { Facts, HostFacts } from '../facts.ts';
import type { Goal } from '../goal.ts';
import { lostDatabase, unusableData } from './data.ts';
import { dockerInstallation } from './docker.ts';
import { kernel } from './kernel.ts';
import { clock, resources, root, system } from './machine.ts';
import { outbound } from './outbound.ts';
import { type Check, type Problem, problem, refusal } from './problem.ts';

/** The second machine: one of its own, not another server's, and with its database where it was. */
export const secondMachine: Check = (goal, facts) => {
  const { databaseBox: box, host } = facts;
  if (box === undefined) return [];
  const on = `On the database machine (${box.name}): `;
  const around = facts.first?.databaseBox;
  const there: Facts = {
    ...facts,
    host: box.host,
    ...(facts.first && around && { first: { ...facts.first, surroundings: around } }),
  };
  const problems = [
    root,
    system,
    ...(around === undefined ? [] : [kernel, outbound]),
    dockerInstallation,
    resources,
    clock,
    lostDatabase,
    unusableData,
  ].flatMap((check) => check(goal, there));
  return [
    ...sameMachine(box.host, host, box.name),
    ...foreignDatabase(goal, box.host, box.name),
    ...takenPort(box.host),
    ...problems,
  ].map((found) => ({ ...found, what: `${on}${found.what}` }));
};

const sameMachine = (box: HostFacts, host: HostFacts, name: string): Problem[] =>
  box.machine.machineId === host.machine.machineId &&
  [...box.addresses].sort().join() === [...host.addresses].sort().join()
    ? [
        refusal(
          {
            code: 'MB-DB-HOST-SAME',
            what: 'It is the machine that the homeserver is installed on.',
            why: `Both have the machine-id ${host.machine.machineId} and the same addresses.`,
            expected: 'another machine',
            fix: [
              'Leave --db-host out: the database is then on the same machine.',
              `Or name another machine than ${name}.`,
            ],
            who: 'you',
          },
          EXIT.usage,
        ),
      ]
    : [];

const foreignDatabase = ({ answers }: Goal, box: HostFacts, name: string): Problem[] => {
  const foreign = (why: string, fix: string): Problem[] => [
    refusal({
      code: 'MB-DATA-FOREIGN',
      what: `${PATHS.root} holds data of another deployment.`,
      why,
      expected: `no data, or the database of ${answers.domain}`,
      fix: [fix],
      who: 'you',
      safe: 'Nothing was changed; that data is untouched.',
    }),
  ];
  if (box.storedAnswers !== '')
    return foreign('It is a homeserver itself.', `Name another machine than ${name} with --db-host.`);
  const domain = box.databaseOf.trim();
  if (domain !== '' && domain !== answers.domain)
    return foreign(`It is the database of ${domain}.`, 'One machine holds the database of one server.');
  if (domain === '' && box.databaseOnDisk !== '')
    return foreign('There is a database, and nothing says whose.', `Move ${PATHS.root} away there.`);
  return [];
};

const takenPort = ({ containers, listeners }: HostFacts): Problem[] => {
  const ours = containers.some(({ service, state }) => service === 'postgres' && state === 'running');
  const holder = listeners.find(({ port, protocol }) => port === DATABASE_PORT && protocol === 'tcp');
  if (ours || !holder) return [];
  return [
    problem({
      code: 'MB-HOST-PORT',
      what: `Port ${DATABASE_PORT} is taken by ${holder.process || 'another process'}.`,
      why: 'The database listens there.',
      expected: 'nobody listens there',
      fix: [
        'If that Postgres is to be used, leave --db-host out and name it with --database URL.',
        `If it is not needed: systemctl disable --now ${holder.process === 'postgres' ? 'postgresql' : holder.process || 'NAME'}`,
      ],
      who: 'you',
    }),
  ];
};
