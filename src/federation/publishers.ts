/** Where a website may be served from. */
export const PUBLISHERS = [
  'nginx',
  'apache',
  'caddy',
  'wordpress',
  'github-pages',
  'cloudflare-pages',
  'cloudflare-workers',
  'netlify',
  'vercel',
  's3-cloudfront',
] as const;
export type Publisher = (typeof PUBLISHERS)[number];
