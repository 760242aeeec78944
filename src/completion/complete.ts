import type { Command, Option } from 'commander';
import { MODERATION_BOTS, TIERS } from '../answers/answers.ts';
import type { Question } from '../answers/question.ts';
import { SCHEDULES } from '../backup/schedule.ts';
import { CODE_TEXTS } from '../codes/index.ts';
import { CODES, PROFILES } from '../federation/codes.ts';
import { PUBLISHERS } from '../federation/publishers.ts';

interface Candidate {
  readonly value: string;
  /** One line; may be empty. */
  readonly description: string;
}

/** What fits at the end of a command line. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  /** The shell's own completion of paths fits as well. */
  readonly paths?: 'files' | 'folders';
}

interface Sources {
  /** The command line as commander has it. */
  readonly program: Command;
  readonly questions: readonly Question[];
  /** Names of machines; asked for only where a machine fits. */
  readonly hosts: () => readonly string[];
}

const NOTHING: Completion = { candidates: [] };

/**
 * What fits as the last of `words` (without the program's name; the last one may be empty or begun). Everything comes
 * from the program's own definition: flags, their texts, and by their placeholders what they take.
 */
export function complete(words: readonly string[], sources: Sources): Completion {
  const current = words.at(-1) ?? '';
  const [name, ...before] = words.slice(0, -1);
  const { program } = sources;
  if (name === undefined) {
    const all = current.startsWith('-') ? flagsOf(program, new Set()) : commandsOf(program);
    return { candidates: beginning(all, current) };
  }
  const command = program.commands.find((one) => one.name() === name);
  return command === undefined ? NOTHING : completeIn(command, before, current, sources);
}

function completeIn(
  command: Command,
  before: readonly string[],
  current: string,
  sources: Sources,
): Completion {
  const { used, waiting, positionals, onlyArguments } = readSoFar(command, before);
  if (waiting?.required) return valuesOf(waiting, current, sources);
  if (!onlyArguments && current.startsWith('-')) {
    const [, flag = '', typed] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
    if (typed === undefined) return { candidates: beginning(flagsOf(command, used), current) };
    const option = optionNamed(command, flag);
    if (option === undefined || !takesValue(option)) return NOTHING;
    const { candidates, ...rest } = valuesOf(option, typed, sources);
    return { candidates: candidates.map((one) => ({ ...one, value: `${flag}=${one.value}` })), ...rest };
  }
  // What follows a flag that may stand alone is its value: nothing can be said about a duration.
  if (waiting !== undefined) return valuesOf(waiting, current, sources);
  const last = command.registeredArguments.at(-1);
  const argument = command.registeredArguments[positionals] ?? (last?.variadic ? last : undefined);
  if (argument === undefined)
    return current === '' && !onlyArguments ? { candidates: flagsOf(command, used) } : NOTHING;
  const named = valuesFor(argument.name(), current, sources);
  // A machine may be this one; a second machine may not.
  const here = argument.name() === MACHINE ? [{ value: 'localhost', description: 'this machine' }] : [];
  return { ...named, candidates: [...named.candidates, ...beginning(here, current)] };
}

interface SoFar {
  readonly used: ReadonlySet<Option>;
  /** The flag whose value comes next. */
  readonly waiting: Option | undefined;
  readonly positionals: number;
  /** After `--`. */
  readonly onlyArguments: boolean;
}

function readSoFar(command: Command, words: readonly string[]): SoFar {
  const used = new Set<Option>();
  let waiting: Option | undefined;
  let positionals = 0;
  let onlyArguments = false;
  for (const word of words) {
    const isValue = waiting?.required || (waiting?.optional && !word.startsWith('-'));
    if (isValue) waiting = undefined;
    else if (onlyArguments || !word.startsWith('-')) positionals += 1;
    else if (word === '--') onlyArguments = true;
    else {
      const [flag = '', value] = word.split(/=(.*)/s);
      const option = optionNamed(command, flag);
      if (option !== undefined) used.add(option);
      waiting = option !== undefined && takesValue(option) && value === undefined ? option : undefined;
    }
  }
  return { used, waiting, positionals, onlyArguments };
}

const optionNamed = (command: Command, flag: string): Option | undefined =>
  command.options.find(({ long, short }) => long === flag || short === flag);

const takesValue = (option: Option): boolean => option.required || option.optional;

/** How the help calls a machine that is reached over SSH. */
const MACHINE = 'user@host';

/** `--identity <file>` → what a file is; a question with choices → these. */
function valuesOf(option: Option, typed: string, sources: Sources): Completion {
  const id = option.attributeName();
  const choices = sources.questions.find((question) => question.id === id)?.choices;
  if (choices !== undefined) {
    const all = choices.map(({ value, label }) => ({ value: String(value), description: label }));
    return { candidates: beginning(all, typed) };
  }
  const listed = VALUES[option.long ?? ''];
  if (listed !== undefined) return { candidates: beginning(plain(listed), typed) };
  return valuesFor(/[<[](.+)[>\]]$/.exec(option.flags)?.[1] ?? '', typed, sources);
}

/** What flags take whose placeholders do not tell it. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  '--bot': MODERATION_BOTS,
  '--for': PUBLISHERS,
  '--profile': PROFILES,
  '--schedule': SCHEDULES,
};

/** By the placeholder of the help: `file`, `folder`, `user@host`, `tiers`, `code`, or the choices: `4|6`. */
function valuesFor(placeholder: string, typed: string, { hosts }: Sources): Completion {
  if (placeholder === 'file') return { candidates: [], paths: 'files' };
  if (placeholder === 'folder') return { candidates: [], paths: 'folders' };
  if (placeholder === MACHINE) {
    const user = typed.slice(0, typed.lastIndexOf('@') + 1);
    return { candidates: beginning(plain(hosts().map((host) => user + host)), typed) };
  }
  if (placeholder === 'tiers') {
    const there = typed.slice(0, typed.lastIndexOf(',') + 1);
    const left = TIERS.filter((tier) => !there.split(',').includes(tier));
    return { candidates: beginning(plain(left.map((tier) => there + tier)), typed) };
  }
  if (placeholder === 'code') {
    const findings = Object.entries(CODES).map(([value, { title }]) => ({ value, description: title }));
    const others = Object.entries(CODE_TEXTS).map(([value, { means }]) => ({ value, description: means }));
    return { candidates: beginning([...others, ...findings], typed) };
  }
  return placeholder.includes('|')
    ? { candidates: beginning(plain(placeholder.split('|')), typed) }
    : NOTHING;
}

const plain = (values: readonly string[]): Candidate[] => values.map((value) => ({ value, description: '' }));

const beginning = (all: readonly Candidate[], typed: string): Candidate[] =>
  all.filter(({ value }) => value.startsWith(typed));

const commandsOf = (program: Command): Candidate[] =>
  program.commands.map((command) => ({ value: command.name(), description: command.summary() }));

/** The long flags; one that was given already only if it may be repeated. */
function flagsOf(command: Command, used: ReadonlySet<Option>): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => !used.has(option) || option.parseArg !== undefined)
    .map(({ long, flags, description }) => ({ value: long ?? flags, description }));
}
