import { down, status, up } from '../world/index.ts';

/** Brings the world up for the tests; afterwards it goes, unless it was up before: then it is somebody's. */
export default async function setup(): Promise<() => Promise<void>> {
  const wasUp = (await status()).isUp;
  await up();
  return async () => {
    if (!wasUp) await down();
  };
}
