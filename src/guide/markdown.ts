import type { Block, Inline, Page, Sentence } from './text.ts';

/** The page as Markdown (CommonMark), a paragraph a line. */
export const markdownOf = ({ title, sections }: Page): string =>
  `${[
    `# ${escaped(title)}`,
    ...sections.flatMap((section) => [`## ${escaped(section.title)}`, ...section.blocks.map(block)]),
  ].join('\n\n')}\n`;

const block = (one: Block): string => {
  if (one.kind === 'text') return sentence(one.text);
  const mark = (index: number) => (one.kind === 'steps' ? `${index + 1}.` : '-');
  return one.items.map((item, index) => `${mark(index)} ${sentence(item)}`).join('\n');
};

const sentence = (pieces: Sentence): string => pieces.map(inline).join('');

const inline = (piece: Inline): string => {
  if (typeof piece === 'string') return escaped(piece);
  if ('code' in piece) return `\`${piece.code.replaceAll('`', '')}\``;
  return piece.text === piece.link ? `<${piece.link}>` : `[${escaped(piece.text)}](<${piece.link}>)`;
};

/** What would be markup. A line never begins with a piece that could be a heading or a list. */
const escaped = (text: string): string => text.replace(/[\\`*_[\]<>#&|]/g, '\\$&');
