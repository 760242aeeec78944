import { expect, test } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';

/** A clock that is set in the middle of a wait would end it at once, or never (docs/reliability.md). */
test.each(Object.entries(loadScripts()))('%s waits by the time since the machine started', (_name, text) => {
  expect(text).not.toContain('date +%s');
});
