import type { OutsideOptions } from '../../cli/options.ts';
import type { LookSettings } from '../../outside/settings.ts';

/** Milliseconds for one look from outside; a healthy server answers in a tenth of it. */
const LOOK_TIMEOUT_MS = 10_000;

/** How the server is looked at from the operator's side. */
export const outsideSettings = (options: OutsideOptions): LookSettings => ({
  ...(options.dns.length > 0 ? { dns: options.dns } : {}),
  ...(options.caFile === undefined ? {} : { caFile: options.caFile }),
  timeout: options.timeout ?? LOOK_TIMEOUT_MS,
});
