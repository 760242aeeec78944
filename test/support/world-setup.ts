import { down, status, up } from '../world/index.ts';

/**
 * Brings the world up for the tests; afterwards it goes, unless it was up before: then it is somebody's. From nothing that
 * takes minutes, in which the tests that need no world go on: `world-ready.ts` waits for it.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const wasUp = (await status()).isUp;
  const rising = up().catch((error: unknown) => {
    console.error(error);
  });
  return async () => {
    await rising;
    if (!wasUp) await down();
  };
}
