/** The page for users in a real browser, as wide as a phone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { guide } from '../../src/guide/guide.ts';
import { htmlOf } from '../../src/guide/html.ts';
import { installMissing } from '../world/packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'guide-'));
beforeAll(async () => {
  await installMissing([['chromium', 'chromium']]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Measured {
  /** CSS pixels that the page would need. */
  readonly scrollWidth: number;
  /** Elements that reach beyond the right edge. */
  readonly beyond: readonly string[];
  /** Size of running text, CSS pixels. */
  readonly fontSize: number;
  readonly headings: number;
}

/** Lays a page out in a frame of this width and looks at it from outside: it may run nothing itself. */
const layOut = async (html: string, width: number): Promise<Measured> => {
  const looker = `<!doctype html><iframe style="width:${width}px;height:640px;border:0"></iframe><pre></pre><script>
    const frame = document.querySelector('iframe');
    frame.onload = () => {
      const { document: page } = frame.contentWindow;
      const beyond = [...page.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > ${width});
      document.querySelector('pre').textContent = JSON.stringify({
        scrollWidth: page.documentElement.scrollWidth,
        beyond: beyond.map((one) => one.outerHTML.slice(0, 80)),
        fontSize: parseFloat(frame.contentWindow.getComputedStyle(page.querySelector('p')).fontSize),
        headings: page.querySelectorAll('h2').length,
      });
    };
    frame.srcdoc = ${JSON.stringify(html).replaceAll('</', '<\\/')};
  </script>`;
  const file = join(folder, `${width}.html`);
  writeFileSync(file, looker);
  const { stdout } = await execa('chromium', [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    ...[
      `--user-data-dir=${join(folder, 'profile')}`,
      '--virtual-time-budget=5000',
      '--dump-dom',
      `file://${file}`,
    ],
  ]);
  const [, told = ''] = /<pre>(\{.*\})<\/pre>/s.exec(stdout) ?? [];
  return JSON.parse(
    told.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  ) as Measured;
};

const LONG = `${'a-name-without-an-end-'.repeat(8)}x.example`;
const NAMES = [
  { domain: 'garden.example', matrixHost: 'matrix.garden.example', admin: 'ada' },
  { domain: LONG, matrixHost: `matrix.${LONG}`, admin: 'ada', contact: 'a'.repeat(200) },
];

test.each(NAMES)('fits a phone of 360 pixels, with readable text: $domain', async (names) => {
  const seen = await layOut(htmlOf(guide(names)), 360);
  expect(seen.beyond).toEqual([]);
  expect(seen.scrollWidth).toBeLessThanOrEqual(360);
  expect(seen.fontSize).toBeGreaterThanOrEqual(16);
  expect(seen.headings).toBe(6);
});

test('the measure tells a page that does not fit', async () => {
  const [names] = NAMES;
  if (names === undefined) throw new Error('no names');
  const html = htmlOf(guide(names)).replace('<main>', '<main><div style="width:500px">wide</div>');
  const seen = await layOut(html, 360);
  expect(seen.scrollWidth).toBeGreaterThan(360);
  expect(seen.beyond.length).toBeGreaterThan(0);
});
