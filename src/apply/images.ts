import { Failure } from '../errors.ts';
import type { RunResult } from '../host/host.ts';
import type { ChangeOf } from '../plan/change.ts';
import { COMPONENTS, type Component, lockVariable, PATHS, UID } from '../render/layout.ts';
import { lockedImages } from '../steps/compare.ts';
import { jobOrFail, marked, script, tail } from './script.ts';
import type { Outcome, Tools } from './tools.ts';

/** By what the engine said. */
const pullFix = (why: string): readonly string[] => {
  if (/no space left/i.test(why))
    return ['Free space below /var/lib/docker (on the machine: docker image prune), then run this again.'];
  if (/toomanyrequests|429/i.test(why))
    return [
      'The registry limits pulls per address: wait an hour, or on the machine: docker login',
      'Then run this again.',
    ];
  if (
    /no such host|server misbehaving|lookup .*(timeout|refused|no address)|temporary failure in name/i.test(
      why,
    )
  )
    return [
      'The machine resolves no names. See /etc/resolv.conf there, and: getent hosts ghcr.io',
      'Then run this again.',
    ];
  return ["Check the machine's way out to the registry (DNS, firewall, proxy), then run this again."];
};

const pullFailure = (result: RunResult): Failure => {
  const why = marked(result.stdout, 'MB-PULL-FAILED') ?? tail(result.stdout, 1)[0] ?? 'no reason was given';
  return new Failure({
    code: 'MB-PULL',
    what: 'An image could not be pulled.',
    why,
    fix: pullFix(why),
    safe: 'What was pulled stays; nothing was started or stopped.',
    log: tail(result.stdout),
  });
};

/** An image by its digest where it is locked already. */
export const lockedImage = async (tools: Tools, component: Component): Promise<string> =>
  lockedImages(await readLock(tools))[component] ?? tools.goal.desired.images[component];

/** The lock file's text; empty while there is none. */
export const readLock = async (tools: Tools): Promise<string> =>
  (await tools.host.run(`cat ${PATHS.lock} 2>/dev/null || true`)).stdout;

/** The lock file's text: one line a component, in a fixed order. */
export const lockText = (locked: Readonly<Partial<Record<string, string>>>): string => {
  const lines = COMPONENTS.flatMap((component) =>
    locked[component] ? [`${lockVariable(component)}=${locked[component]}`] : [],
  );
  return `# Image digests, locked when they were first pulled. Written by matrix-bastion.\n${lines.join('\n')}\n`;
};

/** Pulls images. @returns references with digests, by component */
export const pulledImages = async (
  images: ChangeOf<'pull-images'>['images'],
  tools: Tools,
): Promise<Record<string, string>> => {
  const wanted = Object.entries(images).map(([service, image]) => `${service} ${image}`);
  const { stdout } = await jobOrFail(
    tools,
    'pull',
    script(tools, 'pull-images.sh', { wanted: wanted.join('\n') }),
    pullFailure,
  );
  return Object.fromEntries(
    [...stdout.matchAll(/^LOCK (\S+) (\S+)$/gm)].map(([, service = '', ref = '']) => [service, ref]),
  );
};

export const pullImages = async ({ images }: ChangeOf<'pull-images'>, tools: Tools): Promise<Outcome> => {
  const pulled = await pulledImages(images, tools);
  await tools.host.putTree([
    {
      path: PATHS.lock,
      type: 'file',
      content: lockText({ ...lockedImages(await readLock(tools)), ...pulled }),
      mode: 0o644,
      ...UID.root,
    },
  ]);
  return 'done';
};
