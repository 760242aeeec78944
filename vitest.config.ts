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
      project('world', ['test/world/**/*.test.ts', 'test/e2e/**/*.test.ts'], {
        testTimeout: 900_000,
        hookTimeout: 1_800_000,
        fileParallelism: false,
      }),
    ],
  },
});
