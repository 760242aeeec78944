import { main } from '../../../src/cli.ts';
import { fakeStream } from '../ui/fake-stream.ts';

/** Runs `plan` as a script does and collects what it prints. */
export async function runPlan(...flags: readonly string[]) {
  const stdout = fakeStream();
  const stderr = fakeStream();
  const code = await main(['plan', ...flags], { stdin: {}, stdout, stderr, env: {} });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** A complete command line for a box that is planned with workers. */
export const RAVELIN = ['--domain', 'example.org', '--tier', 'ravelin', '--rooms', '120'];
