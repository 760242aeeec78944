import type { Command } from 'commander';
import type { Question } from '../answers/question.ts';
import { configuredHosts } from '../host/ssh-hosts.ts';
import { complete } from './complete.ts';
import { formatCompletion, readQuestion } from './protocol.ts';

/** Answers a completion script: `args` is what it says after `__complete`. */
export function answerShell(
  args: readonly string[],
  program: Command,
  questions: readonly Question[],
  env: Readonly<Record<string, string | undefined>>,
): string {
  const { words, known } = readQuestion(args);
  return formatCompletion(complete(words, { program, questions, hosts: () => configuredHosts(env) }), known);
}
