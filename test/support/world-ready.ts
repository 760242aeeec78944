/** Each file of tests that needs the world waits here until `world-setup.ts`, which holds the lock meanwhile, has brought it up. */
import { beforeAll } from 'vitest';
import { withLock } from '../world/lock.ts';
import { requireWorld } from '../world/state.ts';

beforeAll(() => withLock(async () => requireWorld()));
