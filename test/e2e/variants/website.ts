import type { Vps } from '../../world/index.ts';
import { page } from './outside.ts';

const FOLDER = '/srv/website';

/** Somebody's website on a machine of its own: Debian's Caddy with a certificate from ACME, and a page. */
export interface Website {
  /** Puts files at their paths below the root, as application/json with the header that browsers want. */
  publish(files: Readonly<Record<string, string>>): Promise<void>;
  /** Answers everything below a path with a 302 to the same path on another host. */
  redirect(path: string, host: string): Promise<void>;
}

export const makeWebsite = async (vps: Vps, domain: string): Promise<Website> => {
  const configure = async (rules: string): Promise<void> => {
    await vps.exec(`cat >/etc/caddy/Caddyfile && systemctl reload caddy`, {
      input: `${domain} {\n  root * ${FOLDER}\n${rules}  file_server\n}\n`,
    });
  };
  await vps.exec(`export DEBIAN_FRONTEND=noninteractive
apt-get -q update && apt-get -q -y --no-install-recommends install caddy
mkdir -p ${FOLDER} && echo 'fresh bread from six' >${FOLDER}/index.html`);
  await configure('');
  for (
    let left = 60;
    (await page(`https://${domain}/`)).split('\n')[0] !== 'fresh bread from six';
    left -= 1
  ) {
    if (left === 0) throw new Error(`the website of ${domain} does not come up`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return {
    async publish(files) {
      await configure(`  header /.well-known/matrix/* {
    Content-Type application/json
    Access-Control-Allow-Origin *
  }
`);
      for (const [path, text] of Object.entries(files))
        await vps.exec(`install -D -m 644 /dev/stdin '${FOLDER}${path}'`, { input: text });
    },
    async redirect(path, host) {
      await vps.exec(`rm -rf '${FOLDER}${path}'`);
      await configure(`  redir ${path}/* https://${host}{uri} 302\n`);
    },
  };
};
