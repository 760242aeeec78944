import { EVENTS, FORMAT } from './events.ts';
import type { Field, Fields } from './field.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * The JSON schema (draft 2020-12) of one line of `init --json`. A reader should let unknown events and fields pass:
 * more of them may come without a new version; this schema, which is that of this version, does not.
 */
export function eventsSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'One line of matrix-bastion init --json',
    oneOf: Object.entries(EVENTS).map(([name, { about, needed, optional }]) => {
      const own = objectOf({ needed, optional });
      return {
        title: name,
        description: about,
        ...own,
        properties: {
          v: { const: FORMAT },
          event: { const: name },
          at: { type: 'string', format: 'date-time', description: 'when, in UTC' },
          ...(own.properties as object),
        },
        required: ['v', 'event', 'at', ...Object.keys(needed)],
      };
    }),
  };
}

function objectOf({ needed, optional }: Fields): Schema {
  const all = { ...needed, ...optional };
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(all).map(([name, field]) => [name, schemaOf(field)])),
    required: Object.keys(needed),
  };
}

function schemaOf(field: Field): Schema {
  const description = field.about;
  const texts = { type: 'array', items: { type: 'string' } };
  switch (field.kind) {
    case 'text':
      return { description, type: 'string' };
    case 'count':
      return { description, type: 'integer', minimum: 0 };
    case 'lines':
      return { description, ...texts };
    case 'answer':
      return { description, anyOf: [{ type: 'string' }, { type: 'integer' }, texts] };
    case 'choice':
      return { description, enum: field.of };
    case 'record':
      return { description, ...objectOf(field.fields) };
    case 'list':
      return { description, type: 'array', items: objectOf(field.item) };
  }
}
