import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Desired } from '../../../src/render/desired.ts';
import { componentOf, ROOT } from '../../../src/render/layout.ts';
import { render } from '../../../src/render/render.ts';
import { loadTemplates } from '../../../src/render-io/load-templates.ts';
import { inputOf, SCENARIOS } from './scenarios.ts';

/** `UPDATE_GOLDEN=1 npx vitest run test/unit/render` writes what is rendered now. */
const UPDATE = process.env.UPDATE_GOLDEN === '1';
const FOLDER = fileURLToPath(new URL('../../golden/', import.meta.url));

/** What is not in the files' texts: owners, modes, images. Hashes are left out: they change with each byte. */
function manifest({ directories, files, images, services }: Desired): string {
  const mode = (bits: number) => bits.toString(8).padStart(4, '0');
  const lines = [
    ...directories.map(
      ({ path, owner, mode: bits, operators }) =>
        `d ${mode(bits)} ${owner} ${path}${operators ? ' (the operator’s)' : ''}`,
    ),
    ...files.map(
      ({ path, owner, group, mode: bits }) => `f ${mode(bits)} ${owner}:${group ?? owner} ${path}`,
    ),
    ...Object.entries(images)
      .filter(([component]) => services.some((service) => componentOf(service) === component))
      .map(([component, image]) => `i ${component} ${image}`),
  ];
  return `${lines.join('\n')}\n`;
}

function rendered(name: string): Map<string, string> {
  const desired = render(inputOf(name), loadTemplates());
  const texts = desired.files.map(({ path, content }) => [relative(ROOT, path), content] as const);
  return new Map([['MANIFEST', manifest(desired)], ...texts]);
}

const kept = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );

describe.each(Object.keys(SCENARIOS))('%s', (name) => {
  const folder = join(FOLDER, name);

  it('is rendered as it is kept', () => {
    const now = rendered(name);
    if (UPDATE) {
      rmSync(folder, { recursive: true, force: true });
      for (const [path, text] of now) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    }
    const golden = kept(folder);
    expect([...now.keys()].sort()).toEqual([...golden.keys()].sort());
    for (const [path, text] of now) expect(text, path).toBe(golden.get(path));
  });

  it('is rendered to the same bytes again', () => {
    expect(render(inputOf(name), loadTemplates())).toEqual(render(inputOf(name), loadTemplates()));
  });
});
