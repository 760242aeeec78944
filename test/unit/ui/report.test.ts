import { describe, expect, test } from 'vitest';
import { chooseStyle } from '../../../src/ui/colour.ts';
import { type Report, type ReportLook, renderReport } from '../../../src/ui/report.ts';
import { displayWidth } from '../../../src/ui/width.ts';

const REPORT: Report = {
  headline: 'example.org: red, other servers cannot federate with it, or not all can',
  good: false,
  rows: [
    { depth: 0, mark: 'good', name: 'example.org', says: '' },
    { depth: 1, mark: 'good', name: 'well-known', says: 'leads to matrix.example.org:443' },
    { depth: 2, mark: 'good', name: 'matrix.example.org', says: '2 addresses' },
    { depth: 3, mark: 'good', name: '203.0.113.7:443', says: 'TLSv1.3, Synapse 1.163.2' },
    { depth: 3, mark: 'bad', name: '[2001:db8::7]:443', says: 'no answer in time' },
    { depth: 1, mark: 'warning', name: 'clients', says: 'no Access-Control-Allow-Origin' },
    { depth: 1, mark: 'unknown', name: 'support', says: '' },
  ],
  findings: [
    {
      code: 'MB-FED-016',
      severity: 'error',
      title: 'The IPv6 address is dead',
      where: '[2001:db8::7]:443',
      seen: 'no answer in time; IPv4 answers',
      why: 'Servers with IPv6 try it first; some never try IPv4.',
      fix: ['Let it answer on port 443', 'Or remove the AAAA record'],
    },
    {
      code: 'MB-FED-030',
      severity: 'warning',
      title: 'Web clients may not read the answer (CORS)',
      where: 'https://example.org/.well-known/matrix/client',
      seen: 'no Access-Control-Allow-Origin',
      why: 'Browsers hide it.',
      fix: ['Answer with the header'],
      recipe: {
        software: 'nginx',
        lines: ['location /.well-known/matrix/ {', '    add_header … always;', '}'],
      },
      visible: 'At once.',
    },
  ],
  closing: ['Do not invite anyone until this is green.'],
};

const look = (columns: number, parts: Partial<ReportLook> = {}): ReportLook => ({
  columns,
  symbols: true,
  style: chooseStyle({ isTTY: false }, {}),
  clean: (text) => text,
  ...parts,
});

describe('a report', () => {
  test('at 120 columns', () => {
    expect(
      renderReport(REPORT, look(120)),
    ).toBe(`example.org: red, other servers cannot federate with it, or not all can
✓ example.org
✓   well-known             leads to matrix.example.org:443
✓     matrix.example.org   2 addresses
✓       203.0.113.7:443    TLSv1.3, Synapse 1.163.2
✗       [2001:db8::7]:443  no answer in time
!   clients                no Access-Control-Allow-Origin
·   support

ERROR MB-FED-016 The IPv6 address is dead
  Where: [2001:db8::7]:443
  Seen: no answer in time; IPv4 answers
  Why: Servers with IPv6 try it first; some never try IPv4.
  Fix 1: Let it answer on port 443
  Fix 2: Or remove the AAAA record

WARNING MB-FED-030 Web clients may not read the answer (CORS)
  Where: https://example.org/.well-known/matrix/client
  Seen: no Access-Control-Allow-Origin
  Why: Browsers hide it.
  Fix: Answer with the header
  For nginx, which answers there:
    location /.well-known/matrix/ {
        add_header … always;
    }
  Seen by others: At once.

Do not invite anyone until this is green.
`);
  });

  test('at 40 columns what was seen goes under the name, and no line of prose is longer', () => {
    const text = renderReport(REPORT, look(40));
    expect(text).toContain('✓       203.0.113.7:443\n          TLSv1.3, Synapse 1.163.2\n');
    const words = text.split('\n').filter((line) => !/well-known\/matrix|^ {4}/.test(line));
    for (const line of words) expect(displayWidth(line)).toBeLessThanOrEqual(40);
  });

  test('without symbols the marks are words', () => {
    const text = renderReport(REPORT, look(80, { symbols: false }));
    expect(text).toContain('\nok   example.org\n');
    expect(text).toContain('\nBAD        [2001:db8::7]:443  no answer in time\n');
    expect(text).toContain('\nwarn   clients ');
    expect(text).toContain('\n-      support\n');
  });

  test('colours only where they are wanted, and never in what comes from outside', () => {
    const style = chooseStyle({ isTTY: true }, {});
    const clean = (text: string) => text.replaceAll('\u001b', '\\u{1b}');
    const rows = [{ depth: 0, mark: 'bad' as const, name: 'a\u001b[31mb', says: 'c\u001b]0;d' }];
    const text = renderReport({ ...REPORT, rows }, look(80, { style, clean }));
    expect(text).toContain('\u001b[31m✗\u001b[39m');
    expect(text).toContain('a\\u{1b}[31mb');
    expect(text).toContain('c\\u{1b}]0;d');
    expect(chooseStyle({ isTTY: true }, { NO_COLOR: '1' }).bad('x')).toBe('x');
  });
});
