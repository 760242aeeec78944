/** A failure of the world itself, said so that the reader knows what to do; not a failure of the product under test. */
export class WorldError extends Error {
  override name = 'WorldError';
}

/** Waiting any longer is in vain. */
export class GivenUp extends WorldError {}
