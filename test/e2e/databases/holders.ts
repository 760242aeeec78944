import type { Vps } from '../../world/index.ts';

const KEPT = '/run/wanted.test';

/** Files below /opt/matrix-bastion, /etc and /var/log that hold a secret, and processes that have it in sight. */
export const holders = async (vps: Vps, secret: string): Promise<string[]> => {
  await vps.exec(`umask 077; cat >${KEPT}`, { input: `${secret}\n` });
  const { stdout } = await vps.exec(`grep -rlF -f ${KEPT} /opt/matrix-bastion /etc /var/log 2>/dev/null
for process in /proc/[0-9]*; do
  tr '\\0' '\\n' <"$process/cmdline" 2>/dev/null | grep -qF -f ${KEPT} && echo "argument of $process"
  tr '\\0' '\\n' <"$process/environ" 2>/dev/null | grep -qF -f ${KEPT} && echo "environment of $process"
done
rm ${KEPT}`);
  return stdout.split('\n').filter(Boolean);
};
