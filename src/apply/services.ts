import { Failure } from '../errors.ts';
import { HEALTH_CHECK } from '../host/health-check.ts';
import type { RunResult } from '../host/host.ts';
import type { ChangeOf } from '../plan/change.ts';
import { PATHS, PROJECT, type Service } from '../render/layout.ts';
import { commandFailure, likelyCause, marked, runOrFail, script, tail } from './script.ts';
import type { Hands, Outcome, Tools } from './tools.ts';

/** A first start on a slow disk: initdb or Synapse's schema; measured at 3 s each on two cores. */
const HEALTHY_LIMIT_SECONDS = 180;

/** Since when a service is down; read when it answers again. */
const DOWN = '/run/matrix-bastion/down';

const DATA_UNTOUCHED = 'Your data is untouched.';

export const startServices = async (
  { services }: ChangeOf<'start-services'>,
  tools: Tools,
): Promise<Outcome> => {
  tools.progress(`starting ${services.join(', ')}`);
  await runOrFail(
    tools,
    [
      script(tools, 'note-down.sh', { services: services.join(' '), down: DOWN }),
      `cd ${PATHS.root} && docker compose --progress plain up --detach --quiet-pull ${services.join(' ')}`,
    ].join('\n'),
    commandFailure(
      'MB-COMPOSE-UP',
      `Docker Compose could not start ${services.join(', ')}.`,
      [`On the machine: cd ${PATHS.root} && docker compose up -d ${services.join(' ')}`],
      DATA_UNTOUCHED,
    ),
  );
  return 'done';
};

const stopped = async (
  action: 'stop' | 'remove',
  services: readonly Service[],
  tools: Tools,
): Promise<Outcome> => {
  tools.progress(`stopping ${services.join(', ')}`);
  await runOrFail(
    tools,
    [
      ...(action === 'stop'
        ? [script(tools, 'note-down.sh', { services: services.join(' '), down: DOWN })]
        : []),
      script(tools, 'stop-services.sh', { action, services: services.join(' ') }),
    ].join('\n'),
    commandFailure(
      'MB-COMPOSE-STOP',
      `Docker could not stop ${services.join(', ')}.`,
      [
        `On the machine: docker ps, then: docker stop ${services.map((name) => `${PROJECT}-${name}-1`).join(' ')}`,
      ],
      DATA_UNTOUCHED,
    ),
  );
  return 'done';
};

export const stopServices = ({ services }: ChangeOf<'stop-services'>, tools: Tools): Promise<Outcome> =>
  stopped('stop', services, tools);

/** Takes their containers away; what they kept is in folders that other processes share. */
export const removeServices = ({ services }: ChangeOf<'remove-services'>, tools: Tools): Promise<Outcome> =>
  stopped('remove', services, tools);

export const awaitHealthy = async (
  { services }: Omit<ChangeOf<'await-healthy'>, 'kind'>,
  tools: Hands,
): Promise<Outcome> => {
  const fail = (result: RunResult): Failure => {
    const ill = marked(result.stdout, 'MB-NOT-HEALTHY') ?? `${services.join(', ')}: no answer`;
    const name = ill.split(':')[0];
    return new Failure({
      code: 'MB-NOT-HEALTHY',
      what: `${name} does not answer (${ill.slice((name?.length ?? 0) + 2)}).`,
      why: likelyCause(result.stdout),
      fix: [
        `On the machine: cd ${PATHS.root} && docker compose logs ${name}`,
        'Correct the cause, then run this again.',
      ],
      safe: DATA_UNTOUCHED,
      log: tail(result.stdout),
    });
  };
  await runOrFail(
    tools,
    HEALTH_CHECK +
      script(tools, 'await-healthy.sh', {
        services: services.join(' '),
        limit: HEALTHY_LIMIT_SECONDS,
        down: DOWN,
        state: PATHS.state,
      }),
    fail,
  );
  return 'done';
};

export const reloadCaddy = async (tools: Tools): Promise<Outcome> => {
  await runOrFail(
    tools,
    `cd ${PATHS.root} && timeout 60 docker compose exec -T caddy caddy reload --config /etc/caddy/Caddyfile --adapter caddyfile --address unix//run/caddy/admin.sock 2>&1`,
    commandFailure(
      'MB-CADDY-CONFIG',
      'Caddy does not accept its new configuration.',
      [`On the machine: cd ${PATHS.root} && docker compose logs caddy`],
      'Caddy goes on serving with the configuration that it had.',
    ),
  );
  return 'done';
};
