import { wellKnownFiles } from '../federation/wellknown.ts';
import { allowedCertificates } from './allowed.ts';
import { renderCaddyfile } from './caddyfile.ts';
import { renderCompose } from './compose.ts';
import type { Desired, RenderedFile, RenderInput } from './desired.ts';
import { DIRECTORIES } from './directories.ts';
import { renderHomeserver } from './homeserver.ts';
import { type Account, PATHS } from './layout.ts';
import type { Templates } from './templates.ts';

/** Root's, readable by the one container that needs it and by nobody else on the machine. */
const readBy = (path: string, group: Account, content: string): RenderedFile => ({
  path,
  content,
  mode: 0o640,
  owner: 'root',
  group,
});

/** Root's, readable by all: nothing in it is worth hiding. */
const readByAll = (path: string, content: string): RenderedFile => ({
  path,
  content,
  mode: 0o644,
  owner: 'root',
});

/**
 * The machine as it ought to be. Pure: the same input and templates give the same bytes. Never a secret, a key,
 * `.env` or a file of conf.d: those are born on the machine or are the operator's. Throws only when an answer
 * holds what no question would have let through.
 */
export function render(input: RenderInput, templates: Templates): Desired {
  const { answers, release, confdDigest } = input;
  const homeserver = renderHomeserver(input, templates['homeserver.yaml']);
  const logConfig = templates['log.config'];
  const redisConf = templates['redis.conf'];
  const ca = answers.federationCa === undefined ? undefined : allowedCertificates(answers.federationCa);
  const wellKnown = wellKnownFiles({
    domain: answers.domain,
    matrixHost: answers.matrixHost,
    admin: answers.admin,
    ...(answers.email === undefined ? {} : { email: answers.email }),
  });
  const caddyfile = renderCaddyfile(input, templates);
  const compose = renderCompose(input, templates['compose.yaml'], {
    postgres: [],
    redis: [redisConf],
    synapse: [homeserver, logConfig, ca ?? '', confdDigest],
    // Caddyfile and well-known files are reloaded, or read at each request.
    caddy: [],
  });
  return {
    directories: DIRECTORIES,
    files: [
      readByAll(PATHS.compose, compose.text),
      readBy(PATHS.homeserver, 'synapse', homeserver),
      readBy(PATHS.logConfig, 'synapse', logConfig),
      ...(ca === undefined ? [] : [readBy(PATHS.federationCa, 'synapse', ca)]),
      readByAll(PATHS.redisConf, redisConf),
      readBy(PATHS.caddyfile, 'caddy', caddyfile.text),
      readByAll(`${PATHS.wellKnown}/server`, wellKnown.server),
      readByAll(`${PATHS.wellKnown}/client`, wellKnown.client),
      ...(wellKnown.support === undefined
        ? []
        : [readByAll(`${PATHS.wellKnown}/support`, wellKnown.support)]),
    ],
    configHashes: compose.configHashes,
    caddyfileDigest: caddyfile.digest,
    images: release.images,
  };
}
