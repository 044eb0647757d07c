/** What may go: by size, by age, and never what a start needs. */
import { describe, expect, test } from 'vitest';
import { type Extent, Extents } from '../../src/service/store/extents.js';
import { type Kept, planRetention, type RetentionLimits } from '../../src/service/store/retention.js';
import { freshFolder, opened } from './support/folders.js';
import { batch, RecordMaker } from './support/records.js';

const NEVER: RetentionLimits = { eventBytesMax: Infinity, recordBytesMax: Infinity, recordAgeMsMax: Infinity };
/** Ten stretches of ten numbers and 100 bytes, one a second. */
const STRETCHES: readonly Extent[] = Array.from({ length: 10 }, (_, i) => ({ first: 10 * i + 1, bytes: 100, at: 1000 * (i + 1) }));
const KEPT: Kept = {
  head: { record: 100, position: 100 },
  events: STRETCHES,
  records: STRETCHES,
  snapshots: [{ vm: 'a', record: 100 }],
  nowMs: 10_000,
};
const NOTHING = { dropEventsTo: 0, dropRecordsTo: 0, snapshotsWanted: [] };

test.each<{ what: string; limits: Partial<RetentionLimits>; kept?: Partial<Kept>; plan: Partial<ReturnType<typeof planRetention>> }>([
  { what: 'no limits: all stays', limits: {}, plan: {} },
  { what: 'events just within their bytes: all stays', limits: { eventBytesMax: 1000 }, plan: {} },
  { what: 'a byte more: the oldest stretch goes', limits: { eventBytesMax: 999 }, plan: { dropEventsTo: 10 } },
  { what: 'half of the bytes', limits: { eventBytesMax: 500 }, plan: { dropEventsTo: 50 } },
  { what: 'no bytes at all: to the head', limits: { eventBytesMax: 0 }, plan: { dropEventsTo: 100 } },
  { what: 'records older than 7 s', limits: { recordAgeMsMax: 7000 }, plan: { dropRecordsTo: 20 } },
  { what: 'the stricter of the two', limits: { recordAgeMsMax: 7000, recordBytesMax: 100 }, plan: { dropRecordsTo: 90 } },
  { what: 'nothing kept yet', limits: { eventBytesMax: 0, recordBytesMax: 0 }, kept: { events: [], records: [] }, plan: {} },
  { what: 'records that every snapshot covers', limits: { recordBytesMax: 500 }, plan: { dropRecordsTo: 50 } },
  {
    what: 'a VM whose snapshot is older holds the records after it, and is named',
    limits: { recordBytesMax: 500 },
    kept: {
      snapshots: [
        { vm: 'a', record: 90 },
        { vm: 'b', record: 33 },
        { vm: 'c', record: 12 },
      ],
    },
    plan: { dropRecordsTo: 12, snapshotsWanted: ['c', 'b'] },
  },
  { what: 'no VM: records go as they should', limits: { recordAgeMsMax: 5000 }, kept: { snapshots: [] }, plan: { dropRecordsTo: 40 } },
  {
    what: 'a snapshot at the very limit is enough',
    limits: { recordBytesMax: 500 },
    kept: { snapshots: [{ vm: 'a', record: 50 }] },
    plan: { dropRecordsTo: 50 },
  },
])('$what', ({ limits, kept = {}, plan }) => {
  expect(planRetention({ ...KEPT, ...kept }, { ...NEVER, ...limits })).toEqual({ ...NOTHING, ...plan });
});

describe('extents', () => {
  test('count small blocks together and keep the stretch that a number is in', () => {
    const extents = new Extents();
    for (let i = 0; i < 100; i++) extents.add({ first: 1 + i, bytes: 10_000, at: i });
    expect(extents.list.map(({ first }) => first)).toEqual([1, 27, 53, 79]);
    expect(extents.bytes).toBe(1_000_000);
    extents.dropTo(52);
    expect(extents.list.map(({ first }) => first)).toEqual([53, 79]);
    extents.dropTo(60);
    expect(extents.list.map(({ first }) => first)).toEqual([53, 79]);
    extents.dropTo(1000);
    expect(extents.list.map(({ first }) => first)).toEqual([79]);
    expect(extents.bytes).toBe(220_000);
  });
});

test('a plan carried out keeps the store within its bytes, and recovery possible', async () => {
  const folder = freshFolder();
  const store = await opened(folder, { checkpointBytes: 200_000 });
  const make = new RecordMaker();
  await store.commit(batch(make.create('vm-a')));
  const limits: RetentionLimits = { ...NEVER, eventBytesMax: 2 ** 20, recordBytesMax: 2 ** 19 };
  for (let i = 0; i < 120; i++) {
    const records = Array.from({ length: 40 }, () => make.write('vm-a', { text: 'x'.repeat(1000) }));
    const { journal, events } = store.extents();
    const snapshots = [...store.vms()].map(({ row, record }) => ({ vm: row.id, record }));
    const plan = planRetention({ head: store.head, events, records: journal, snapshots, nowMs: 0 }, limits);
    await store.commit({ records, ...plan, snapshots: plan.snapshotsWanted.map((vm) => make.snapshot(vm, store.head.record)) });
  }
  const [oldest] = [...store.recordsAfter(0)];
  const [vm] = [...store.vms()];
  expect(oldest?.number).toBeLessThanOrEqual((vm?.record ?? 0) + 1);
  expect(oldest?.number).toBeGreaterThan(1000);
  expect(store.head.oldestPosition).toBeGreaterThan(1000);
  expect(store.size()).toBeLessThan(8 * 2 ** 20);
  const { head } = store;
  await store.close();
  expect((await opened(folder)).head).toEqual(head);
});
