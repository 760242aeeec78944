/**
 * `npm run bench -- memory`: what every process takes under load, beside what the plan gives it. Makes machines of
 * the world, which has to be up, and removes them. Ends with 1 when a line is not covered.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { withMachines } from './load/clean-up.ts';
import { LAYOUTS, type Layout, short } from './load/layouts.ts';
import { findPeer, peerName } from './load/peer.ts';
import { measureCaches } from './memory/caches.ts';
import { type LayoutResult, measureLayout } from './memory/measure.ts';
import { memoryTable } from './memory/table.ts';

const USAGE = `npm run bench -- memory [options]
  --layout NAMES    ${Object.keys(LAYOUTS).join(',')} (all of them)
  --members N       members of the other server's large room (3000)
  --short           a small load, to see whether it runs; its figures say nothing
  --caches          only what one unit of the cache factor is worth
  --keep-peer       leave the other server for the next run, which saves making its large room
  --json FILE       write all figures there`;

const { values } = parseArgs({
  options: {
    layout: { type: 'string', default: Object.keys(LAYOUTS).join(',') },
    members: { type: 'string', default: '3000' },
    short: { type: 'boolean', default: false },
    caches: { type: 'boolean', default: false },
    'keep-peer': { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const show = (name: string, { planned, rows, notes }: LayoutResult): void => {
  const load = rows.reduce((sum, row) => sum + row.load, 0);
  const sum = rows.reduce((total, row) => total + row.planned, 0);
  console.log(
    `\n${name}: ${planned.budget.box} MiB, ${planned.budget.vcpus} vCPU; MiB\n\n${memoryTable(rows)}\n`,
  );
  console.log(
    `Planned without reserve and page cache ${sum}, under load ${load}; reserve ${planned.reserve}.`,
  );
  for (const { what, phases } of rows) {
    const tops = Object.entries(phases).map(([phase, mib]) => `${phase} ${mib}`);
    console.log(`  ${what}, the most seen: ${tops.join(', ')}`);
  }
  for (const note of notes) console.log(`  ${note}`);
};

const names = values.layout.split(',');
const unknown = names.find((name) => !(name in LAYOUTS));
if (values.help || unknown !== undefined) {
  console.error(unknown === undefined ? USAGE : `There is no layout ${unknown}.\n${USAGE}`);
  process.exit(values.help ? 0 : 2);
}
const machineOf = (name: string) => `bn-${name}`;
const keep = values['keep-peer'] ? [peerName] : [];
const results: Record<string, LayoutResult> = {};
if (values.caches) {
  const machine = machineOf('caches');
  await withMachines([machine], [], async () => {
    console.log(await measureCaches(machine, LAYOUTS.garrison as Layout));
  });
  process.exit();
}
await withMachines([peerName, ...names.map(machineOf)], keep, async () => {
  console.error('the other server');
  const peer = await findPeer(values.short ? 100 : Number(values.members));
  for (const name of names) {
    const layout = LAYOUTS[name];
    if (layout === undefined) continue;
    console.error(name);
    results[name] = await measureLayout(machineOf(name), values.short ? short(layout) : layout, peer);
    show(name, results[name] as LayoutResult);
  }
});
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results, undefined, 2));
const missed = Object.entries(results).flatMap(([name, { rows }]) =>
  rows.filter(({ covered }) => covered === 'no').map(({ what }) => `${name}: ${what}`),
);
if (missed.length > 0) {
  console.error(`\nNot covered by the plan: ${missed.join(', ')}`);
  process.exitCode = 1;
}
