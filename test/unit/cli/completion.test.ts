import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { QUESTION_LIST } from '../../../src/answers/questions/index.ts';
import { SHELLS, TRANSPORTS } from '../../../src/cli/options.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { main } from '../../../src/cli.ts';
import { complete } from '../../../src/completion/complete.ts';
import { readQuestion } from '../../../src/completion/protocol.ts';
import { wordsOfLine } from '../../../src/completion/words.ts';
import { PROFILES } from '../../../src/federation/codes.ts';
import { fakeStream } from '../ui/fake-stream.ts';

const program = createProgram({
  version: '1.2.3',
  stdout: fakeStream(),
  questions: QUESTION_LIST,
  onCommand: () => {},
});
const fits = (...words: readonly string[]) =>
  complete(words, { program, questions: QUESTION_LIST, hosts: () => ['garden', 'harbour'] });
const values = (...words: readonly string[]) => fits(...words).candidates.map(({ value }) => value);

describe('what fits', () => {
  test('commands, with what they are for', () => {
    expect(values('')).toEqual(program.commands.map((command) => command.name()));
    for (const { description } of fits('').candidates) expect(description).toMatch(/ \S+ /);
    expect(values('in')).toEqual(['init', 'invite']);
    expect(values('-')).toEqual(['--version', '--help']);
    expect(values('nonsense', '')).toEqual([]);
  });
  test('every flag that the help has', () => {
    for (const command of program.commands) {
      const inHelp = [...command.helpInformation().matchAll(/^ {2}(?:-h, )?(--[a-z0-9-]+)/gm)].map(
        ([, flag]) => flag,
      );
      expect(inHelp).toContain('--help');
      expect(values(command.name(), '--').sort()).toEqual(inHelp.sort());
    }
  });
  test('a flag again only where it may be repeated', () => {
    expect(values('init', '--yes', '--tier', 'custom', '--identity', 'k', '--ye')).toEqual([]);
    expect(values('init', '--yes', '--tier=custom', '--ti')).toEqual(['--timeout']);
    expect(values('init', '--identity', 'k', '--ident')).toEqual(['--identity']);
  });
  test.each(QUESTION_LIST.filter(({ choices }) => choices))('the choices of $flag', ({ flag, choices }) => {
    const [name = ''] = flag.split(' ');
    const expected = choices?.map(({ value }) => value);
    expect(values('init', name, '')).toEqual(expected);
    expect(values('plan', `${name}=`)).toEqual(expected?.map((value) => `${name}=${value}`));
  });
  test('choices of other flags and of arguments', () => {
    expect(values('init', '--ssh', '')).toEqual(TRANSPORTS);
    expect(values('check', 'x.org', '--only', '')).toEqual(['4', '6']);
    expect(values('completion', '')).toEqual(SHELLS);
    expect(values('plan', '--compare', 'garrison,b')).toEqual(['garrison,bulwark']);
    expect(values('plan', '--compare', 'garrison,')).not.toContain('garrison,garrison');
  });
  test('machines, for a target with or without a user and for the database', () => {
    expect(values('init', '')).toEqual(['garden', 'harbour', 'localhost']);
    expect(values('init', 'root@h')).toEqual(['root@harbour']);
    expect(values('init', '--yes', '--', 'g')).toEqual(['garden']);
    expect(values('init', 'garden', '--db-host', '')).toEqual(['garden', 'harbour']);
    expect(values('init', '--db-host=root@g')).toEqual(['--db-host=root@garden']);
  });
  test('files for every flag that names one, folders where one is named', () => {
    for (const command of program.commands)
      for (const { long, flags } of command.options)
        if (/<file>/.test(flags))
          expect(fits(command.name(), String(long), '')).toMatchObject({ paths: 'files' });
    expect(fits('init', '--sudo-password-file=p')).toEqual({ candidates: [], paths: 'files' });
    expect(fits('plan', '--out', '')).toEqual({ candidates: [], paths: 'folders' });
  });
  test('what other flags and arguments take', () => {
    expect(values('well-known', 'x.org', '--for', 'ng')).toEqual(['nginx']);
    expect(values('check', '--profile', '')).toEqual(PROFILES);
    expect(values('backup', 'garden', '--schedule', 'w')).toEqual(['weekly']);
    expect(values('moderation', 'enable', 'garden', '--bot', 'd')).toEqual(['draupnir']);
    expect(fits('explain', 'MB-FED-00').candidates[0]).toMatchObject({
      value: expect.stringMatching(/^MB-FED-00\d$/),
      description: expect.stringMatching(/ /),
    });
    expect(fits('restore', '')).toEqual({ candidates: [], paths: 'files' });
    expect(values('restore', 'backup.tar', 'gar')).toEqual(['garden']);
    expect(fits('check', 'x.org', 'y.org', '')).toEqual({ candidates: [] });
    expect(values('federation', 'garden', '')).toEqual(['open', 'allowlist', 'closed']);
    expect(values('room', 'u')).toEqual(['upgrade']);
    expect(values('moderation', 'block')).toEqual(['block-room', 'block-server']);
  });
  test('of every flag it is decided what it takes', () => {
    const open = program.commands.flatMap((command) =>
      command.options
        .filter(({ required, optional }) => required || optional)
        .filter(({ long }) => {
          const { candidates, paths } = fits(command.name(), `${long}=`);
          return candidates.length === 0 && paths === undefined;
        })
        .map(({ flags }) => flags.replace(/^.*[<[](.+)[>\]]$/, '$1')),
    );
    // Only a person knows these.
    const free =
      'address address:port change domain duration fingerprint hex key members name network number path place server size text url version';
    expect([...new Set(open)].sort()).toEqual(free.split(' '));
  });
  test('nothing where nothing is known, rather than something wrong', () => {
    expect(fits('init', '--domain', '')).toEqual({ candidates: [] });
    expect(fits('well-known', '')).toEqual({ candidates: [] });
    expect(fits('init', '--wait', '')).toEqual({ candidates: [] });
    expect(fits('init', '--nonsense=', '')).toEqual(fits('init', ''));
    expect(fits('init', '--yes=')).toEqual({ candidates: [] });
  });
  test('flags, when there is no argument left', () => {
    expect(values('init', 'garden', '')).toContain('--domain');
    expect(values('init', 'garden', 'x')).toEqual([]);
  });
});

describe('how bash asks', () => {
  test.each([
    ['matrix-bastion ', ['matrix-bastion', '']],
    ['matrix-bastion in', ['matrix-bastion', 'in']],
    ["a 'b c' d", ['a', 'b c', 'd']],
    ['a "b \\"c" d\\ e ', ['a', 'b "c', 'd e', '']],
    ["a 'open qu", ['a', 'open qu']],
    ['a "open qu', ['a', 'open qu']],
    ["a ''", ['a', '']],
    ['a --x=ä\\', ['a', '--x=ä']],
    ['', ['']],
  ])('%j', (line, words) => expect(wordsOfLine(line)).toEqual(words));
  test.each([
    ['matrix-bastion init root@v', 'v', 'root@'.length],
    ['matrix-bastion init root@', '@', 'root@'.length],
    ['matrix-bastion init root@', '', 'root@'.length],
    ['matrix-bastion init --tier=', '=', '--tier='.length],
    ['matrix-bastion init gar', 'gar', 0],
    ["matrix-bastion init 'gar", "'gar", 0],
  ])('%j with %j to be replaced', (line, last, known) =>
    expect(readQuestion(['line', line, last]).known).toBe(known),
  );
});

test('nothing of it fails, whatever is asked', async () => {
  for (const args of [[], ['line'], ['words'], ['words', ''], ['frob', 'x']]) {
    const stdout = fakeStream();
    const stderr = fakeStream();
    const io = { stdin: {}, stdout, stderr, env: { HOME: '/nowhere' } };
    expect(await main(['__complete', ...args], io)).toBe(0);
    expect(stderr.text()).toBe('');
  }
});

test.each(SHELLS)('completion %s prints its script, and only that', async (shell) => {
  const stdout = fakeStream();
  const stderr = fakeStream();
  expect(await main(['completion', shell], { stdin: {}, stdout, stderr, env: {} })).toBe(0);
  const script = readFileSync(new URL(`../../../templates/completion/${shell}`, import.meta.url), 'utf8');
  expect(stdout.text()).toBe(script);
  expect(stderr.text()).toBe('');
});
