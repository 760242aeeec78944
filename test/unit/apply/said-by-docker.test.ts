import { describe, expect, it } from 'vitest';
import { pulledImages } from '../../../src/apply/images.ts';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { acceptedBySynapse } from '../../../src/apply/synapse-config.ts';
import type { Tools } from '../../../src/apply/tools.ts';
import { Failure } from '../../../src/errors.ts';

/** A machine on which everything ends like this. */
const ending = (stdout: string, code: number): Tools => {
  const result = { code, stdout, stderr: '' };
  const host = {
    name: 'vps',
    run: () => Promise.resolve(result),
    startJob: () => Promise.resolve(),
    followJob: () => Promise.resolve(result),
  };
  return {
    host,
    scripts: loadScripts(),
    progress: () => {},
    signal: new AbortController().signal,
  } as unknown as Tools;
};

const failureOf = async (work: Promise<unknown>): Promise<Failure> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw new Error('it did not fail');
  return error;
};

describe('an image that cannot be pulled', () => {
  it.each([
    ['dial tcp: lookup ghcr.io on 127.0.0.9:53: no such host', /resolves no names/],
    ['dial tcp: lookup ghcr.io: Temporary failure in name resolution', /resolves no names/],
    ['dial tcp: lookup ghcr.io on 127.0.0.9:53: read: connection refused', /resolves no names/],
    ['toomanyrequests: You have reached your pull rate limit.', /docker login/],
    ['write /var/lib/docker/tmp/x: no space left on device', /Free space below \/var\/lib\/docker/],
    ['dial tcp 203.0.113.9:443: connect: connection refused', /way out to the registry/],
  ])('%s', async (said, fix) => {
    const line = `MB-PULL-FAILED ghcr.io/x/y:1: Error response from daemon: ${said}`;
    const { text } = await failureOf(pulledImages({ synapse: 'ghcr.io/x/y:1' }, ending(line, 1)));
    expect(text.code).toBe('MB-PULL');
    expect(text.why).toContain(said);
    expect(text.fix?.join(' ')).toMatch(fix);
  });
});

describe('a configuration that Synapse is asked about', () => {
  it.each([
    [1, "Error in configuration at 'listeners': expected a list", 'MB-SYNAPSE-CONFIG', /expected a list/],
    [
      125,
      "docker: Error response from daemon: mkdir /var/lib/docker/x: no space left on device.\nSee 'docker run --help'.",
      'MB-HOST-DISK',
      /no space left/,
    ],
    [
      125,
      "docker: Error response from daemon: something else.\nSee 'docker run --help'.",
      'MB-SYNAPSE-TRY',
      /something else/,
    ],
  ])('ends with %i: %s', async (code, said, expected, why) => {
    const { text } = await failureOf(acceptedBySynapse('image', '/staged', ending(said, code)));
    expect(text.code).toBe(expected);
    expect(text.why).toMatch(why);
    expect(text.safe).toContain('keeps its configuration');
  });
});
