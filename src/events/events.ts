import { EXIT, type ExitCode, type FailureText } from '../errors.ts';
import { answer, choice, count, type Fields, lines, list, record, text, type ValuesOf } from './field.ts';

/** Version of the format. It is raised when something that was promised changes its meaning or goes; not for more. */
export const FORMAT = 1;

const FAILURE = {
  needed: { code: text('stable code, MB-…'), what: text('what failed, one line') },
  optional: {
    why: text('why, in the words of what failed'),
    expected: text('what was expected in the place of what was found'),
    fix: lines('the fix, line by line'),
    who: text('who can do it: you, your DNS provider, your hosting provider, …'),
    safe: text('what is untouched or still up'),
  },
} as const;

const STEP = text('which step: docker, homeserver, database, well-known, federation or admin');
const MILLISECONDS = count('milliseconds that it took');

/** How a run ended, by its exit code. */
const OUTCOMES = Object.keys(EXIT) as readonly (keyof typeof EXIT)[];

interface EventShape extends Fields {
  /** When it comes and what it is good for. */
  readonly about: string;
}

/**
 * Every event of `init --json`. From here come the types, templates/events.schema.json and the tables of docs/json.md.
 * Texts are for people and may change; codes, kinds, ids and names do not.
 */
export const EVENTS = {
  'run-started': {
    about: 'The first line.',
    needed: {
      command: text('init'),
      version: text('version of matrix-bastion'),
      installs: record('versions of what is installed', {
        needed: {
          synapse: text('version'),
          postgres: text('version'),
          redis: text('version'),
          caddy: text('version'),
        },
        optional: {},
      }),
    },
    optional: { target: text('the machine as it was typed') },
  },
  facts: {
    about: 'What was found on a machine, before anything is decided; once for each machine.',
    needed: {
      role: choice('what the machine is for', ['server', 'database']),
      machine: text('how it is reached'),
      os: text('operating system'),
      architecture: text('as uname names it'),
      vcpus: count('processors'),
      memoryMib: count('MiB of RAM'),
      addresses: lines('its own addresses'),
    },
    optional: {
      diskFreeMib: count('MiB free where the data lies or will lie'),
      docker: text('version of the Docker Engine; not there without one'),
      compose: text('version of Docker Compose; not there without it'),
    },
  },
  answers: {
    about: 'The answers that the run goes by, with defaults.',
    needed: {
      answers: list('in the order of the questions', {
        needed: {
          name: text('key of an answers file'),
          value: answer('text, whole number or list of texts'),
          from: choice('where it comes from; operator: an earlier run, kept on this computer', [
            'flag',
            'environment',
            'file',
            'prompt',
            'host',
            'operator',
            'default',
          ]),
        },
        optional: {},
      }),
    },
    optional: {},
  },
  preflight: {
    about: 'What stands in the way; with an empty list the run may begin. With a problem, failure follows.',
    needed: {
      problems: list('all that was found, at once', FAILURE),
      warnings: list('what is not as it ought to be, and stops nothing', FAILURE),
    },
    optional: {},
  },
  waiting: {
    about: 'With --wait: what is waited for before the run begins.',
    needed: { for: text('what is not there yet') },
    optional: {},
  },
  plan: {
    about: 'What the run would change. Every list of changes is empty when there is nothing to do.',
    needed: {
      steps: list('the six steps in their order', {
        needed: {
          step: STEP,
          title: text('for people'),
          changes: list('what is to be done', {
            needed: { kind: text('stable name of the kind of change'), text: text('for people') },
            optional: { machine: text('the second machine, when it is done there') },
          }),
        },
        optional: {},
      }),
    },
    optional: {},
  },
  'step-started': {
    about: 'A step begins.',
    needed: { step: STEP, title: text('for people'), number: count('from 1'), of: count('steps in all') },
    optional: {},
  },
  'step-skipped': {
    about: 'A step has nothing to do.',
    needed: { step: STEP, reason: text('for people') },
    optional: {},
  },
  'step-progress': {
    about: 'What is going on in the step right now; at most one in two seconds.',
    needed: { step: STEP, line: text('for people') },
    optional: {},
  },
  'step-finished': {
    about:
      'A step is done: its plan is empty now, or waits for somebody else (then failure follows at the end).',
    needed: { step: STEP, ms: MILLISECONDS },
    optional: {},
  },
  'step-failed': {
    about: 'A step failed; failure follows.',
    needed: { step: STEP, ms: MILLISECONDS },
    optional: {},
  },
  server: {
    about: 'Where the server is and who may log in; at the end of a run that made it or found it in order.',
    needed: {
      address: text('URL of the server'),
      domain: text('what follows the colon in user ids'),
      administrator: text('user id'),
      login: text('web client; it finds the server by the whole user id'),
      phone: text('link that opens Element X on a phone with server and name filled in'),
    },
    optional: { passwordFile: text('file on this computer that holds the password that was made; 0600') },
  },
  failure: {
    about: 'What went wrong, or what only somebody else can finish (exit code 3).',
    needed: FAILURE.needed,
    optional: {
      ...FAILURE.optional,
      log: lines('the last lines of the log that belongs to it'),
      resume: text('command line that goes on from here'),
      logFile: text('the whole log, on this computer'),
    },
  },
  'run-finished': {
    about: 'The last line.',
    needed: {
      exitCode: choice('exit code of the program', Object.values(EXIT) as readonly ExitCode[]),
      outcome: choice('the same in a word', OUTCOMES),
      ms: MILLISECONDS,
    },
    optional: { logFile: text('the whole log, on this computer') },
  },
} as const satisfies Readonly<Record<string, EventShape>>;

export type EventName = keyof typeof EVENTS;
export type EventValues<N extends EventName> = ValuesOf<(typeof EVENTS)[N]>;

/** Where events go. */
export interface EventSink {
  emit<N extends EventName>(event: N, values: EventValues<N>): void;
}

/** A failure as events tell it: what may be said of a problem, too. */
export const failureValues = ({ code, what, why, expected, fix, who, safe }: FailureText) => ({
  code,
  what,
  ...(why !== undefined && { why }),
  ...(expected !== undefined && { expected }),
  ...(fix && { fix }),
  ...(who !== undefined && { who }),
  ...(safe !== undefined && { safe }),
});

/** Without `--json` nobody listens. */
export const NOBODY: EventSink = { emit: () => {} };

export const outcomeOf = (code: ExitCode): keyof typeof EXIT =>
  OUTCOMES.find((word) => EXIT[word] === code) ?? 'failed';
