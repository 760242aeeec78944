import type { WayBack } from '../plan/rollback.ts';
import { PATHS, RELEASE_UNIT } from '../render/layout.ts';
import { commandFailure, runOrFail, script } from './script.ts';
import type { Hands } from './tools.ts';

/** What of today's configuration going back to the release before would replace and open. Nothing is changed. */
export const lookAtWayBack = async (hands: Omit<Hands, 'progress'>): Promise<WayBack> => {
  const { stdout } = await runOrFail(
    { ...hands, progress: () => {} },
    script(hands, 'look-at-way-back.sh', {
      root: PATHS.root,
      before: PATHS.beforeRelease,
      parts: RELEASE_UNIT.join(' '),
    }),
    commandFailure(
      'MB-HOST-FACTS',
      'What going back would replace could not be looked at.',
      [`Check the disk of ${PATHS.state}.`],
      'Nothing was changed.',
    ),
  );
  const all = (marker: string): string[] =>
    stdout
      .split('\n')
      .filter((line) => line.startsWith(`${marker} `))
      .map((line) => line.slice(marker.length + 1));
  return {
    replaces: all('MB-REPLACES').map((path) => `${PATHS.root}/${path}`),
    opens: all('MB-OPENS'),
    moved: all('MB-MOVED').length > 0,
  };
};
