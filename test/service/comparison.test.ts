/** A comparison of a generation with itself finds nothing, whatever is done; and it can find something. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Command, GenerationName } from '../../src/core/index.js';
import { Comparison } from '../../src/service/comparison.js';
import { configOf } from '../core/workbench.js';
import { story } from '../model/random-commands.js';

const STORIES = process.env['RAMPART_LONG'] === '1' ? 1000 : 40;

async function differences(told: {
  readonly config: Parameters<typeof twice>[0];
  readonly commands: Parameters<Comparison['run']>[0];
}): Promise<number> {
  const comparison = twice(told.config);
  let count = 0;
  for await (const operation of comparison.run(told.commands)) count += Number(!operation.same);
  return count;
}

function twice(config: ConstructorParameters<typeof Comparison>[0]): Comparison {
  return new Comparison(config, [config.generation, config.generation]);
}

test('a generation does as itself for random lists', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(story(15), async ({ config, commands }) => {
      expect(await differences({ config, commands: commands.filter(({ op }) => op !== 'delete') })).toBe(0);
    }),
    { numRuns: STORIES, seed: 20_210_325 },
  );
});

test('two that differ are found to differ by the same lists', { timeout: 120_000 }, async () => {
  const found = await fc.check(
    fc.asyncProperty(story(15), async ({ config, commands }) => {
      const comparison = new Comparison(config, ['rfc-v1', 'no-snp'] satisfies GenerationName[]);
      for await (const operation of comparison.run(commands.filter(({ op }) => op !== 'delete'))) if (!operation.same) return false;
      return true;
    }),
    { numRuns: STORIES, seed: 20_210_325, endOnFailure: true },
  );
  expect(found.failed).toBe(true);
});

test('tables that grow beyond the limit end it', async () => {
  const range = { space: 'gpa', page: 0, pages: 1024 } as const;
  const scatter: Command[] = [
    { op: 'pin', range, pinned: false },
    { op: 'leaf-state', range, change: 'numa-hint' },
  ];
  for (const [limit, excess] of [
    [1, 'tables'],
    [2 ** 30, null],
  ] as const) {
    const comparison = new Comparison(configOf({}), ['rfc-v1', 'v8'], limit);
    const made: string[] = [];
    for await (const { op } of comparison.run(scatter)) made.push(op);
    expect(comparison.excess).toBe(excess);
    expect(made).toEqual(excess === null ? ['create', 'pin', 'leaf-state'] : ['create']);
  }
});
