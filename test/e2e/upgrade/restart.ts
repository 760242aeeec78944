import type { Vps } from '../../world/index.ts';

/** Seconds from the stop of Synapse to its first answer, by the machine's own clock, as an upgrade counts them. */
export const restartOfSynapse = async (vps: Vps): Promise<string> => {
  const { stdout } = await vps.exec(`begun=$(cut -d ' ' -f 1 /proc/uptime)
docker restart --time 30 matrix-bastion-synapse-1 >/dev/null
until docker exec matrix-bastion-synapse-1 curl -fsS -o /dev/null http://localhost:8008/health 2>/dev/null; do sleep 0.1; done
awk -v begun="$begun" '{ printf "%.1f", $1 - begun }' /proc/uptime`);
  return stdout.trim();
};
