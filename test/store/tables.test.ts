/** The tables beside a plain map, under any sequence of changes, transactions and openings. */
import { join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import type { Change } from '../../src/service/store/key-values.js';
import { problemIn, readMetas } from '../../src/service/store/lmdb-file.js';
import { Tables } from '../../src/service/store/tables.js';
import { freshFolder } from './support/folders.js';

const change: fc.Arbitrary<Change> = fc.record({
  table: fc.constantFrom('journal', 'vms'),
  key: fc.integer({ min: 1, max: 300 }),
  value: fc.option(
    fc.integer({ min: 0, max: 9000 }).map((length) => Buffer.alloc(length, length)),
    { freq: 3 },
  ),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.array(change, { minLength: 1, maxLength: 40 }) },
  { weight: 2, arbitrary: fc.constant('apply' as const) },
  { weight: 1, arbitrary: fc.constant('open' as const) },
);

test.prop([fc.array(step, { maxLength: 20 }), fc.integer({ min: 0, max: 301 })], {
  numRuns: process.env['RAMPART_LONG'] === '1' ? 300 : 15,
})('hold what was noted, in order, and find the nearest before', async (steps, probe) => {
  const path = join(freshFolder(), 'rampart.mdb');
  const model = new Map<number, Buffer>();
  let tables = await Tables.open(path, 'read-write');
  for (const each of steps) {
    if (each === 'apply') tables.apply();
    else if (each === 'open') {
      tables.apply();
      await tables.sync();
      await tables.close();
      tables = await Tables.open(path, 'read-write');
    } else {
      tables.note(each);
      for (const { table, key, value } of each) {
        if (table !== 'journal') continue;
        if (value === null) model.delete(Number(key));
        else model.set(Number(key), value);
      }
    }
    const keys = [...model.keys()].sort((a, b) => a - b);
    const journal = tables.table('journal');
    expect([...journal.keys()]).toEqual(keys);
    expect([...journal.range(probe)]).toEqual(keys.filter((key) => key >= probe).map((key) => [key, model.get(key)]));
    expect(journal.floor(probe)?.[0]).toBe(keys.findLast((key) => key <= probe));
    expect(journal.get(probe)).toEqual(model.get(probe));
  }
  tables.apply();
  await tables.close();
  const [newest] = readMetas(path);
  expect(newest === undefined ? 'no meta page' : problemIn(path, newest)).toBeNull();
  expect(() => tables.table('journal').get(1)).toThrow('closed');
});
