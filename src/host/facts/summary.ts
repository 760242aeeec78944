import type { HostFacts } from './index.ts';

/**
 * The facts as one line for the log: what decides a plan. Left out: contents of files, which are the operator's
 * (daemon.json may hold a proxy's password).
 */
export const summaryOf = ({
  os,
  machine,
  docker,
  containers,
  packages,
  listeners,
  database,
}: HostFacts): string =>
  JSON.stringify({
    os: os.pretty,
    machine,
    docker: { engine: docker.engine, compose: docker.compose, error: docker.error },
    containers,
    packages,
    listeners,
    database,
  });
