import { EVENTS } from '../../src/events/events.ts';
import type { Field, Fields } from '../../src/events/field.ts';

const WORDS: Readonly<Record<Field['kind'], string>> = {
  text: 'text',
  count: 'whole number',
  lines: 'list of texts',
  answer: 'text, number or list',
  choice: 'one of',
  record: 'object',
  list: 'list of objects',
};

const kindOf = (field: Field): string =>
  field.kind === 'choice' ? field.of.map((value) => `\`${value}\``).join(', ') : WORDS[field.kind];

/** A row for each field; the fields of objects follow with their place before their name. */
const rowsOf = ({ needed, optional }: Fields, place = ''): string[] =>
  [
    ...Object.entries(needed).map(([name, field]) => ({ name, field, shown: `\`${place}${name}\`` })),
    ...Object.entries(optional).map(([name, field]) => ({ name, field, shown: `[\`${place}${name}\`]` })),
  ].flatMap(({ name, field, shown }) => [
    `| ${shown} | ${kindOf(field)} | ${field.about} |`,
    ...(field.kind === 'record' ? rowsOf(field.fields, `${place}${name}.`) : []),
    ...(field.kind === 'list' ? rowsOf(field.item, `${place}${name}[].`) : []),
  ]);

/** docs/json.md's part on events, as it follows from their definition. */
export const eventTables = (): string =>
  Object.entries(EVENTS)
    .map(([name, event]) =>
      [
        `### \`${name}\``,
        '',
        event.about,
        '',
        '| field | kind | what it is |',
        '| --- | --- | --- |',
        ...rowsOf(event),
      ].join('\n'),
    )
    .join('\n\n');
