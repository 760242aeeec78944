import type { LastBackup } from '../backup/seen.ts';
import type { Host, RunResult, TreeEntry } from '../host/host.ts';
import type { Change } from '../plan/change.ts';
import type { Goal } from '../plan/goal.ts';
import { PATHS } from '../render/layout.ts';
import type { AdminReply, AdminRequest } from './admin-api.ts';
import { applyChange } from './index.ts';
import type { Operator } from './operator.ts';
import { SOME_KEY } from './signing-key.ts';
import type { Tools } from './tools.ts';

/** One thing that carrying out a change does. */
export type Operation =
  /** A script, run as root; `input` is what it finds on its standard input. */
  | { readonly kind: 'script'; readonly script: string; readonly input?: string }
  /** The same detached, so that a lost connection does not end it. */
  | { readonly kind: 'job'; readonly script: string }
  | { readonly kind: 'put'; readonly entries: readonly TreeEntry[] }
  /** Done from the operator's computer. */
  | { readonly kind: 'here'; readonly what: string };

export interface TranscriptSettings {
  /** How the machine is called. */
  readonly name: string;
  readonly goal: Goal;
  readonly scripts: Tools['scripts'];
  /** The lock of the images as it is on the machine. */
  readonly imageLock: string;
  /** The operator's side of a run that does nothing but tell what it would do. */
  readonly operatorThat: (tell: (what: string) => void) => Operator;
}

export interface Transcript {
  /** What carrying this out would do, after all that was transcribed before. */
  operations(change: Change): Promise<readonly Operation[]>;
}

const DATABASE_PASSWORD = "(the database's password)";

/** Stands for what a registry says. */
const DIGEST = 'sha256:(the digest that was pulled)'.replaceAll(' ', '-');

/**
 * The run's own code on a machine that only writes down what it is told: what is shown is what runs. Nothing secret
 * goes in, so nothing secret comes out.
 */
export const createTranscript = (settings: TranscriptSettings): Transcript => {
  let lock = settings.imageLock;
  return {
    async operations(change) {
      const told: Operation[] = [];
      const answer = (script: string, input = ''): RunResult => ({
        code: 0,
        stdout: change.kind === 'create-moderation-bot' ? repliesTo(input) : answerTo(script, change, lock),
        stderr: '',
      });
      const host: Host = {
        name: settings.name,
        async run(script, { input } = {}) {
          told.push({ kind: 'script', script, ...(input !== undefined && { input: textOf(input) }) });
          return answer(script, input === undefined ? '' : textOf(input));
        },
        async putTree(entries) {
          told.push({ kind: 'put', entries });
          const written = entries.find(({ path }) => path === PATHS.lock)?.content;
          if (written !== undefined) lock = textOf(written);
        },
        async startJob(_id, script) {
          told.push({ kind: 'job', script });
        },
        followJob: async () => answer(''),
        jobState: async () => ({ state: 'none' }),
        close: async () => {},
      };
      const tools: Tools = {
        host,
        goal: settings.goal,
        operator: settings.operatorThat((what) => told.push({ kind: 'here', what })),
        databasePassword: async () => DATABASE_PASSWORD,
        signingKey: SOME_KEY,
        scripts: settings.scripts,
        version: '(this version)',
        progress: () => {},
        signal: new AbortController().signal,
      };
      try {
        await applyChange(withoutSecrets(change), tools);
      } catch (error) {
        // It only looks and judges: without a database there is nothing to judge, and nothing would follow.
        if (change.kind !== 'check-database') throw error;
      }
      return told;
    },
  };
};

/** daemon.json is the machine's own and may hold a proxy's password: its texts are left out, ours are none. */
const withoutSecrets = (change: Change): Change =>
  change.kind === 'docker-daemon-config' ? { ...change, content: withoutTexts(change.content) } : change;

const withoutTexts = (json: string): string => {
  const masked = JSON.parse(json, (_key, value: unknown) =>
    typeof value === 'string' ? '(as it is)' : value,
  );
  return `${JSON.stringify(masked, null, 2)}\n`;
};

/** What the machine would say, where the next operation depends on it. */
/** What a backup says of itself when it is made and proved. */
const BACKUP: LastBackup = {
  file: '(the backup)',
  remote: '',
  made: '(now)',
  bytes: 0,
  sha256: '(its SHA-256)',
  seconds: 0,
  rows: 0,
  encrypted: false,
};

const answerTo = (script: string, change: Change, lock: string): string => {
  if (script.includes(`cat ${PATHS.lock}`)) return lock;
  if (change.kind === 'back-up') return `MB-BACKUP ${JSON.stringify(BACKUP)}\n`;
  if (change.kind !== 'pull-images' && change.kind !== 'pull-release') return '';
  return Object.entries(change.images)
    .map(([component, image]) => `LOCK ${component} ${image}@${DIGEST}\n`)
    .join('');
};

/** Synapse, where nothing of a bot is there yet. */
const repliesTo = (input: string): string => {
  if (input === '') return '';
  const requests = JSON.parse(input) as readonly AdminRequest[];
  const replies = requests.map(
    (request): AdminReply =>
      'method' in request && request.method === 'GET'
        ? { status: 404, body: {} }
        : { status: 200, body: { room_id: '(id-of-the-room)' } },
  );
  return `MB-REPLIES ${JSON.stringify(replies)}\n`;
};

export const textOf = (content: string | Uint8Array): string =>
  typeof content === 'string' ? content : new TextDecoder().decode(content);
