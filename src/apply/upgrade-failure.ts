import { Failure } from '../errors.ts';
import type { PostgresMove } from '../releases/postgres.ts';
import { switchWords } from '../releases/words.ts';
import { PATHS } from '../render/layout.ts';
import { likelyCause, marked, tail } from './script.ts';

interface Work {
  readonly action: 'switch' | 'resume' | 'back';
  readonly from: string;
  readonly to: string;
  readonly backup: string;
  readonly postgres?: PostgresMove;
}

/** What templates/scripts/upgrade.sh says as it begins to stop something. */
const TOUCHED = /^(?:stopping (?:workers|Synapse)|starting Synapse|putting Synapse)\b/m;

/** What an upgrade says that was taken back, in the words of the container that failed. Pure. */
export const upgradeFailure = (work: Work, output: string): Failure => {
  const { action, backup } = work;
  const { old, next } = switchWords(work);
  const said = output
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2));
  // The first that was red: what failed after it failed on the way back.
  const red = /^MB-UPGRADE-RED (\S+): (.*)$/m.exec(output);
  const [, service = 'Synapse', state = 'it ended before its time'] = red ?? [];
  const where =
    service === 'compose' ? 'Docker Compose' : service === 'database' ? 'The move of the database' : service;
  const why = [`${where}: ${state}`, likelyCause(said.join('\n'))].filter((line) => line !== '').join('\n');
  const log = tail(said.join('\n'));
  const reverted = /^MB-UPGRADE-REVERTED /m.test(output);
  const stuck =
    marked(output, 'MB-UPGRADE-STUCK') ??
    (!reverted && TOUCHED.test(output) ? tail(output, 1)[0] : undefined);
  if (stuck !== undefined)
    return new Failure({
      code: 'MB-UPGRADE-STUCK',
      what: `Neither ${next} nor ${old} comes up.`,
      why: `${why}\n${stuck}`,
      fix: [
        `On the machine: cd ${PATHS.root} && docker compose logs synapse`,
        ...(backup === '' ? [] : [`The backup from before the upgrade: ${backup}`]),
        'Correct the cause, then run this again: it goes on from here.',
      ],
      safe: `The data are on the disk; images and configuration of both are in ${PATHS.upgrade}.`,
      log,
    });
  if (!reverted)
    return new Failure({
      code: 'MB-UPGRADE-STOPPED',
      what: action === 'back' ? 'Going back was not begun.' : 'The upgrade was not begun.',
      why: tail(output, 1)[0] ?? 'No reason was given.',
      fix: [`Check the disk of ${PATHS.state}, then run this again.`],
      safe: 'Nothing was started or stopped.',
      log: tail(output),
    });
  return new Failure({
    code: 'MB-UPGRADE-REVERTED',
    what: `${next} does not come up here. ${old} serves again.`,
    why,
    fix: [
      /no space left/i.test(why)
        ? `Free space on the disk of ${PATHS.root} and of /var/lib/docker (df -h tells which is full), then run this again.`
        : 'Correct the cause, then run this again.',
      `Until then the server stays at ${old}; nothing has to be done for that.`,
    ],
    safe: stateOfData(work, output),
    log,
  });
};

/** What became of the data when the old release was put back. */
const stateOfData = (work: Work, output: string): string => {
  const { to, backup, postgres } = work;
  const served = marked(output, 'MB-UPGRADE-ASIDE');
  const restored = marked(output, 'MB-UPGRADE-RESTORED');
  if (postgres !== undefined)
    return `Images, configuration and the database are as before.${served === undefined ? '' : ` What ${switchWords(work).next} had written is kept in ${served}.`}`;
  return restored === undefined
    ? 'Images and configuration are as before, and so are all data.'
    : `Images and configuration are as before. Synapse ${to} had changed the database, which was therefore restored from ${backup}; the changed one is kept in ${restored}.`;
};
