import { fewerRows, rowsOf } from '../e2e/upgrade/rows.ts';
import type { Upgrading } from '../e2e/upgrade/upgrading.ts';
import { BIN } from '../support/product.ts';
import type { Fault, Said } from './list.ts';

/** What such an upgrade asks about. */
const accept = ({ major = 17 }: Fault): string[] => [
  '--accept',
  'room-version-12',
  '--accept',
  `postgres-${major}`,
];

/** Sections of the failure at the end of a screen, by their titles. */
const sections = (screen: string): Record<string, string> => {
  const block = screen.slice(screen.lastIndexOf('\nFAILED ') + 1);
  return Object.fromEntries(
    [...block.matchAll(/\n([A-Z][a-z ]+):\n((?: {2}.*\n?)+)/g)].map(([, title = '', body = '']) => [
      title,
      body,
    ]),
  );
};

/** All that a failure lacks. */
const lacks = (screen: string, { code, why, fix, safe }: Said): string[] => {
  const said = sections(screen);
  const missing = (title: string, pattern: RegExp) =>
    pattern.test(said[title] ?? '')
      ? []
      : [`${title} does not match ${pattern}: ${said[title] ?? 'not there'}`];
  return [
    ...(screen.includes(`\nFAILED ${code} `) ? [] : [`no FAILED ${code}`]),
    ...missing('Why', why),
    ...missing('Fix', fix),
    ...missing('Safe', safe),
    ...missing('Then go on with', /matrix-bastion init /),
  ];
};

export interface Met {
  /** Everything that was not as it had to be; empty when all was. */
  readonly wrong: readonly string[];
  readonly screen: string;
  /** Seconds of the run alone. */
  readonly seconds: number;
}

/**
 * Lets one fault happen to an upgrade, and judges what was said of it, what the database holds, and who answers.
 * @param from Synapse's version that has to answer after a fault that ends the run
 */
export const meet = async (server: Upgrading, fault: Fault, from: string): Promise<Met> => {
  const wrong: string[] = [];
  const program = (await fault.program?.()) ?? BIN;
  await server.quiet();
  const rows = await rowsOf(server);
  const major = await server.query('show server_version');
  const end = await fault.world?.();
  await server.inside(fault.before ?? 'true');
  const begun = performance.now();
  let cut = true;
  if (fault.powerGoes !== undefined) {
    cut = await server.killedAt(fault.powerGoes, program, ...accept(fault));
    await server.vps.powerCut();
    await server.vps.start();
  }
  const run = await server.initWith(fault.when?.at, fault.when?.script, program, ...accept(fault));
  const seconds = Math.round((performance.now() - begun) / 1000);
  await server.inside(fault.after ?? 'true');
  end?.();
  if (!cut || (fault.when !== undefined && !run.reached))
    wrong.push('the point of the fault was not reached');
  await server.serves();
  if (fault.said === 'none') {
    if (run.exitCode !== 0) wrong.push(`it ended with ${run.exitCode}`);
  } else {
    if (run.exitCode !== 1) wrong.push(`it ended with ${run.exitCode}`);
    wrong.push(...lacks(run.all, fault.said));
    const now = await server.query('show server_version');
    if (now !== major) wrong.push(`Postgres is ${now}, it was ${major}`);
  }
  const after = await rowsOf(server, rows);
  const lost = fewerRows(rows, after);
  if (lost.length > 0) wrong.push(`there were ${lost.join(', ')}`);
  const { version, heard } = await server.talk(fault.id);
  if (heard.join() !== server.said.join()) wrong.push(`heard: ${heard.join(', ')}`);
  if (fault.said !== 'none' && version !== from) wrong.push(`Synapse ${version} answers`);
  return { wrong, screen: run.all, seconds };
};
