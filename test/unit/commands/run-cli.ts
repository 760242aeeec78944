import { main } from '../../../src/cli.ts';
import { fakeStream } from '../ui/fake-stream.ts';

/** Runs the program as a script does, with a home of its own where one is given, and collects what it prints. */
export async function runCli(words: readonly string[], home?: string) {
  const stdout = fakeStream();
  const stderr = fakeStream();
  const env = home === undefined ? {} : { XDG_STATE_HOME: home, HOME: home };
  const code = await main(words, { stdin: {}, stdout, stderr, env });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}
