import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], more: object = {}) => ({
  test: { name, include, environment: 'node', ...more },
});

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: 'coverage/results.json' }]],
    projects: [
      project('unit', ['test/unit/**/*.test.ts']),
      // Real sshd and real machines: minutes, not seconds, and one at a time unless a file says otherwise.
      project('contract', ['test/contract/**/*.test.ts'], {
        testTimeout: 120_000,
        hookTimeout: 300_000,
        fileParallelism: false,
      }),
      // Each file has domains and machines of its own, so two can go side by side on two cores.
      project('world', ['test/world/**/*.test.ts', 'test/e2e/**/*.test.ts'], {
        globalSetup: 'test/support/world-setup.ts',
        maxWorkers: 2,
        testTimeout: 900_000,
        hookTimeout: 1_800_000,
      }),
    ],
  },
});
