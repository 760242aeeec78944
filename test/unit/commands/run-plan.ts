import { runCli } from './run-cli.ts';

/** Runs `plan` as a script does and collects what it prints. */
export const runPlan = (...flags: readonly string[]) => runCli(['plan', ...flags]);

/** A complete command line for a box that is planned with workers. */
export const RAVELIN = ['--domain', 'example.org', '--tier', 'ravelin', '--rooms', '120'];
