import { until } from '../../world/wait.ts';
import type { Server } from '../life/server.ts';

export const container = (service: string): string => `matrix-bastion-${service}-1`;

/** Runs a script that ends a service's process; over once there is another in its place. */
export const untilReplaced = async (
  server: Server,
  service: string,
  script: (pid: string) => string,
): Promise<void> => {
  const pid = () => server.shell(`docker inspect --format '{{.State.Pid}}' ${container(service)}`);
  const before = (await pid()).trim();
  await server.shell(script(before));
  await until(
    `another process of ${service}`,
    async () => {
      const now = (await pid()).trim();
      return now !== before && now !== '0';
    },
    180_000,
  );
};
