import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

interface Group {
  readonly name: string;
  readonly include: string[];
  /** Groups run one after the other: minutes of real machines must not slow down what counts in seconds. */
  readonly order: number;
  readonly more?: object;
}

const group = ({ name, include, order, more = {} }: Group) => ({
  test: { name, include, environment: 'node', sequence: { groupOrder: order }, ...more },
});

const MINUTE = 60_000;

/** Files of minutes, the longest first: one that begins last would run alone while the other core has nothing to do. */
const LONG = [
  'people',
  'life',
  'upgrade',
  'safety',
  'workers',
  'databases',
  'workers-and-back',
  'postgres',
  'refusals',
  'interrupted',
  'apex-elsewhere',
  'behind-proxy',
  'backup',
].map((name) => `/test/e2e/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = LONG.findIndex((name) => moduleId.endsWith(name));
      return found < 0 ? LONG.length : found;
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ['default', ['json', { outputFile: 'coverage/results.json' }]],
    projects: [
      group({
        name: 'unit',
        include: ['test/unit/**/*.test.ts'],
        order: 0,
        more: { maxWorkers: 2, testTimeout: 20_000 },
      }),
      group({
        name: 'package',
        include: ['test/package/**/*.test.ts'],
        order: 1,
        more: { maxWorkers: 1, testTimeout: 5 * MINUTE, hookTimeout: 5 * MINUTE },
      }),
      // Real sshd on this machine.
      group({
        name: 'contract',
        include: ['test/contract/**/*.test.ts'],
        order: 2,
        more: { maxWorkers: 1, testTimeout: 2 * MINUTE, hookTimeout: 5 * MINUTE },
      }),
      // The world itself, last: it takes the world down.
      group({
        name: 'world-itself',
        include: ['test/world/**/*.test.ts'],
        order: 4,
        more: { maxWorkers: 1, testTimeout: 15 * MINUTE, hookTimeout: 30 * MINUTE },
      }),
      // Real machines. Each file has domains and machines of its own; three side by side keep two cores busy while one waits.
      group({
        name: 'world',
        include: ['test/e2e/**/*.test.ts'],
        order: 3,
        more: {
          globalSetup: 'test/support/world-setup.ts',
          setupFiles: ['test/support/world-ready.ts'],
          maxWorkers: 3,
          testTimeout: 15 * MINUTE,
          hookTimeout: 30 * MINUTE,
        },
      }),
    ],
  },
});
