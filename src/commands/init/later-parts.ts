import { setImmediate as turn } from 'node:timers/promises';

type InstallOver = typeof import('./install-over.ts');

/**
 * What comes after the login, loaded while the network is waited for: a login from far away is mostly waiting. In two
 * parts, so that the connection gets its turn between them.
 */
export const laterParts = (): { readonly load: () => Promise<InstallOver> } => {
  let parts: Promise<InstallOver> | undefined;
  const load = async (): Promise<InstallOver> => {
    await turn();
    await import('./begin.ts');
    await turn();
    return import('./install-over.ts');
  };
  return {
    load() {
      parts ??= load();
      // Whoever waits for it is told; a login that fails comes first.
      parts.catch(() => {});
      return parts;
    },
  };
};
