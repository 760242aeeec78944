/**
 * `npm run bench -- load`: how fast the server is as planned, beside other settings on the same machine with the same
 * database: rounds take turns in one run, and what counts is the ratio. Makes a machine of the world, which has to
 * be up, and removes it.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { applyVariant, tunedSettings } from './load/apply-variant.ts';
import { withMachines } from './load/clean-up.ts';
import { LAYOUTS } from './load/layouts.ts';
import { ratiosOf, ratioTable } from './load/ratios.ts';
import type { MadeRooms } from './load/rooms.ts';
import { type Figures, round } from './load/round.ts';
import { BenchServer } from './load/server.ts';
import { VARIANTS } from './load/variants.ts';

const others = Object.keys(VARIANTS).filter((name) => name !== 'plan');
const USAGE = `npm run bench -- load [options]
  --layout NAME     ${Object.keys(LAYOUTS).join(', ')} (garrison)
  --against NAMES   what to compare the plan with (defaults):
${others.map((name) => `      ${name.padEnd(18)}${VARIANTS[name]?.what}`).join('\n')}
  --rounds N        rounds of each (3)
  --short           a small load, to see whether it runs; its figures say little
  --json FILE       write all figures there`;

const MACHINE = 'bn-load';
const FULL = { users: 100, rooms: 100, members: 20, messages: 3000, fast: 25, steady: 20, clients: 20 };
const SHORT = { users: 20, rooms: 10, members: 5, messages: 100, fast: 8, steady: 8, clients: 5 };

const { values } = parseArgs({
  options: {
    layout: { type: 'string', default: 'garrison' },
    against: { type: 'string', default: 'defaults' },
    rounds: { type: 'string' },
    short: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const layout = LAYOUTS[values.layout];
const against = values.against.split(',');
const rounds = Number(values.rounds ?? (values.short ? 1 : 3));
if (values.help || layout === undefined || !against.every((name) => others.includes(name)) || !(rounds > 0)) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const figures = new Map<string, Figures[]>(['plan', ...against].map((name) => [name, []]));
await withMachines([MACHINE], [], async () => {
  const { fast, steady, clients, ...data } = values.short ? SHORT : FULL;
  const server = await BenchServer.install({ name: MACHINE, domain: `${MACHINE}.test`, ...layout });
  await server.liftLimits();
  const users = await server.addUsers(data.users);
  const made = await server.load<MadeRooms>({ ...data, task: 'rooms', users, width: 8 });
  console.error(`the data, in seconds: ${JSON.stringify(made.seconds)}`);
  await server.query('VACUUM ANALYZE;');
  const scene = { users, roomIds: made.roomIds, members: made.members, fast, steady, clients };
  const tuned = await tunedSettings(server);
  // A server that was just started and filled is slower than it will be: this round counts for nobody.
  await round(server, scene);
  for (let turn = 1; turn <= rounds; turn += 1) {
    for (const [name, list] of figures) {
      await applyVariant(server, name, tuned);
      const measured = await round(server, scene);
      list.push(measured);
      console.error(`round ${turn}, ${name}: ${JSON.stringify(measured)}`);
    }
  }
});
console.log(`${values.layout}, ${rounds} rounds of each, taking turns; times in milliseconds, memory in MiB`);
for (const name of against) {
  const ratios = ratiosOf(figures.get('plan') ?? [], figures.get(name) ?? []);
  console.log(`\n${name}: ${VARIANTS[name]?.what}\n\n${ratioTable(name, ratios)}`);
}
if (values.json !== undefined)
  writeFileSync(values.json, JSON.stringify(Object.fromEntries(figures), undefined, 2));
