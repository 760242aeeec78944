import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/cli/context.ts';
import type { InitOptions } from '../../../src/cli/options.ts';
import { decideEdits, editedFiles, showEdits } from '../../../src/commands/init/edits.ts';
import type { Situations } from '../../../src/commands/init/situations.ts';
import { NO_CHOICES } from '../../../src/edits/hand-edits.ts';
import { EXIT } from '../../../src/errors.ts';
import { PATHS } from '../../../src/render/layout.ts';
import type { Ui } from '../../../src/ui/ui.ts';
import { someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';

/** Somebody's Caddyfile, last written for other answers; and a homeserver.yaml that merges. */
const facts = someFacts({
  handEdits: {
    [PATHS.caddyfile]: { base: 'old\n', edited: 'old\n# smtp_pass: hunter2\n' },
    [PATHS.homeserver]: { base: 'server_name: x\n', edited: 'server_name: x\nform_secret: hunter2\n' },
  },
});
const sides: Situations = {
  app: (seen) => ({ goal: goalFor(seen), facts: seen }),
  databaseBox: () => {
    throw new Error('there is no second machine');
  },
};
const edited = editedFiles(sides, facts);
const options = (parts: Partial<InitOptions> = {}) => ({ edits: NO_CHOICES, ...parts }) as InitOptions;
const context = (interactive: boolean) => ({ interactive, ui: {} }) as unknown as CommandContext;

describe('edits that cannot be merged', () => {
  it.each([
    ['without a terminal', options(), false],
    ['with --yes', options({ yes: true }), true],
  ])('stop a run %s, which names both ways', async (_name, given, interactive) => {
    await expect(decideEdits(edited, given, context(interactive))).rejects.toMatchObject({
      exitCode: EXIT.refused,
      text: {
        code: 'MB-HAND-EDIT',
        what: `${PATHS.caddyfile} was edited by hand, and this run changes the same.`,
        fix: [
          expect.stringContaining('--keep caddy/config/Caddyfile'),
          expect.stringContaining('--replace caddy/config/Caddyfile'),
          expect.any(String),
        ],
        safe: 'Nothing was changed.',
      },
    });
  });
  it.each([options({ check: true }), options({ dryRun: true })])(
    'do not stop a run that only looks',
    async (given) => {
      expect(await decideEdits(edited, given, context(false))).toBe(NO_CHOICES);
    },
  );
});

it('every edit is shown with what becomes of it, without its secrets', () => {
  const printed: string[] = [];
  showEdits(edited, true, { print: (text: string) => printed.push(text) } as unknown as Ui);
  const text = printed.join('\n');
  expect(text).toContain(`Edited by hand: ${PATHS.homeserver}: your changes stay, and what is new comes in.`);
  expect(text).toContain(`Edited by hand: ${PATHS.caddyfile}: this run changes the same`);
  expect(text).toContain('+form_secret: [masked]');
  expect(text).not.toContain('hunter2');
});
