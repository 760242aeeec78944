import { describe, expect, test } from 'vitest';
import type { Answers } from '../../../src/answers/answers.ts';
import { BACK, completeByAsking, type SummaryLine } from '../../../src/answers/complete.ts';
import { formatAnswersFile, parseAnswersFile } from '../../../src/answers/file.ts';
import type { Question } from '../../../src/answers/question.ts';
import { QUESTIONS } from '../../../src/answers/questions/index.ts';
import {
  type AnswerInputs,
  type Resolution,
  refuseProblems,
  requireComplete,
  resolveAnswers,
} from '../../../src/answers/resolve.ts';
import { Refusal, UsageError } from '../../../src/errors.ts';

const facts = { memoryMiB: 15_900 };

function failure(action: () => unknown): UsageError {
  try {
    action();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('a domain and a look at the box are enough', () => {
  const { complete, origins, notes } = resolveAnswers({ flags: { domain: 'example.org' }, facts });
  expect(complete).toEqual({
    domain: 'example.org',
    matrixHost: 'matrix.example.org',
    tier: 'ravelin',
    rooms: 100,
    admin: 'admin',
    federation: 'open',
    federationAllow: [],
    registration: 'closed',
    dockerSource: 'docker',
    publicAddress: [],
    federateWith: [],
  });
  expect(notes).toEqual([]);
  expect(origins.domain).toEqual({ origin: 'flag' });
  expect(origins.rooms).toEqual({ origin: 'default', reason: expect.stringContaining('100') });
});

describe('precedence', () => {
  const layers = {
    flags: { rooms: '1' },
    prompted: { rooms: '2' },
    env: { MATRIX_BASTION_ROOMS: '3' },
    file: parseAnswersFile('rooms: 4', '--answers a.yaml'),
    stored: { host: { rooms: '5' }, operator: { rooms: '6' } },
  } satisfies AnswerInputs;
  const base: AnswerInputs = { facts };
  test.each([
    ['flag', 1, layers],
    ['prompt', 2, { ...layers, flags: {} }],
    ['environment', 3, { env: layers.env, file: layers.file, stored: layers.stored }],
    ['file', 4, { env: { MATRIX_BASTION_ROOMS: '' }, file: layers.file, stored: layers.stored }],
    ['host', 5, { stored: layers.stored }],
    ['operator', 6, { stored: { operator: layers.stored.operator } }],
    ['default', 100, {}],
  ])('%s', (origin, rooms, inputs) => {
    const resolution = resolveAnswers({ ...base, ...inputs });
    expect(resolution.values.rooms).toBe(rooms);
    expect(resolution.origins.rooms?.origin).toBe(origin);
  });
  test('a wrong value that is outranked does no harm', () => {
    const { problems } = resolveAnswers({ flags: { rooms: '1' }, env: { MATRIX_BASTION_ROOMS: 'x' } });
    expect(problems).toEqual([]);
  });
  test('an empty text takes an optional answer away', () => {
    const stored = { host: { email: 'a@example.org' } };
    expect(resolveAnswers({ stored, facts }).values.email).toBe('a@example.org');
    expect(resolveAnswers({ flags: { email: '' }, stored, facts }).values.email).toBeUndefined();
  });
  test('an empty text is no answer to a required question', () => {
    expect(resolveAnswers({ flags: { rooms: '' } }).problems).toEqual([expect.stringContaining('--rooms: ')]);
  });
});

describe('everything wrong and everything missing at once', () => {
  test('nothing given', () => {
    const resolution = resolveAnswers({});
    expect(resolution.missing.map(({ id }) => id)).toEqual(['domain', 'tier']);
    const error = failure(() => requireComplete(resolution, ['user@host: the machine']));
    expect(error.exitCode).toBe(2);
    expect(error.text.what).toBe('3 answers are missing');
    expect(error.text.fix).toEqual([
      'user@host: the machine',
      expect.stringMatching(/^--domain <name>: /),
      expect.stringMatching(/^--tier <name>: /),
    ]);
  });
  test('each problem names its flag and its source', () => {
    const resolution = resolveAnswers({
      flags: { domain: 'localhost' },
      env: { MATRIX_BASTION_ROOMS: 'many', MATRIX_BASTION_DOMIAN: 'x', HOME: '/root' },
      file: parseAnswersFile('admin: _x\ntyer: ravelin\n', '--answers a.yaml'),
      stored: { host: { email: 'nobody' } },
    });
    expect(resolution.problems).toEqual([
      'the environment has MATRIX_BASTION_DOMIAN, which is unknown; did you mean MATRIX_BASTION_DOMAIN?',
      '--answers a.yaml: there is no answer named "tyer"; did you mean tier?',
      expect.stringMatching(/^--domain: "localhost" /),
      expect.stringMatching(/^MATRIX_BASTION_ROOMS \(--rooms\): "many" /),
      expect.stringMatching(/^--answers a.yaml \(--admin\): "_x" /),
      expect.stringMatching(/^answers kept on the host \(--email\): "nobody" /),
    ]);
    // The Matrix host hangs on the domain, which is wrong: only the cause is reported.
    expect(resolution.missing.map(({ id }) => id)).toEqual(['tier']);
    expect(failure(() => requireComplete(resolution)).text.what).toBe('1 answer is missing and 6 are wrong');
  });
  test('one problem is said in one line', () => {
    const error = failure(() => refuseProblems(resolveAnswers({ flags: { rooms: 'many' } })));
    expect(error.text.what).toBe('--rooms: "many" is not a whole number from 0 to 1000000');
  });
  test('no problem, no error', () => refuseProblems(resolveAnswers({})));
});

describe('the mirror of Docker’s repository', () => {
  const url = 'https://mirror.example/docker';
  const fingerprint = 'A'.repeat(40);
  const flags = { domain: 'example.org' };
  test('both', () => {
    const given = { ...flags, dockerMirror: url, dockerMirrorFingerprint: fingerprint };
    expect(resolveAnswers({ flags: given, facts }).complete?.dockerMirror).toEqual({ url, fingerprint });
  });
  test('the URL alone', () => {
    const { missing, complete } = resolveAnswers({ flags: { ...flags, dockerMirror: url }, facts });
    expect(missing.map(({ id }) => id)).toEqual(['dockerMirrorFingerprint']);
    expect(complete).toBeUndefined();
  });
  test('the fingerprint alone', () => {
    const { problems } = resolveAnswers({ flags: { ...flags, dockerMirrorFingerprint: fingerprint }, facts });
    expect(problems).toEqual(['--docker-mirror-fingerprint needs --docker-mirror']);
  });
  test('with the distribution’s packages', () => {
    const given = {
      ...flags,
      dockerSource: 'distro',
      dockerMirror: url,
      dockerMirrorFingerprint: fingerprint,
    };
    expect(resolveAnswers({ flags: given, facts }).problems).toEqual([
      expect.stringMatching(/^--docker-mirror .* --docker-source distro$/),
    ]);
  });
  test('a stored mirror is passed over when the source changes', () => {
    const host = { dockerMirror: url, dockerMirrorFingerprint: fingerprint };
    const { complete } = resolveAnswers({
      flags: { ...flags, dockerSource: 'distro' },
      stored: { host },
      facts,
    });
    expect(complete).toMatchObject({ dockerSource: 'distro' });
    expect(complete?.dockerMirror).toBeUndefined();
  });
  test('a wrong source: only that is reported', () => {
    const given = { ...flags, dockerSource: 'snap', dockerMirror: url, dockerMirrorFingerprint: fingerprint };
    expect(resolveAnswers({ flags: given, facts }).problems).toHaveLength(1);
  });
});

describe('whom the server talks to', () => {
  const flags = { domain: 'example.org' };
  test('every server, when nothing is said', () => {
    const { complete, origins } = resolveAnswers({ flags, facts });
    expect(complete).toMatchObject({ federation: 'open', federationAllow: [] });
    expect(origins.federation).toEqual({ origin: 'default', reason: expect.any(String) });
  });
  test('the named servers', () => {
    const given = { ...flags, federation: 'allowlist', federationAllow: ['example.com', 'example.net'] };
    expect(resolveAnswers({ flags: given, facts }).complete).toMatchObject({
      federation: 'allowlist',
      federationAllow: ['example.com', 'example.net'],
    });
  });
  test('an allowlist without servers is not complete', () => {
    const { missing, complete } = resolveAnswers({ flags: { ...flags, federation: 'allowlist' }, facts });
    expect(missing.map(({ id }) => id)).toEqual(['federationAllow']);
    expect(complete).toBeUndefined();
  });
  test.each(['open', 'closed'])('servers are refused with %s federation', (federation) => {
    const given = { ...flags, federation, federationAllow: ['example.com'] };
    expect(resolveAnswers({ flags: given, facts }).problems).toEqual([
      '--federation-allow needs --federation allowlist',
    ]);
  });
  test('a stored list is passed over when the mode changes', () => {
    const host = { federation: 'allowlist', federationAllow: ['example.com'], largestRoom: '500' };
    const { complete, problems } = resolveAnswers({
      flags: { ...flags, federation: 'closed' },
      stored: { host },
      facts,
    });
    expect(problems).toEqual([]);
    expect(complete).toMatchObject({ federation: 'closed', federationAllow: [] });
    expect(complete?.largestRoom).toBeUndefined();
  });
  test('no largest room of another server where federation is closed', () => {
    const given = { ...flags, federation: 'closed', largestRoom: '500' };
    expect(resolveAnswers({ flags: given, facts }).problems).toEqual([
      '--largest-room is about rooms of other servers and has no meaning with --federation closed',
    ]);
  });
  test('a wrong mode: only that is reported', () => {
    const given = { ...flags, federation: 'some', federationAllow: ['example.com'], largestRoom: '5' };
    expect(resolveAnswers({ flags: given, facts }).problems).toEqual([
      '--federation: "some" is not a mode: open, allowlist, closed',
    ]);
  });
  test('answers kept before there were these questions are complete', () => {
    const host = { domain: 'example.org', tier: 'garrison', rooms: '20', admin: 'admin' };
    expect(resolveAnswers({ stored: { host } }).complete).toMatchObject({ federation: 'open' });
  });
});

describe('the domain can never change', () => {
  const stored = { host: { domain: 'example.org' } };
  test('another one is refused with exit code 4', () => {
    const change = () => resolveAnswers({ flags: { domain: 'example.com' }, stored });
    expect(change).toThrow(Refusal);
    expect(change).toThrow(/example\.com differs from .* example\.org/);
  });
  test('the same one in another spelling is fine', () => {
    const { values } = resolveAnswers({ flags: { domain: 'https://Example.org/' }, stored, facts });
    expect(values.domain).toBe('example.org');
  });
  test('leaving it away keeps it', () => {
    expect(resolveAnswers({ stored, facts }).origins.domain).toEqual({ origin: 'host' });
  });
});

describe('asking', () => {
  const answers: Readonly<Record<string, string>> = {
    domain: 'example.org',
    tier: 'garrison',
    rooms: '7',
    admin: 'root',
  };
  const asker = () => {
    const asked: [string, unknown][] = [];
    const ask = async (question: { id: string }, { suggestion }: { suggestion?: { value: unknown } }) => {
      asked.push([question.id, suggestion?.value]);
      return answers[question.id] ?? '';
    };
    return { asked, ask };
  };
  test('in order; a default builds on the answer before it', async () => {
    const { asked, ask } = asker();
    const { complete, origins } = await completeByAsking({ facts }, ask);
    expect(asked).toEqual([
      ['domain', undefined],
      ['tier', 'ravelin'],
      ['rooms', 20],
      ['admin', 'admin'],
    ]);
    expect(complete).toMatchObject({ domain: 'example.org', tier: 'garrison', rooms: 7, admin: 'root' });
    expect(origins.tier).toEqual({ origin: 'prompt' });
  });
  test('only what has no default, with --yes', async () => {
    const { asked, ask } = asker();
    await completeByAsking({ facts }, ask, { acceptDefaults: true });
    expect(asked.map(([id]) => id)).toEqual(['domain']);
  });
  test('not what is stored or given', async () => {
    const { asked, ask } = asker();
    const stored = { host: { domain: 'example.org', tier: 'ravelin', rooms: '9' } };
    await completeByAsking({ flags: { admin: 'root' }, stored, facts }, ask);
    expect(asked).toEqual([]);
  });
  test('a wrong flag ends it before the first question', async () => {
    const { asked, ask } = asker();
    await expect(completeByAsking({ flags: { rooms: 'x' }, facts }, ask)).rejects.toThrow(UsageError);
    expect(asked).toEqual([]);
  });

  /** Answers from a script; each entry is one prompt. */
  const scripted = (...lines: readonly (readonly [string, string])[]) => {
    const left = [...lines];
    const offered: unknown[] = [];
    const ask = async (question: { id: string }, { suggestion }: { suggestion?: { value: unknown } }) => {
      const [id, text] = left.shift() ?? ['nothing', ''];
      expect(question.id).toBe(id);
      offered.push(suggestion?.value);
      return text;
    };
    return { ask, left, offered };
  };
  test('back asks the question before again and offers what was typed', async () => {
    const { ask, left, offered } = scripted(
      ['domain', 'exmple.org'],
      ['tier', BACK],
      ['domain', 'example.org'],
      ['tier', 'garrison'],
      ['rooms', '7'],
      ['admin', 'root'],
    );
    const { complete } = await completeByAsking({ facts }, ask);
    expect(complete).toMatchObject({ domain: 'example.org', tier: 'garrison', rooms: 7, admin: 'root' });
    expect(offered[2]).toBe('exmple.org');
    expect(left).toEqual([]);
  });
  test('a line of the summary is changed, what builds on it is asked again, and the summary comes back', async () => {
    const { ask, left, offered } = scripted(
      ['domain', 'example.org'],
      ['tier', 'garrison'],
      ['rooms', '7'],
      ['admin', 'root'],
      ['tier', 'ravelin'],
      ['rooms', '120'],
      ['matrixHost', 'chat.example.org'],
      ['admin', BACK],
    );
    const wanted = [QUESTIONS.tier, QUESTIONS.matrixHost, QUESTIONS.admin, undefined];
    const seen: string[][] = [];
    const review = async (lines: readonly SummaryLine[]) => {
      seen.push(lines.map(({ name, value }) => `${name}: ${value}`));
      return wanted.shift() as Question | undefined;
    };
    const { complete } = await completeByAsking({ facts }, ask, { review });
    expect(complete).toMatchObject({
      tier: 'ravelin',
      rooms: 120,
      matrixHost: 'chat.example.org',
      admin: 'root',
    });
    expect(offered.slice(4, 6)).toEqual(['garrison', '7']);
    expect(left).toEqual([]);
    expect(seen[0]).toEqual([
      'domain: example.org',
      'matrix-host: matrix.example.org',
      'tier: garrison',
      'rooms: 7',
      'federation: open',
      'admin: root',
      'registration: closed',
      'email: none',
      'docker-source: docker',
      'client: none',
      'moderation: none',
    ]);
    expect(seen).toHaveLength(4);
  });
  test('a line without a value can be filled, looked at, and left empty', async () => {
    const { ask, left } = scripted(
      ['domain', 'example.org'],
      ['tier', 'garrison'],
      ['rooms', '7'],
      ['admin', 'root'],
      ['email', ''],
      ['email', BACK],
      ['email', 'help@example.org'],
    );
    const wanted = [QUESTIONS.email, QUESTIONS.email, QUESTIONS.email, undefined];
    const seen: (string | undefined)[] = [];
    const review = async (lines: readonly SummaryLine[]) => {
      seen.push(lines.find(({ name }) => name === 'email')?.value);
      return wanted.shift() as Question | undefined;
    };
    const { complete } = await completeByAsking({ facts }, ask, { review });
    expect(seen).toEqual(['none', 'none', 'none', 'help@example.org']);
    expect(complete?.email).toBe('help@example.org');
    expect(left).toEqual([]);
  });
  test('what is found out about an answer is known from then on', async () => {
    const { ask, left } = scripted(
      ['domain', 'example.org'],
      ['tier', 'garrison'],
      ['rooms', '7'],
      ['admin', 'root'],
    );
    const look = async ({ values: { domain } }: Resolution) =>
      domain === undefined ? {} : { clientName: `chat.${domain}` };
    const { complete } = await completeByAsking({ facts }, ask, { look });
    expect(complete?.client).toEqual({ name: 'element', host: 'chat.example.org' });
    expect(left).toEqual([]);
  });
  test('a value of a flag is shown and cannot be changed', async () => {
    const { ask } = scripted(['tier', 'garrison'], ['rooms', '7'], ['admin', 'root']);
    let fixed: unknown[] = [];
    const review = async (lines: readonly SummaryLine[]) => {
      fixed = lines.filter((line) => line.fixed).map(({ name }) => name);
      return undefined;
    };
    await completeByAsking({ flags: { domain: 'example.org' }, facts }, ask, { review });
    expect(fixed).toEqual(['domain']);
  });
  test('the summary shows a name in another script both ways', async () => {
    let shown: readonly SummaryLine[] = [];
    const review = async (lines: readonly SummaryLine[]) => {
      shown = lines;
      return undefined;
    };
    const ask = async (question: Question) =>
      question.id === 'domain'
        ? 'bücher.example'
        : String(question.default?.({ tier: 'ravelin' }, facts)?.value);
    const { complete } = await completeByAsking({ facts }, ask, { review });
    expect(complete?.domain).toBe('xn--bcher-kva.example');
    expect(shown.find(({ name }) => name === 'domain')?.value).toBe('xn--bcher-kva.example (bücher.example)');
  });
  test('there is no summary where nothing was asked', async () => {
    const { ask } = scripted();
    const stored = { host: { domain: 'example.org', tier: 'ravelin', rooms: '9', admin: 'root' } };
    const review = async () => expect.unreachable();
    const { complete } = await completeByAsking({ stored, facts }, ask, { review });
    expect(complete).toBeDefined();
  });
});

describe("a web server of somebody's own", () => {
  const flags = { domain: 'example.org' };
  const nginx = { software: 'nginx', found: 'nginx holds port 443', inContainer: false } as const;
  const askedOf = async (inputs: AnswerInputs) => {
    const asked: string[] = [];
    const lines: string[] = [];
    const ask = async ({ id }: Question, { suggestion }: { suggestion?: { value: unknown } }) => {
      asked.push(id);
      return String(suggestion?.value ?? 'example.org');
    };
    const review = async (all: readonly SummaryLine[]) => {
      lines.push(...all.map(({ name, value }) => `${name} ${value}`));
      return undefined;
    };
    const { complete } = await completeByAsking(inputs, ask as Parameters<typeof completeByAsking>[1], {
      review,
    });
    return { asked, lines, complete };
  };

  test('is none unless it is named, and then the place of the router is known', () => {
    expect(resolveAnswers({ flags, facts }).complete).not.toHaveProperty('proxy');
    expect(resolveAnswers({ flags: { ...flags, proxy: 'nginx' }, facts }).complete?.proxy).toEqual({
      software: 'nginx',
      listen: '127.0.0.1:8008',
    });
  });
  test('goes again with --proxy none, and its place with it', () => {
    const stored = { host: { ...flags, proxy: 'nginx', proxyListen: '10.0.0.1:8008' } };
    expect(resolveAnswers({ stored, facts }).complete?.proxy?.listen).toBe('10.0.0.1:8008');
    const { complete, problems } = resolveAnswers({ flags: { proxy: 'none' }, stored, facts });
    expect(problems).toEqual([]);
    expect(complete).not.toHaveProperty('proxy');
  });
  test('a place without a proxy is a mistake', () => {
    const { problems } = resolveAnswers({ flags: { ...flags, proxyListen: '10.0.0.1:8008' }, facts });
    expect(problems).toEqual(['--proxy-listen needs --proxy']);
  });
  test('is written into an answers file and read back', () => {
    const { complete } = resolveAnswers({ flags: { ...flags, proxy: 'apache' }, facts });
    const file = parseAnswersFile(formatAnswersFile(complete as Answers), 'x');
    expect(file.answers).toMatchObject({ proxy: 'apache', proxyListen: '127.0.0.1:8008' });
    expect(resolveAnswers({ file, facts }).complete).toEqual(complete);
  });
  test('is neither asked about nor shown where nothing gives cause', async () => {
    const { asked, lines } = await askedOf({ flags, facts });
    expect(asked).not.toContain('proxy');
    expect(lines.join('\n')).not.toContain('proxy');
  });
  test('is asked about where one was found, that one first', async () => {
    const { asked, lines, complete } = await askedOf({ flags, facts: { ...facts, webServer: nginx } });
    expect(asked).toContain('proxy');
    expect(lines).toContain('proxy nginx');
    expect(complete?.proxy).toEqual({ software: 'nginx', listen: '127.0.0.1:8008' });
  });
  test('in a container it does not reach the loopback', async () => {
    const webServer = {
      software: 'traefik',
      found: 'a container holds port 443',
      inContainer: true,
    } as const;
    const { complete } = await askedOf({ flags, facts: { ...facts, webServer } });
    expect(complete?.proxy).toEqual({ software: 'traefik', listen: '172.17.0.1:8008' });
  });
});
