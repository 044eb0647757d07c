/** Tests: one run, no retries, an empty suite is a failure. RAMPART_LONG=1 asks the randomised tests for more runs and more time. */
import { defineConfig } from 'vitest/config';

const long = process.env['RAMPART_LONG'] === '1';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', ...(long ? ['test/**/*.long.ts'] : [])],
    setupFiles: ['test/setup.ts'],
    passWithNoTests: false,
    retry: 0,
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: long ? 1_800_000 : 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    reporters: ['default', 'json'],
    outputFile: { json: '.cache/vitest.json' },
    coverage: { include: ['src/**'], reporter: ['text-summary', 'html'] },
  },
});
