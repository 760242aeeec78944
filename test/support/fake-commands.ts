import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** One line for each call of a fake command: its name and its arguments. */
  readonly calls: readonly string[];
}

/** Runs a script by the real `sh`, with commands (name: text in sh) before those of the machine. */
export const runWith = async (commands: Readonly<Record<string, string>>, script: string): Promise<Ran> => {
  const folder = mkdtempSync(join(tmpdir(), 'fake-'));
  try {
    const calls = join(folder, '.calls');
    writeFileSync(calls, '');
    for (const [name, text] of Object.entries(commands)) {
      const body = `#!/bin/sh\nhere=${folder}\nprintf '%s\\n' "${name} $*" >>${calls}\n${text}\n`;
      writeFileSync(join(folder, name), body, { mode: 0o755 });
    }
    const { exitCode, stdout, stderr } = await execa('sh', ['-s'], {
      input: script,
      reject: false,
      timeout: 15_000,
      env: { PATH: `${folder}:${process.env.PATH ?? ''}` },
    });
    const { stdout: lines } = await execa('cat', [calls]);
    return {
      code: exitCode ?? -1,
      stdout,
      stderr,
      calls: lines.split('\n').filter((line) => line !== ''),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Time since the machine started that passes only when it is asked for: a minute each time. */
export const QUICK_CLOCK = {
  cut: `case "$*" in *" /proc/uptime") ;; *) exec /usr/bin/cut "$@" ;; esac
n=$(cat "$here/now" 2>/dev/null || echo 1000); echo $((n + 60)) >"$here/now"; echo "$n"`,
  sleep: 'exit 0',
} as const;

/** The real timeout(1), but none is longer than half a second. */
export const SHORT_TIMEOUT = { timeout: 'shift; exec /usr/bin/timeout 0.5 "$@"' } as const;

/** A command that never ends by itself. */
export const HANGS = 'exec /bin/sleep 30';
