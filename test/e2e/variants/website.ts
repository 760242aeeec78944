import type { Vps } from '../../world/index.ts';
import { page } from './outside.ts';

const FOLDER = '/srv/website';
const SIGNPOSTS = '/.well-known/matrix/*';

/** How a website treats what lies below /.well-known/matrix/. */
interface Manners {
  /** application/json, and the header that lets browsers read it from elsewhere, on redirects too. */
  readonly headers: boolean;
  /** A path (`*` at its end for all below) that is answered with a 302 to the same path on another host. */
  readonly redirect?: { readonly path: string; readonly host: string };
}

/** Somebody's website on a machine of its own: Debian's Caddy with a certificate from ACME, and a page. */
export interface Website {
  /** Puts files at their paths. */
  publish(files: Readonly<Record<string, string>>): Promise<void>;
  behave(manners: Manners): Promise<void>;
}

const rulesFor = ({ headers, redirect }: Manners): string[] => [
  ...(headers
    ? [
        `header ${SIGNPOSTS} Content-Type application/json`,
        `header ${SIGNPOSTS} Access-Control-Allow-Origin *`,
      ]
    : []),
  ...(redirect ? [`redir ${redirect.path} https://${redirect.host}{uri} 302`] : []),
];

export const makeWebsite = async (vps: Vps, domain: string): Promise<Website> => {
  const behave = async (manners: Manners): Promise<void> => {
    const rules = [`root * ${FOLDER}`, ...rulesFor(manners), 'file_server'];
    await vps.exec('cat >/etc/caddy/Caddyfile && systemctl reload caddy', {
      input: `${domain} {\n${rules.map((rule) => `  ${rule}\n`).join('')}}\n`,
    });
  };
  await vps.exec(`export DEBIAN_FRONTEND=noninteractive
apt-get -q update && apt-get -q -y --no-install-recommends install caddy
mkdir -p ${FOLDER} && echo 'fresh bread from six' >${FOLDER}/index.html`);
  await behave({ headers: false });
  for (let left = 360; !(await page(`https://${domain}/`)).startsWith('fresh bread'); left -= 1) {
    if (left === 0) throw new Error(`the website of ${domain} does not come up`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return {
    behave,
    async publish(files) {
      for (const [path, text] of Object.entries(files))
        await vps.exec(`install -D -m 644 /dev/stdin '${FOLDER}${path}'`, { input: text });
    },
  };
};
