import type { RawAnswers } from '../answers/raw.ts';
import type { ConnectOptions } from './options.ts';
import { type Read, readHostKey, readPath, readTransport } from './values.ts';

/** What commander hands over: texts, lists of texts and booleans by camel-cased flag. */
export interface RawCommand {
  /** The positional arguments. */
  readonly arguments: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
  /** The questions' flags, which are judged together with the other sources of answers. */
  readonly answers: RawAnswers;
}

/** Options that could be read, and what is wrong with the others: one line each, which names the flag. */
export interface ReadOptions<Options> {
  readonly options: Options;
  readonly problems: readonly string[];
}

export function readConnection(raw: RawCommand, flags: Flags): ConnectOptions {
  return {
    ...present('target', raw.arguments[0]),
    ...present('ssh', flags.one('ssh', readTransport)),
    identities: flags.many('identity', readPath),
    ...present('hostKey', flags.one('hostKey', readHostKey)),
    ...present('sudoPasswordFile', flags.one('sudoPasswordFile', readPath)),
    ...present('sshPasswordFile', flags.one('sshPasswordFile', readPath)),
    ...present('keyPassphraseFile', flags.one('keyPassphraseFile', readPath)),
  };
}

/** `{key: value}`, or nothing to spread when there is no value. */
export function present<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

/** Reads flags and collects what is wrong with them. */
export class Flags {
  readonly #flags: Readonly<Record<string, unknown>>;
  readonly problems: string[] = [];

  constructor(flags: Readonly<Record<string, unknown>>) {
    this.#flags = flags;
  }

  is(key: string): boolean {
    return this.#flags[key] === true;
  }

  one<T>(key: string, read: (text: string) => Read<T>): T | undefined {
    const text = this.#flags[key];
    return typeof text === 'string' ? this.#read(key, text, read) : undefined;
  }

  many<T>(key: string, read: (text: string) => Read<T>): readonly T[] {
    const texts = (this.#flags[key] as readonly string[] | undefined) ?? [];
    return texts.map((text) => this.#read(key, text, read)).filter((value) => value !== undefined);
  }

  #read<T>(key: string, text: string, read: (text: string) => Read<T>): T | undefined {
    const result = read(text);
    if ('value' in result) return result.value;
    this.problems.push(`${flagOf(key)}: "${text}" ${result.problem}`);
    return undefined;
  }
}

/** `hostKey` → `--host-key`. */
function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
