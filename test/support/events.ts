import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const SCHEMA = new URL('../../templates/events.schema.json', import.meta.url);

export interface ToldEvent {
  readonly event: string;
  readonly [name: string]: unknown;
}

const ajv = new Ajv2020({ allErrors: true, formats: { 'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/ } });
let compiled: ValidateFunction | undefined;

const validator = (): ValidateFunction => {
  compiled ??= ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
  return compiled;
};

/** Reads what `--json` wrote: each line has to be an event of the shipped schema, and there is nothing else. */
export function readEvents(stdout: string): readonly ToldEvent[] {
  const validate = validator();
  if (!stdout.endsWith('\n')) throw new Error('the last line has no end');
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const event = JSON.parse(line) as ToldEvent;
      if (!validate(event)) throw new Error(`${line}\n${ajv.errorsText(validate.errors)}`);
      return event;
    });
}
