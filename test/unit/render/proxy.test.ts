import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROXIES, type ProxySoftware } from '../../../src/answers/answers.ts';
import { isEditable, PATHS } from '../../../src/render/layout.ts';
import { UPLOAD_LIMIT } from '../../../src/render/limits.ts';
import { proxyFileText, proxySetUp } from '../../../src/render/proxy.ts';

const NAMES = { domain: 'garden.example', matrixHost: 'chat.garden.example' } as const;
const ALL = PROXIES.filter((name): name is ProxySoftware => name !== 'none');

const textOf = (
  software: ProxySoftware,
  apexHere: boolean,
  names: Parameters<typeof proxySetUp>[0] = NAMES,
) =>
  proxySetUp(names, { software, listen: '[fd00::1]:8010' }, apexHere)
    .parts.map((part) => `${part.path}\n${proxyFileText(part)}`)
    .join('\n');

describe.each(ALL)('%s', (software) => {
  const text = textOf(software, true);
  it('has names, paths and the place of the router, and says that nobody reads it', () => {
    for (const word of ['chat.garden.example', '/_matrix', '/_synapse/client', '[fd00::1]:8010'])
      expect(text).toContain(word);
    expect(text).not.toMatch(/undefined|example\.org|127\.0\.0\.1:8008/);
    expect(text).toContain('which does not read this file: copy it');
    // The very admin API that must not be public.
    expect(text).not.toContain('/_synapse/admin');
  });
  it('has the domain only where it is another name before the same proxy', () => {
    const ofDomain = /(?<!chat\.)garden\.example/;
    expect(text).toMatch(ofDomain);
    expect(textOf(software, false)).not.toMatch(ofDomain);
    const one = { domain: 'garden.example', matrixHost: 'garden.example' };
    expect(textOf(software, true, one)).not.toMatch(/-domain|matrix_domain/);
  });
  it('lies below one folder, where edits are told from what was written', () => {
    for (const { path } of proxySetUp(NAMES, { software, listen: '127.0.0.1:8008' }, true).parts) {
      expect(path.startsWith(`${PATHS.proxy}/`)).toBe(true);
      expect(isEditable(path)).toBe(true);
    }
  });
});

it('takes uploads as large as Synapse does', () => {
  expect(textOf('nginx', true)).toContain(`client_max_body_size ${UPLOAD_LIMIT.synapse};`);
  expect(textOf('apache', true)).toContain(`LimitRequestBody ${50 * 1024 * 1024}`);
});

it('is YAML for Traefik', () => {
  const [rules, fixed] = proxySetUp(
    NAMES,
    { software: 'traefik', listen: '172.17.0.1:8008' },
    true,
  ).parts.map((part) => parse(proxyFileText(part)));
  expect(rules.http.services.matrix.loadBalancer.servers).toEqual([{ url: 'http://172.17.0.1:8008' }]);
  expect(Object.keys(rules.http.routers)).toEqual(['matrix', 'matrix-domain']);
  expect(rules.http.routers.matrix.rule).toBe(
    'Host(`chat.garden.example`) && (PathPrefix(`/_matrix/`) || PathPrefix(`/_synapse/client/`) || PathPrefix(`/.well-known/matrix/`))',
  );
  expect(fixed.entryPoints.websecure.http.encodedCharacters.allowEncodedSlash).toBe(true);
});
