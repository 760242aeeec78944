/** Where certbot puts what it gets (its manual, "Where are my certificates?"). */
const live = (host: string, file: string): string => `/etc/letsencrypt/live/${host}/${file}.pem`;

/** Lines that name a certificate of certbot's; HAProxy wants both halves in one file, made by the first. */
export const certificateLines = {
  nginx: (host: string): readonly string[] => [
    `ssl_certificate     ${live(host, 'fullchain')};`,
    `ssl_certificate_key ${live(host, 'privkey')};`,
  ],
  Apache: (host: string): readonly string[] => [
    'SSLEngine on',
    `SSLCertificateFile    ${live(host, 'fullchain')}`,
    `SSLCertificateKeyFile ${live(host, 'privkey')}`,
  ],
  HAProxy: (host: string): readonly string[] => [
    `cat ${live(host, 'fullchain')} ${live(host, 'privkey')} > /etc/haproxy/certs/${host}.pem`,
  ],
} as const;

/** How a program reads its configuration again without a word lost. */
export const RELOAD = {
  nginx: 'nginx -t && systemctl reload nginx',
  Apache: 'apachectl configtest && systemctl reload apache2',
  Caddy: 'systemctl reload caddy',
  HAProxy: 'haproxy -c -f /etc/haproxy/haproxy.cfg && systemctl reload haproxy',
} as const;
