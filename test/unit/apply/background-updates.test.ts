import { describe, expect, it } from 'vitest';
import { postgresClient } from '../../../src/apply/backup.ts';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';
import { runWith } from '../../support/fake-commands.ts';

const scripts = loadScripts();

/** A database that answers these one after another, and the last one for ever. */
const watch = (answers: readonly string[], patience: number) => {
  const lines = answers.map((answer) => `'${answer}'`).join(' ');
  const docker = `case "$1" in ps) echo container; exit ;; esac
echo >>"$0.asked"
set -- ${lines}
asked=$(wc -l <"$0.asked")
[ "$asked" -le $# ] || asked=$#
shift $((asked - 1))
printf '%s\\n' "$1"`;
  return runWith(
    { docker, sleep: 'exit 0' },
    [
      postgresClient({ scripts }, { place: 'here', image: '' }),
      script({ scripts }, 'background-updates.sh', { patience }),
    ].join('\n'),
  );
};

describe('background-updates.sh', () => {
  it('says what is left whenever some of it is done, until nothing is', async () => {
    const { code, stdout } = await watch(
      ['2 aa index_a, index_b', '2 aa index_a, index_b', '2 bb index_a, index_b', '1 cc index_b', '0'],
      60,
    );
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual([
      'background updates of the database left: 2 (index_a, index_b)',
      'background updates of the database left: 2 (index_a, index_b)',
      'background updates of the database left: 1 (index_b)',
    ]);
  });
  it('leaves alone what does not move', async () => {
    const { code, stdout } = await watch(['1 aa index_a'], 0);
    expect(code).toBe(0);
    expect(stdout).toBe('background updates of the database left: 1 (index_a)');
  });
  it('is silent when there are none, and when the database does not answer', async () => {
    expect(await watch(['0'], 60)).toMatchObject({ code: 0, stdout: '' });
    expect(await watch([''], 60)).toMatchObject({ code: 0, stdout: '' });
  });
});
