/**
 * Databases that are not on the machine of the homeserver: one on a second machine that the same run installs, one
 * that somebody else runs. The two servers talk to each other.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proveFromOutside } from '../rehearsal/prove.ts';
import { freshMachine } from '../support/fresh.ts';
import { managed } from './databases/managed.ts';
import { makeProvider, type Provider } from './databases/provider.ts';
import { startedMachines, type TwoBoxes, twoBoxes } from './databases/two-boxes.ts';
import { showFigures } from './life/figures.ts';
import { Server } from './life/server.ts';

const SMALL = { cpus: 2, memory: '2G' } as const;

describe('a database elsewhere', () => {
  let boxes: TwoBoxes | undefined;
  let own: Server | undefined;
  let provider: Provider | undefined;
  const known = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the machines could not be made');
    return value;
  };

  beforeAll(async () => {
    boxes = await startedMachines('db-two');
    own = new Server(await freshMachine('db-own', 'db-own.test', SMALL), 'db-own.test');
    provider = await makeProvider('db-provider');
  });
  afterAll(async () => {
    showFigures();
    await boxes?.remove();
    await own?.vps.remove();
    await provider?.vps.remove();
  });

  twoBoxes(() => known(boxes));
  managed(
    () => known(own),
    () => known(provider),
  );

  test('two people on the two servers talk to each other', async () => {
    const proved = await proveFromOutside(known(boxes).server.domain, known(own).domain);
    expect(proved.length).toBeGreaterThanOrEqual(8);
  });
});
