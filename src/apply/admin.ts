import { EXIT, Failure } from '../errors.ts';
import { quote } from '../host/quote.ts';
import type { ChangeOf } from '../plan/change.ts';
import { PATHS, UID } from '../render/layout.ts';
import { commandFailure, runOrFail } from './script.ts';
import type { Outcome, Tools } from './tools.ts';

/** Asked by Synapse's own driver and settings: the database may be on another machine. */
const ACCOUNT_KIND = `import sys, yaml, psycopg2
with open("/config/homeserver.yaml") as file:
    args = yaml.safe_load(file)["database"]["args"]
db = psycopg2.connect(**{key: value for key, value in args.items() if not key.startswith("cp_")})
cursor = db.cursor()
cursor.execute(
    "select case when deactivated = 1 then 'deactivated' when admin = 1 then 'admin' else 'ordinary' end"
    " from users where name = %s", (sys.argv[1],))
print((cursor.fetchone() or ("",))[0])
`;

const MARK = `${PATHS.state}/admin.mark`;

/**
 * The image's own register_new_matrix_user with the password on its standard input: never in argv, never in a
 * file on the machine. `--exists-ok` because a run may end between the registration and its mark.
 */
export const createAdmin = async (
  { userId, localpart }: ChangeOf<'create-admin'>,
  tools: Tools,
): Promise<Outcome> => {
  await refuseOtherAccount(userId, tools);
  const password = await tools.operator.adminPassword(userId);
  await tools.host.putTree([
    { path: MARK, type: 'file', content: `pending ${userId}\n`, mode: 0o644, ...UID.root },
  ]);
  await runOrFail(
    tools,
    `cd ${PATHS.root} && docker compose exec -T synapse register_new_matrix_user -c /config/homeserver.yaml --exists-ok --admin ${quote(`--user=${localpart}`)} --password-file /dev/stdin http://localhost:8008 2>&1`,
    (result) =>
      new Failure({
        code: 'MB-ADMIN',
        what: `The administrator ${userId} could not be created.`,
        why: result.stdout.trim().split('\n').at(-1) ?? '',
        fix: ['Run this again, or choose another name with --admin.'],
        safe: 'The server runs; no account was changed.',
      }),
    password,
  );
  return 'done';
};

/** An account of that name which is no administrator is somebody's: it is not taken over. */
const refuseOtherAccount = async (userId: string, tools: Tools): Promise<void> => {
  const { stdout } = await tools.host.run(
    `cd ${PATHS.root} && timeout 60 docker compose exec -T synapse python - ${quote(userId)}`,
    { input: ACCOUNT_KIND, signal: tools.signal },
  );
  const kind = stdout.trim();
  if (kind === '' || kind === 'admin') return;
  const update = `update users set admin = 1 where name = '${userId}'`;
  throw new Failure(
    {
      code: 'MB-ADMIN-EXISTS',
      what: `${userId} exists already, and is ${kind === 'ordinary' ? 'an ordinary account' : 'deactivated'}.`,
      why: 'An account of somebody is not made an administrator behind their back.',
      fix: [
        'Choose another name with --admin.',
        ...(kind === 'ordinary'
          ? [
              `Or make it one on purpose, ${tools.goal.database.kind === 'here' ? `on the machine: cd ${PATHS.root} && docker compose exec postgres psql -U synapse -c "${update}"` : `in the database: ${update}; then on the machine: cd ${PATHS.root}`} && docker compose restart synapse`,
            ]
          : []),
      ],
      safe: 'The server runs; no account was changed.',
    },
    EXIT.refused,
  );
};

export const proveAdminLogin = async (
  { userId, localpart }: ChangeOf<'prove-admin-login'>,
  tools: Tools,
): Promise<Outcome> => {
  tools.progress(`logging in as ${userId}`);
  await tools.operator.proveLogin(localpart, await tools.operator.adminPassword(userId), tools.signal);
  await runOrFail(
    tools,
    `rm -f ${MARK}`,
    commandFailure('MB-HOST-WRITE', `${MARK} could not be removed.`, [], 'The server runs.'),
  );
  return 'done';
};
