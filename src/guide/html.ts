import type { Block, Inline, Page, Section, Sentence } from './text.ts';

/** Whole in one file: it fetches nothing, runs nothing, and says so to the browser. */
const HEAD = [
  '<meta charset="utf-8">',
  '<meta name="viewport" content="width=device-width, initial-scale=1">',
  '<meta name="robots" content="noindex">',
  '<meta name="referrer" content="no-referrer">',
  `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
];

/** Dark where the reader's device is; long names and links break instead of leaving the screen. */
const STYLE = `:root { color-scheme: light dark; }
body { font: 1.0625rem/1.55 system-ui, sans-serif; max-width: 38rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; }
h2 { font-size: 1.2rem; margin-top: 2rem; }
code { font-size: 0.95em; }
li { margin: 0.4rem 0; }
@media print { body { max-width: none; font-size: 11pt; } }`;

/** The page as one HTML file. */
export const htmlOf = ({ title, sections }: Page): string =>
  `${[
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    ...HEAD,
    `<title>${escaped(title)}</title>`,
    `<style>\n${STYLE}\n</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escaped(title)}</h1>`,
    ...sections.flatMap(section),
    '</main>',
    '</body>',
    '</html>',
  ].join('\n')}\n`;

const section = ({ title, blocks }: Section): string[] => [
  `<h2>${escaped(title)}</h2>`,
  ...blocks.flatMap(block),
];

const block = (one: Block): string[] => {
  if (one.kind === 'text') return [`<p>${sentence(one.text)}</p>`];
  const tag = one.kind === 'steps' ? 'ol' : 'ul';
  return [`<${tag}>`, ...one.items.map((item) => `<li>${sentence(item)}</li>`), `</${tag}>`];
};

const sentence = (pieces: Sentence): string => pieces.map(inline).join('');

const inline = (piece: Inline): string => {
  if (typeof piece === 'string') return escaped(piece);
  if ('code' in piece) return `<code>${escaped(piece.code)}</code>`;
  return `<a href="${escaped(piece.link)}">${escaped(piece.text)}</a>`;
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
