/**
 * Two runs at once, as whole programs on two laptops would be, on one machine: exactly one changes it, and the other says
 * who that is and since when. `npm run sweep -- two`: until they have met 50 times.
 */
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from '../e2e/variants/fresh.ts';
import { BIN, initArguments, installation } from '../support/product.ts';
import { operator, type Vps } from '../world/index.ts';

const NAME = 'sw-two';
const DOMAIN = 'sw-two.test';
const TIMES = 50;
const ANSWERS = '/opt/matrix-bastion/answers.yaml';

interface Run {
  readonly pid: number;
  readonly rooms: number;
  readonly exitCode: number | undefined;
  readonly text: string;
}

const start = async (vps: Vps, rooms: number): Promise<Run> => {
  const flags = [...SMALL_DISTRO, '--rooms', String(rooms)];
  const child = operator.spawn([process.execPath, BIN, ...initArguments({ vps, domain: DOMAIN, flags })], {
    stdin: 'ignore',
    all: true,
    reject: false,
  });
  const { exitCode, all } = await child;
  return { pid: child.pid ?? 0, rooms, exitCode, text: all };
};

const LOCKED =
  /MB-RUN-LOCKED[\s\S]*By root on \S+ \(pid (\d+)\), since (\d{4}-\d\d-\d\dT[\d:.]+Z)\.[\s\S]*This run changed nothing\./;

/** What is wrong with two runs that met; undefined when nothing is. */
const judge = async (vps: Vps, winner: Run, loser: Run, begun: number): Promise<string | undefined> => {
  const [, pid, since] = LOCKED.exec(loser.text) ?? [];
  if (loser.exitCode !== 4 || pid === undefined || since === undefined)
    return `the second ended with ${loser.exitCode}:\n${loser.text}`;
  if (Number(pid) !== winner.pid) return `it named process ${pid}, which is not the other (${winner.pid})`;
  const at = Date.parse(since);
  if (at < begun || at > Date.now()) return `since ${since} is not within this time`;
  if (/\[\d\/6\]/.test(loser.text)) return `the second began a step:\n${loser.text}`;
  const { stdout } = await vps.exec(`cat ${ANSWERS}`);
  return new RegExp(`^rooms: ${winner.rooms}$`, 'm').test(stdout)
    ? undefined
    : `the machine has other answers:\n${stdout}`;
};

export const sweepTwo = async (): Promise<number> => {
  forgetDomain(DOMAIN);
  let [met, passed, failed] = [0, 0, 0];
  try {
    const vps = await freshMachine({ name: NAME, domains: [DOMAIN, `matrix.${DOMAIN}`] });
    const first = await installation({ vps, domain: DOMAIN, flags: SMALL_DISTRO });
    if (first.exitCode !== 0) throw new Error(first.all);
    for (let rooms = 21; met < TIMES; rooms += 2) {
      const begun = Date.now();
      const runs = await Promise.all([start(vps, rooms), start(vps, rooms + 1)]);
      const winners = runs.filter(({ exitCode }) => exitCode === 0);
      const [winner, loser] = [winners[0], runs.find((run) => run !== winners[0])];
      if (winners.length === 2) {
        // One had ended before the other asked for the lock: nothing to see.
        passed += 1;
        if (passed > 4 * TIMES) throw new Error('they do not meet');
        continue;
      }
      met += 1;
      const why =
        winner === undefined || loser === undefined
          ? `neither came through:\n${runs.map(({ text }) => text).join('\n')}`
          : await judge(vps, winner, loser, begun);
      if (why !== undefined) failed += 1;
      console.log(`${met}/${TIMES} ${why ?? 'one worked, the other said who and since when'}`);
    }
  } finally {
    await removeMachine(NAME);
    forgetDomain(DOMAIN);
  }
  console.log(
    `\n${met} times two runs met, ${met - failed} times exactly one worked; ${passed} times one was done before.`,
  );
  return failed;
};
