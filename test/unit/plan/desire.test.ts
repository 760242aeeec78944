import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../src/answers/answers.ts';
import { domainPointsHere } from '../../../src/plan/desire.ts';
import type { HostFacts, OutsideFacts } from '../../../src/plan/facts.ts';
import { PATHS } from '../../../src/render/layout.ts';
import { type Over, someAnswers, someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';

const apex = (a: string[], aaaa: string[] = []): Over<OutsideFacts> => ({
  names: { 'example.org': { a, aaaa } },
});

describe('whether the domain points at the machine', () => {
  it.each<[string, Over<HostFacts>, Over<OutsideFacts>, Partial<Answers>, boolean]>([
    ['its own address', {}, apex(['203.0.113.7']), {}, true],
    ['somebody else', {}, apex(['198.51.100.1']), {}, false],
    ['both: a visitor may get either', {}, apex(['203.0.113.7', '198.51.100.1']), {}, false],
    ['its IPv4 and a foreign IPv6', {}, apex(['203.0.113.7'], ['2001:db8::bad']), {}, false],
    [
      'a public address that is declared',
      {},
      apex(['198.51.100.1']),
      { publicAddress: ['198.51.100.1'] },
      true,
    ],
    ['nothing, and it did before', { domainHere: 'yes\n' }, apex([]), {}, true],
    ['nothing, and it did not before', { domainHere: 'no\n' }, apex([]), {}, false],
    ['nothing, on a first run', {}, apex([]), {}, false],
    ['elsewhere now, and here before', { domainHere: 'yes\n' }, apex(['198.51.100.1']), {}, false],
    ['nothing, but it is the Matrix host', {}, apex([]), { matrixHost: 'example.org' }, true],
  ])('%s', (_name, host, outside, answers, expected) => {
    expect(domainPointsHere(someAnswers(answers), someFacts(host, outside))).toBe(expected);
  });
});

describe('the goal', () => {
  it('keeps answers and what was found out on the machine, without a secret', () => {
    const { desired } = goalFor(someFacts());
    const text = (path: string) => desired.files.find((file) => file.path === path)?.content;
    expect(text(PATHS.answers)).toContain('domain: example.org');
    expect(text(PATHS.domainHere)).toBe('yes\n');
  });
  it('gives containers IPv6 only when the engine translates it and the machine has it', () => {
    const compose = (host: Over<HostFacts>) =>
      goalFor(someFacts(host)).desired.files.find(({ path }) => path === PATHS.compose)?.content ?? '';
    const addresses = ['203.0.113.7', '2001:db8::7'];
    expect(compose({ addresses, docker: { engine: '28.0.1' } })).toContain('enable_ipv6: true');
    expect(compose({ addresses, docker: { engine: '26.1.5' } })).not.toContain('enable_ipv6');
    expect(compose({ addresses, docker: { engine: '26.1.5', daemonJson: '{"ip6tables":true}' } })).toContain(
      'enable_ipv6: true',
    );
    expect(
      compose({ addresses, docker: { engine: '28.0.1', daemonJson: '{"ip6tables":false}' } }),
    ).not.toContain('enable_ipv6');
    expect(compose({ docker: { engine: '28.0.1' } })).not.toContain('enable_ipv6');
  });
});
