import { readFileSync, statSync } from 'node:fs';
import { expect } from 'vitest';
import type { OperatorResult } from '../../world/index.ts';

/** What a failure must say to somebody who has one evening. */
export interface Refused {
  readonly exitCode: 1 | 4;
  /** `MB-…`, or several in the order in which they are shown. */
  readonly code: string;
  readonly what?: RegExp;
  readonly why?: RegExp;
  readonly fix: RegExp;
  readonly who?: RegExp;
  /** Default: that nothing was changed. */
  readonly safe?: RegExp;
}

const BLOCK = /^FAILED (MB-[A-Z0-9-]+(?:, MB-[A-Z0-9-]+)*) (\S.*)\n((?:\n[A-Z][a-z ]+:\n(?: {2}.*\n)+)+)$/m;

/** The sections of the failure block at the very end of a screen. */
const sectionsOf = (screen: string) => {
  const at = screen.lastIndexOf('\nFAILED ');
  expect(at, `no failure block in:\n${screen}`).toBeGreaterThanOrEqual(0);
  const block = screen.slice(at + 1);
  const match = BLOCK.exec(block);
  expect(match?.[0], `something beside the block, or after it:\n${block}`).toBe(block);
  const [, code = '', what = '', rest = ''] = match ?? [];
  const sections = Object.fromEntries(
    [...rest.matchAll(/\n([A-Z][a-z ]+):\n((?: {2}.*\n)+)/g)].map(([, name = '', body = '']) => [
      name,
      body.replace(/^ {2}/gm, '').trimEnd(),
    ]),
  );
  return { code, what, sections };
};

/** Checks the end of a run that was refused, and that its log has the same story. */
export const expectRefused = (ran: OperatorResult, target: string, refused: Refused): void => {
  const { code, what, sections } = sectionsOf(ran.all);
  expect(code).toBe(refused.code);
  expect(ran.exitCode).toBe(refused.exitCode);
  if (refused.what) expect(what).toMatch(refused.what);
  if (refused.why) expect(sections.Why).toMatch(refused.why);
  expect(sections.Fix).toMatch(refused.fix);
  if (refused.who) expect(sections['Who can do it']).toMatch(refused.who);
  expect(sections['Then go on with']).toContain(`matrix-bastion init ${target}`);
  expect(sections.Safe).toMatch(refused.safe ?? /nothing was (changed|touched)/i);
  expect(ran.all).not.toMatch(/^\s+at .*(:\d+:\d+|node:)/m);
  expect(ran.all).not.toMatch(/undefined|\[object|NaN/);
  const log = sections['Full log'] ?? '';
  expect(statSync(log).mode & 0o777).toBe(0o600);
  expect(readFileSync(log, 'utf8')).toContain(what);
};
