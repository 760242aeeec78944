/**
 * What happens to a server's data without anybody meaning it, and what has to come of it. One run each, on one server: it
 * is named, or put right; never is an empty database begun where there was data.
 */
export interface Danger {
  readonly what: string;
  /** On the machine. */
  readonly happens: string;
  /** What the run that follows says: a refusal's code, or the change that puts it right, or that there is nothing to do. */
  readonly named: RegExp;
  readonly refused: boolean;
  /** On the machine, after a refusal: as the message says it. */
  readonly mended?: string;
}

const ROOT = '/opt/matrix-bastion';
const HOME = `${ROOT}/postgres/data`;
const CLUSTER = `${HOME}/cluster`;
const STOP = `cd ${ROOT} && docker compose stop postgres synapse 2>&1`;

export const DANGERS: readonly Danger[] = [
  {
    what: 'docker compose down by hand',
    happens: `cd ${ROOT} && docker compose down 2>&1`,
    named: /start postgres, redis \(not there yet\)/,
    refused: false,
  },
  {
    what: 'the engine is upgraded by the system: its service and its containers end, and start again',
    happens: 'systemctl restart containerd docker',
    named: /Nothing to do|start |wait until/,
    refused: false,
  },
  {
    what: 'the disk of the database is not mounted: the folder is missing',
    happens: `${STOP}; mv ${CLUSTER} /root/cluster`,
    named: /MB-DATABASE-LOST/,
    refused: true,
    mended: `mv /root/cluster ${CLUSTER}`,
  },
  {
    what: 'an empty folder in its place, which Postgres could write to',
    happens: `${STOP}; mv ${CLUSTER} /root/cluster; install -d -m 0700 -o 999 -g 999 ${CLUSTER}; cd ${ROOT} && docker compose up -d postgres 2>&1; sleep 3; ls -A ${CLUSTER} | grep . && exit 9; docker rm -f matrix-bastion-postgres-1`,
    named: /MB-DATABASE-LOST/,
    refused: true,
    mended: `rmdir ${CLUSTER} && mv /root/cluster ${CLUSTER}`,
  },
  {
    what: 'stray files and a lost+found beside the database, and in it',
    happens: `mkdir -p ${HOME}/lost+found ${CLUSTER}/lost+found; echo mine >${HOME}/notes.txt`,
    named: /Nothing to do|start |wait until/,
    refused: false,
    mended: `rm -rf ${HOME}/lost+found ${CLUSTER}/lost+found ${HOME}/notes.txt`,
  },
  {
    what: 'a wrong owner after a copy by hand',
    happens: `${STOP}; cp -r ${CLUSTER} ${CLUSTER}.copy && mv ${CLUSTER} /root/cluster && mv ${CLUSTER}.copy ${CLUSTER} && chown -R root:root ${CLUSTER}`,
    named: /MB-DATA-OWNER Postgres cannot use its data/,
    refused: true,
    mended: `rm -rf ${CLUSTER} && mv /root/cluster ${CLUSTER}`,
  },
  {
    what: 'the same compose.yaml under another project name: a second Postgres on the folder',
    happens: `cd ${ROOT} && docker compose -p other create postgres 2>&1`,
    named: /MB-DATABASE-SHARED The container other-postgres-1/,
    refused: true,
    mended: 'docker rm -f other-postgres-1; docker network rm other_backend',
  },
  {
    what: 'the data of a major version that is not known',
    happens: `${STOP}; cp ${CLUSTER}/PG_VERSION /root/PG_VERSION; echo 9 >${CLUSTER}/PG_VERSION`,
    named: /MB-DATABASE-MAJOR/,
    refused: true,
    mended: `cat /root/PG_VERSION >${CLUSTER}/PG_VERSION`,
  },
];
