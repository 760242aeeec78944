/**
 * Reruns over edited files on a machine that is a map from paths to texts: the product's own plan, and its own script
 * order of writes, without a shell.
 */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Answers } from '../../../src/answers/answers.ts';
import { putRecorded } from '../../../src/apply/files.ts';
import type { Tools } from '../../../src/apply/tools.ts';
import { type EditChoices, type HandEdits, NO_CHOICES } from '../../../src/edits/hand-edits.ts';
import type { Host, TreeEntry } from '../../../src/host/host.ts';
import { desire } from '../../../src/plan/desire.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { type Goal, NOTHING_SAID } from '../../../src/plan/goal.ts';

import { RELEASE } from '../../../src/releases/release.ts';
import type { RenderedFile } from '../../../src/render/desired.ts';
import { PATHS, writingCopy, writtenCopy } from '../../../src/render/layout.ts';
import { loadTemplates } from '../../../src/render-io/load-templates.ts';
import { differingFiles, sha256 } from '../../../src/steps/compare.ts';
import { someAnswers, someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';

const TEMPLATES = loadTemplates();

/** What the handEdits fact finds (its own script is run in test/unit/facts). */
const editsOn = (disk: ReadonlyMap<string, string>): HandEdits =>
  Object.fromEntries(
    [...disk]
      .filter(([path]) => path.startsWith(`${PATHS.written}/`))
      .map(([copy, base]) => [copy.replace(PATHS.written, PATHS.root), base] as const)
      .filter(([path, base]) => {
        const text = disk.get(path);
        return text !== undefined && text !== base && text !== disk.get(writingCopy(path));
      })
      .map(([path, base]) => [path, { base, edited: disk.get(path) ?? '' }]),
  );

class Machine {
  readonly disk = new Map<string, string>();
  readonly entries = new Map<string, TreeEntry>();
  /** Placed entries after which the machine loses its power. */
  powerFor = Number.POSITIVE_INFINITY;

  facts(): Facts {
    const files = Object.fromEntries(
      [...this.entries.values()].map(({ path, type, mode, uid, gid }) => {
        const text = this.disk.get(path) ?? '';
        return [
          path,
          { type, mode, uid, gid, size: text.length, ...(type === 'file' && { sha256: sha256(text) }) },
        ];
      }),
    );
    return someFacts({ files, handEdits: editsOn(this.disk) });
  }

  goal(answers: Partial<Answers>, choices: EditChoices = NO_CHOICES): Goal {
    const facts = this.facts();
    const { budget } = goalFor(facts, answers);
    return desire(someAnswers(answers), budget, facts, RELEASE, TEMPLATES, NOTHING_SAID, choices);
  }

  open(answers: Partial<Answers>, choices?: EditChoices): RenderedFile[] {
    const { files } = this.goal(answers, choices).desired;
    return differingFiles(files, this.facts().host);
  }

  async run(answers: Partial<Answers>, choices?: EditChoices): Promise<void> {
    const host = {
      run: async () => ({ code: 0, stdout: '', stderr: '' }),
      putTree: async (tree: readonly TreeEntry[]) => {
        for (const entry of tree) {
          if (this.powerFor <= 0) throw new Error('power cut');
          this.powerFor -= 1;
          this.entries.set(entry.path, entry);
          if (entry.type === 'file') this.disk.set(entry.path, String(entry.content));
        }
      },
    } as unknown as Host;
    const tools = {
      host,
      scripts: { 'keep-replaced.sh': '' },
      progress: () => {},
      signal: new AbortController().signal,
    } as unknown as Tools;
    const open = this.open(answers, choices);
    if (open.length > 0) await putRecorded(open, tools);
  }

  edit(path: string, change: (text: string) => string): void {
    const before = this.disk.get(path) ?? '';
    const after = change(before);
    expect(after).not.toBe(before);
    this.disk.set(path, after);
  }

  yaml(path: string): Record<string, unknown> {
    return parse(this.disk.get(path) ?? '', { merge: true });
  }
}

const installedMachine = async (): Promise<Machine> => {
  const machine = new Machine();
  await machine.run({});
  expect(machine.open({})).toEqual([]);
  return machine;
};

const LARGE = { tier: 'bulwark', rooms: 3000 } as const;

describe('hand edits', () => {
  it('survive three reruns with changed answers, and each ends with nothing to do', async () => {
    const machine = await installedMachine();
    machine.edit(PATHS.homeserver, (text) => `${text}\n# mine\nmax_image_pixels: 64M\n`);
    machine.edit(PATHS.compose, (text) =>
      text.replace(/^ {2}redis:\n/m, '  redis:\n    # mine\n    mem_limit: 96m\n'),
    );
    expect(machine.open({}).map(({ edit }) => edit?.kind)).not.toContain('undecided');
    for (const answers of [{ rooms: 200 }, { rooms: 60, email: 'a@example.org' }, { rooms: 9 }]) {
      await machine.run(answers);
      expect(machine.open(answers)).toEqual([]);
      expect(machine.disk.get(PATHS.homeserver)).toContain('# mine\nmax_image_pixels: 64M');
      expect(machine.disk.get(PATHS.compose)).toContain('# mine\n    mem_limit: 96m');
      // What is new came in: but for the edits it is what a machine without them has.
      const clean = new Machine();
      await clean.run(answers);
      expect(machine.yaml(PATHS.homeserver)).toEqual({
        ...clean.yaml(PATHS.homeserver),
        max_image_pixels: '64M',
      });
      expect(machine.disk.get(writtenCopy(PATHS.homeserver))).toBe(clean.disk.get(PATHS.homeserver));
    }
  });

  it('restart what reads the file', async () => {
    const machine = await installedMachine();
    const before = machine.goal({}).desired.configHashes;
    machine.edit(PATHS.homeserver, (text) => `${text}\nmax_image_pixels: 64M\n`);
    const after = machine.goal({}).desired.configHashes;
    expect(after.synapse).not.toBe(before.synapse);
    expect({ ...after, synapse: '' }).toEqual({ ...before, synapse: '' });
  });

  it('in the Caddyfile are told from what Caddy has loaded, and settle', async () => {
    const machine = await installedMachine();
    const before = machine.goal({}).desired.caddyfileDigest;
    machine.edit(PATHS.caddyfile, (text) => `${text}\n# mine\n`);
    const { caddyfileDigest } = machine.goal({}).desired;
    expect(caddyfileDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(caddyfileDigest).not.toBe(before);
    await machine.run({});
    expect(machine.open({})).toEqual([]);
    expect(machine.goal({}).desired.caddyfileDigest).toBe(caddyfileDigest);
    expect(machine.disk.get(PATHS.caddyfile)).toContain(`respond /loaded "${caddyfileDigest}"`);
    expect(machine.disk.get(PATHS.caddyfile)).toMatch(/# mine\n$/);
  });

  it('that need a word are named, and settle by it either way', async () => {
    const machine = await installedMachine();
    machine.edit(PATHS.caddyfile, (text) => `${text}\n# mine\n`);
    const changed = { email: 'new@example.org' };
    const named = (choices?: EditChoices) =>
      machine
        .open(changed, choices)
        .filter(({ edit }) => edit?.kind === 'undecided')
        .map(({ path }) => path);
    expect(named()).toEqual([PATHS.caddyfile]);
    const keep: EditChoices = { ...NO_CHOICES, keep: { all: true, paths: [] } };
    expect(named(keep)).toEqual([]);
    await machine.run(changed, keep);
    expect(machine.open(changed)).toEqual([]);
    expect(machine.disk.get(PATHS.caddyfile)).toContain('# mine');

    const replace: EditChoices = { ...NO_CHOICES, replace: { all: false, paths: [PATHS.caddyfile] } };
    await machine.run(changed, replace);
    expect(machine.open(changed)).toEqual([]);
    const clean = new Machine();
    await clean.run(changed);
    expect(machine.disk.get(PATHS.caddyfile)).toBe(clean.disk.get(PATHS.caddyfile));
  });

  it('are not seen where a run was interrupted, whatever the next one is asked for', async () => {
    const count = new Machine();
    await count.run(LARGE);
    const whole = count.entries.size;
    expect(whole).toBeGreaterThan(30);
    for (let power = 0; power < whole; power += 1) {
      const machine = await installedMachine();
      machine.powerFor = power;
      await machine.run(LARGE).catch(() => {});
      machine.powerFor = Number.POSITIVE_INFINITY;
      expect(editsOn(machine.disk), `after ${power} writes`).toEqual({});
      const next = power % 2 === 0 ? LARGE : { rooms: 77 };
      await machine.run(next);
      expect(machine.open(next), `after ${power} writes`).toEqual([]);
      expect(editsOn(machine.disk)).toEqual({});
    }
  });
});
