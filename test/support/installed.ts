import type { Answers } from '../../src/answers/answers.ts';
import type { FileFact, HostFacts } from '../../src/host/facts/index.ts';
import { botUserId, madeMark } from '../../src/people/moderation-bot.ts';
import type { Facts } from '../../src/plan/facts.ts';
import {
  COMPONENTS,
  type Component,
  componentOf,
  isTracked,
  lockVariable,
  PATHS,
  UID,
  writtenCopy,
} from '../../src/render/layout.ts';
import { botTokenPath } from '../../src/render/moderation.ts';
import { SECRET_FILES } from '../../src/render/secrets.ts';
import { confdDigest, validationDigest } from '../../src/steps/2-homeserver.ts';
import { ownerOf, sha256 } from '../../src/steps/compare.ts';
import { someFacts } from './facts.ts';
import { goalFor } from './goal.ts';

const publishedBy = ({ proxy }: Answers): string[] => (proxy ? [proxy.listen] : [':80', ':443']);

const DIGEST = `sha256:${'a'.repeat(64)}`;

/** The facts of a machine on which everything is as these answers want it. */
export const installed = (
  parts: Partial<Answers> = {},
  machine: Partial<HostFacts['machine']> = {},
): Facts => {
  const engine = { binary: '/usr/bin/docker', engine: '28.0.1', compose: '2.33.0' };
  const goal = goalFor(someFacts({ docker: engine, machine }), parts);
  const files: Record<string, FileFact> = {};
  for (const { path, mode, owner } of goal.desired.directories) {
    files[path] = { type: 'directory', mode, ...UID[owner], size: 4096 };
  }
  for (const file of goal.desired.files) {
    files[file.path] = {
      type: 'file',
      mode: file.mode,
      ...ownerOf(file),
      size: file.content.length,
      sha256: sha256(file.content),
    };
  }
  for (const { path, content } of goal.desired.files.filter((file) => isTracked(file.path)))
    files[writtenCopy(path)] = {
      type: 'file',
      mode: 0o600,
      uid: 0,
      gid: 0,
      size: content.length,
      sha256: sha256(content),
    };
  const { moderation, domain, admin } = goal.answers;
  if (moderation !== undefined)
    files[botTokenPath(moderation)] = { type: 'file', mode: 0o600, ...UID[moderation], size: 60 };
  for (const { path, owner } of [...SECRET_FILES, ...goal.desired.secrets])
    files[path] = { type: 'file', mode: 0o600, ...UID[owner], size: 64 };
  files[PATHS.signingKey] = { type: 'file', mode: 0o600, ...UID.synapse, size: 59 };

  const content = (path: string) => goal.desired.files.find((file) => file.path === path)?.content ?? '';
  const image = (component: Component) => `${goal.desired.images[component]}@${DIGEST}`;
  const host: Partial<HostFacts> = {
    docker: { ...someFacts().host.docker, ...engine },
    machine: { ...someFacts().host.machine, ...machine },
    files,
    storedAnswers: content(PATHS.answers),
    domainHere: content(PATHS.domainHere),
    imageLock: COMPONENTS.map((component) => `${lockVariable(component)}=${image(component)}\n`).join(''),
    loadedCaddyfile: goal.desired.caddyfileDigest,
    plannedBox: content(PATHS.plannedBox),
    moderationMark:
      moderation === undefined ? '' : `${madeMark(botUserId(moderation, domain), `@${admin}:${domain}`)}\n`,
    databaseOnDisk: '17\n',
    databaseBorn: '7400000000000000000 17\n',
    validatedConfig: `${validationDigest(goal, confdDigest(someFacts({ files }).host))}\n`,
    federationProved: `${goal.answers.domain} ${goal.answers.matrixHost}\n`,
    containers: goal.desired.services.map((service) => ({
      service,
      state: 'running',
      health: 'healthy',
      image: image(componentOf(service)),
      config: goal.desired.configHashes[service] ?? '',
      startedAt: '2026-01-01T00:00:00Z',
      workingDir: PATHS.root,
      published: service === 'caddy' ? publishedBy(goal.answers) : [],
      drifted: false,
    })),
    database: {
      answers: true,
      serverVersion: '17.5',
      systemIdentifier: '7400000000000000000',
      encoding: 'UTF8',
      collate: 'C',
      ctype: 'C',
      passwordAgrees: true,
      admins: [`@${goal.answers.admin}:${goal.answers.domain}`],
      schema: 94,
      compat: 84,
      backgroundUpdates: 0,
    },
  };
  return someFacts(host, {
    certificates: { 'example.org': { verified: true }, 'matrix.example.org': { verified: true } },
    federation: { verdict: 'green', seen: '' },
    wellKnownPublished: true,
    registration: 'closed',
    ...(goal.answers.federation !== 'open' && { shutOut: true }),
    ...(goal.answers.proxy && { throughProxy: '' }),
  });
};
