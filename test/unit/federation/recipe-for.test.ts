import { expect, test } from 'vitest';
import { CODES } from '../../../src/federation/codes.ts';
import type { Evidence, OwnServer } from '../../../src/federation/evidence.ts';
import type { Finding } from '../../../src/federation/judge/findings.ts';
import { withRecipes } from '../../../src/federation/recipe-for.ts';
import { ownServer } from '../../../src/outside/look.ts';

/** A homeserver whose answers say that nginx is in front. */
const evidence = (own?: OwnServer): Evidence =>
  ({
    serverName: 'example.org',
    settings: { timeoutMs: 1, ...(own && { own }) },
    hops: [],
    addresses: [{ target: { port: 443 }, version: { headers: { server: 'nginx' } } }],
  }) as unknown as Evidence;

const finding = { ...CODES['MB-FED-027'], code: 'MB-FED-027' } as unknown as Finding;

const recipeOf = (own?: OwnServer) => withRecipes([finding], evidence(own))[0]?.recipe;
const MATRIX_HOST = 'matrix.example.org';

test('a server of somebody else: the lines for what answers', () => {
  expect(recipeOf()?.software).toBe('nginx');
  expect(recipeOf()?.lines.join('\n')).toContain('proxy_pass http://127.0.0.1:8008;');
});
test('our own server without a proxy: its router is ours, and nobody writes its lines', () => {
  expect(recipeOf(ownServer({ matrixHost: MATRIX_HOST }))).toBeUndefined();
});
test('our own server behind a proxy: the lines of that proxy, to where the router waits', () => {
  const proxy = { software: 'apache', listen: '10.0.0.4:8010' } as const;
  const recipe = recipeOf(ownServer({ matrixHost: MATRIX_HOST, proxy }));
  expect(recipe?.software).toBe('Apache');
  expect(recipe?.lines.join('\n')).toContain('ProxyPass /_matrix http://10.0.0.4:8010/_matrix nocanon');
});
test('behind one that is not known: what answers says what it is', () => {
  const proxy = { software: 'other', listen: '127.0.0.1:8008' } as const;
  expect(recipeOf(ownServer({ matrixHost: MATRIX_HOST, proxy }))?.software).toBe('nginx');
});
