/**
 * Ends runs at each of their operations, and runs them again: the server has to come to what an uninterrupted run leads
 * to, with the same tree and everything that was said.
 *
 *     npm run sweep                        all of it; goes on where an earlier one was left
 *     npm run sweep -- install kill        a first installation, by SIGKILL of the program
 *     npm run sweep -- upgrade shell power an upgrade, by the end of the shell on the machine and by power cuts
 *     npm run sweep -- two                 two runs at once, 50 times
 *     npm run sweep -- move                Synapse with workers and Postgres at once, there and back
 *     npm run sweep -- install --ends=5    five ends one after another before a run comes to its own: shorter
 *     npm run sweep -- --again             from the beginning
 */
import { up } from '../world/index.ts';
import { sweepInstall } from './install.ts';
import { sweepMove } from './move.ts';
import { summary } from './results.ts';
import { sweepTwo } from './two.ts';
import { sweepUpgrade } from './upgrade.ts';
import { WAYS } from './ways.ts';

const words = process.argv.slice(2);
const chosen = <T extends string>(all: readonly T[]): readonly T[] => {
  const some = all.filter((one) => words.includes(one));
  return some.length > 0 ? some : all;
};
const SWEEPS = { install: sweepInstall, upgrade: sweepUpgrade } as const;
const ways = chosen(WAYS);
const ends = Number(words.find((word) => word.startsWith('--ends='))?.slice('--ends='.length) ?? 1);

await up();
let failed = 0;
if (words.includes('two')) failed = await sweepTwo();
else if (words.includes('move')) failed = await sweepMove();
else {
  for (const name of chosen(Object.keys(SWEEPS) as (keyof typeof SWEEPS)[])) {
    const results = await SWEEPS[name](ways, words.includes('--again'), ends);
    const all = results.all().filter(({ way }) => ways.includes(way));
    console.log(`\n${name}\n\n${summary(all, ways)}\n`);
    failed += all.filter(({ outcome }) => outcome === 'failed').length;
  }
}
process.exitCode = failed === 0 ? 0 : 1;
