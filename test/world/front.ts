import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from './authority.ts';
import { network, paths, ports } from './paths.ts';
import { runs, startDaemon, stillRuns, stopDaemon } from './processes.ts';
import { greeting, until } from './wait.ts';

/** The public internet's front doors: TLS for every name that the world stands in for. */
export async function startFront(caddy: string, tls: Certificate, dockerPackages: string): Promise<void> {
  const settings = join(paths.config, 'front.Caddyfile');
  const site = (names: string, rules: string) => `${names} {
  bind ${network.gateway4}
  tls ${tls.certificate} ${tls.key}
  ${rules}
}
`;
  const text = `{
  auto_https disable_redirects
  admin off
  servers {
    protocols h1 h2
  }
}
${site('https://ghcr.io, https://registry-1.docker.io, https://index.docker.io', `reverse_proxy 127.0.0.1:${ports.registry}`)}
${site(
  'https://acme-v02.api.letsencrypt.org',
  `rewrite /directory /dir
  reverse_proxy https://127.0.0.1:${ports.acme} {
    header_up Host {host}
    transport http {
      tls_insecure_skip_verify
    }
  }`,
)}
${site(
  'https://download.docker.com',
  `root * ${dockerPackages}
  file_server`,
)}`;
  const same = runs('front') && readFileSync(settings, 'utf8') === text;
  if (!same) {
    await stopDaemon('front');
    writeFileSync(settings, text);
    await startDaemon({
      name: 'front',
      command: caddy,
      args: ['run', '--config', settings, '--adapter', 'caddyfile'],
      env: { HOME: paths.config, XDG_DATA_HOME: paths.config, XDG_CONFIG_HOME: paths.config },
    });
  }
  await until('The front server', () => stillRuns('front') && greeting(network.gateway4, 443, false), 20_000);
}
