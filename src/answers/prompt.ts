import { styleText } from 'node:util';
import { EXIT, Failure } from '../errors.ts';
import { wrapWords } from '../ui/width.ts';
import { type AskContext, BACK, type SummaryLine } from './complete.ts';
import type { Known, Question } from './question.ts';
import { createTyping, type Theming } from './typing.ts';

/** An unknown host key, for a person to compare. */
interface UnknownHostKey {
  /** As it will stand in known_hosts. */
  readonly host: string;
  /** For example `ssh-ed25519`. */
  readonly type: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

/**
 * Everything that asks a person. Ctrl-C in any of them ends in a `Failure` with exit code 130. Only to be used
 * where there is a terminal.
 */
export interface Prompts {
  /** Asks a question of the registry; checked while typing. Returns its text, or `BACK` where that is possible. */
  ask(question: Question, context: AskContext): Promise<string>;
  /** The summary as a menu, and the line that is to be changed; undefined to go on. */
  review(lines: readonly SummaryLine[]): Promise<Question | undefined>;
  /** A machine: the first of `names` as a menu, or typed. */
  machine(names: readonly string[], problems: MachineProblems): Promise<string>;
  confirm(message: string, fallback: boolean): Promise<boolean>;
  /** A text as it is typed, without a fallback: for what must not be agreed to by Enter. */
  typed(message: string): Promise<string>;
  /** A secret: nothing of it is shown, not even its length. Register the result with the redactor. */
  password(message: string): Promise<string>;
  hostKey(key: UnknownHostKey): Promise<boolean>;
}

export interface MachineProblems {
  /** Why a text will not do, at Enter. */
  readonly problem: (text: string) => string | undefined;
  /** Why no way of typing on would make it right. */
  readonly already: (text: string) => string | undefined;
}

export interface PromptOptions {
  /** The command that starts this run again; asked for when a prompt is left. */
  readonly resume: () => string;
  /** What this value would mean, shown under a menu and below a line while it is typed. */
  readonly effect?: (question: Question, value: unknown, known: Known) => string | undefined;
  /** Nothing is said before Enter: for screen readers, which would read it out at each key. */
  readonly plain?: boolean;
  readonly signal?: AbortSignal;
  readonly input?: NodeJS.ReadableStream;
  readonly output?: NodeJS.WritableStream;
  /** What may be said to be safe when a prompt is left. */
  readonly safe?: string;
}

/** The terminal's own colours, and none that a light background swallows: no cyan, no yellow. */
const THEME: Theming = {
  prefix: { idle: '?', done: styleText('green', '✔') },
  style: {
    answer: (text: string) => text,
    highlight: (text: string) => styleText('bold', text),
    description: (text: string) => styleText('dim', text),
    error: (text: string) => styleText('red', `> ${text}`),
  },
};

/** The library's prompts, and one of our own. */
type Library = Awaited<ReturnType<typeof loadLibrary>>;

/** Loaded at the first question: a run without questions does not pay for it. */
const loadLibrary = async () => {
  const [prompts, core] = await Promise.all([import('@inquirer/prompts'), import('@inquirer/core')]);
  return { ...prompts, typing: createTyping(core) };
};

export function createPrompts(options: PromptOptions): Prompts {
  const { signal, input, output } = options;
  const context = { ...(signal && { signal }), ...(input && { input }), ...(output && { output }) };
  /** Sentences below a line, broken at words. */
  const wrapped = (text: string): string => {
    const { columns } = (output ?? process.stdout) as Partial<NodeJS.WriteStream>;
    return wrapWords(text, columns || 80);
  };
  const wrong = (problem: string): string => styleText('red', wrapped(`> ${problem}`));
  const guarded = async <T>(prompt: (ui: Library) => Promise<T>): Promise<T> => {
    const ui = await loadLibrary();
    try {
      return await prompt(ui);
    } catch (error) {
      if (!isLeaving(error)) throw error;
      throw new Failure(
        {
          code: 'MB-INTERRUPTED',
          what: 'Stopped at a question',
          safe: options.safe ?? 'Nothing was changed on the machine',
          fix: [`Go on with: ${options.resume()}`],
        },
        EXIT.interrupted,
      );
    }
  };
  return {
    ask: (question, { known, suggestion, readText, canGoBack }) =>
      guarded((ui) => {
        const message = suggestion ? `${question.label} [${suggestion.reason}]` : question.label;
        const fallback = suggestion === undefined ? undefined : String(suggestion.value);
        if (question.choices)
          return ui.select(
            {
              message,
              choices: [
                ...question.choices.map(({ value, label }) => {
                  const description = options.effect?.(question, value, known);
                  return { value: String(value), name: label, ...(description && { description }) };
                }),
                ...(canGoBack ? [{ value: BACK, name: '< back' }] : []),
              ],
              loop: false,
              theme: THEME,
              ...(fallback !== undefined && { default: fallback }),
            },
            context,
          );
        const problem = (text: string): string | undefined => {
          if (text.trim() === BACK) return canGoBack ? undefined : 'There is no question before this one';
          if (!question.required && text.trim() === '') return undefined;
          const parsed = question.parse(text, { known, ...(readText && { readText }) });
          return parsed.ok ? undefined : parsed.problem;
        };
        const below = (text: string): string => {
          if (options.plain || text.trim() === '' || text.trim() === BACK) return '';
          // Without `readText`: no file is read at each key.
          const parsed = question.parse(text, { known });
          if (!parsed.ok) return parsed.settled ? wrong(parsed.problem) : '';
          const effect = options.effect?.(question, parsed.value, known);
          return effect === undefined ? '' : styleText('dim', wrapped(effect));
        };
        return ui
          .typing(
            {
              message,
              problem,
              below,
              shown: wrong,
              theme: THEME,
              ...(fallback !== undefined && { fallback }),
            },
            context,
          )
          .then((text) => (text.trim() === BACK ? BACK : text));
      }),
    review: (lines) =>
      guarded(async (ui) => {
        const width = Math.max(...lines.map(({ name }) => name.length));
        const chosen = await ui.select(
          {
            message: 'These are your answers. Choose a line to change it',
            choices: [
              { value: '', name: 'All right, go on' },
              ...lines.map(({ question, name, value, fixed }) => ({
                value: question.id as string,
                name: `${name.padEnd(width)}  ${value}`,
                ...(fixed !== undefined && { disabled: `(${fixed})` }),
              })),
            ],
            pageSize: 12,
            loop: false,
            theme: THEME,
          },
          context,
        );
        return lines.find(({ question }) => question.id === chosen)?.question;
      }),
    machine: (names, { problem, already }) =>
      guarded(async (ui) => {
        for (;;) {
          const chosen = names.length === 0 ? '' : await ui.select(machineMenu(names), context);
          if (chosen !== '') return chosen;
          const canGoBack = names.length > 0;
          const text = await ui.typing(
            {
              message: canGoBack ? `Machine (user@host; ${BACK} goes back)` : 'Machine (user@host)',
              problem: (typed) => (canGoBack && typed.trim() === BACK ? undefined : problem(typed)),
              below: (typed) => {
                const found = options.plain ? undefined : already(typed);
                return found === undefined ? '' : wrong(found);
              },
              shown: wrong,
              theme: THEME,
            },
            context,
          );
          if (text.trim() !== BACK) return text;
        }
      }),
    confirm: (message, fallback) =>
      guarded((ui) => ui.confirm({ message, default: fallback, theme: THEME }, context)),
    typed: (message) => guarded((ui) => ui.input({ message, theme: THEME }, context)),
    password: (message) =>
      guarded((ui) =>
        ui.password(
          {
            message,
            mask: false,
            // Ctrl-T would show it.
            toggleMask: false,
            validate: (text) => text !== '' || 'It is empty',
            theme: { ...THEME, style: { ...THEME.style, maskedText: '(nothing is shown while you type)' } },
          },
          context,
        ),
      ),
    hostKey: ({ host, type, fingerprint }) =>
      guarded((ui) =>
        ui.confirm(
          {
            // On lines of their own, so that fingerprint and command can be compared and copied.
            message: [
              `${host} is not known yet. Its ${type} key is`,
              `  ${fingerprint}`,
              "Compare it with what your provider's console shows for",
              '  ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub',
              'Is it the same?',
            ].join('\n'),
            default: false,
            theme: THEME,
          },
          context,
        ),
      ),
  };
}

/** More of them would be a list to search in. */
const MACHINES_SHOWN = 10;

/** The value of the last line is empty: type another one. */
function machineMenu(names: readonly string[]) {
  const more = names.length - MACHINES_SHOWN;
  return {
    message: 'Which machine?',
    choices: [
      ...names.slice(0, MACHINES_SHOWN).map((name) => ({ value: name, name })),
      {
        value: '',
        name: more > 0 ? `another one (${more} more in ~/.ssh/config): type it` : 'another one: type it',
      },
    ],
    pageSize: MACHINES_SHOWN + 1,
    loop: false,
    theme: THEME,
  };
}

/** Ctrl-C in a prompt, or the run's signal while one is open; by name, because the library has two copies of its errors. */
function isLeaving(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError');
}
