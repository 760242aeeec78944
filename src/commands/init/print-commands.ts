import { lockScript } from '../../apply/lock.ts';
import type { Tools } from '../../apply/tools.ts';
import { type Operation, type Transcript, textOf } from '../../apply/transcript.ts';
import type { TreeEntry } from '../../host/host.ts';
import type { Change } from '../../plan/change.ts';
import { describeChange } from '../../plan/describe.ts';

/** A step's changes on one machine, and the transcript that carries them out there. */
export interface TranscribedPart {
  readonly machine: string;
  readonly changes: readonly Change[];
  readonly transcript: Transcript;
}

export interface TranscribedStep {
  readonly title: string;
  /** In the order in which they are carried out. */
  readonly parts: readonly TranscribedPart[];
}

/** What runs besides the changes themselves, on every machine. */
export interface Frame {
  readonly factsScript: string;
  readonly scripts: Tools['scripts'];
}

const HOW = `Each script below is run by \`sh\` as root, with the environment of a plain system (its PATH, LC_ALL=C, umask 022, in /).
It travels over standard input, so neither it nor its input is ever in a list of processes. What is "put in place" is
written beside its place, synced and renamed; a link or a folder in a file's place is refused. Passwords are words in
brackets here, and so is what only the machine can say. After its changes each step looks again; what comes to light
then, and was not seen before, is done in the same way.`;

/** Everything that a run would do, as Markdown. Pure but for the transcripts, which touch nothing. */
export const printCommands = async (steps: readonly TranscribedStep[], frame: Frame): Promise<string> => {
  const seen = new Map<string, string>();
  const parts: string[] = [
    '# What this run would do',
    HOW,
    '## Before the first change: one run at a time',
    block('sh', lockScript(frame.scripts, { nonce: '(random)', owner: '(you)', since: '(now)' })),
  ];
  for (const [index, { title, parts: machines }] of steps.entries()) {
    parts.push(`# ${index + 1}. ${title}`);
    if (machines.every(({ changes }) => changes.length === 0)) parts.push('Nothing to do.');
    for (const { machine, changes, transcript } of machines)
      for (const change of changes) {
        parts.push(`## On ${machine}: ${describeChange(change)}`);
        for (const operation of await transcript.operations(change)) parts.push(...shown(operation, seen));
      }
  }
  parts.push(
    '# The look at the machine',
    'Run before the plan and after each step; it changes nothing.',
    block('sh', frame.factsScript),
  );
  return `${parts.join('\n\n')}\n`;
};

/** `seen`: the contents that were shown, by where they went. */
const shown = (operation: Operation, seen: Map<string, string>): readonly string[] => {
  switch (operation.kind) {
    case 'script':
      return [
        'Run as root:',
        block('sh', operation.script),
        ...(operation.input ? ['with this on its standard input:', block('', operation.input)] : []),
      ];
    case 'job':
      return [
        'Run as root, detached (it goes on when the connection is lost):',
        block('sh', operation.script),
      ];
    case 'put':
      return operation.entries.flatMap((entry) => placed(entry, seen));
    case 'here':
      return [`From this computer: ${operation.what}.`];
  }
};

const placed = ({ path, type, mode, uid, gid, content }: TreeEntry, seen: Map<string, string>): string[] => {
  const rights = `mode ${mode.toString(8).padStart(4, '0')}, owner ${uid}:${gid}`;
  if (type === 'directory') return [`Put in place: the folder ${path}, ${rights}.`];
  const text = textOf(content ?? '');
  const before = seen.get(text);
  if (before !== undefined) return [`Put in place: ${path}, ${rights}, with what ${before} got above.`];
  seen.set(text, path);
  return [`Put in place: ${path}, ${rights}:`, block('', text)];
};

/** The fence is longer than any in the text. */
const block = (language: string, text: string): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
};
