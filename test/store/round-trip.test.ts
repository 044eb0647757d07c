/** What goes in comes out: at once, after an opening, and through checkpoints at any place. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/service/store/store.js';
import { freshFolder, opened } from './support/folders.js';
import { answerFor, batch, contentsOf, RecordMaker, snapshotAt } from './support/records.js';

/** Puts everything into the tables at each commit, or keeps all of it in the tail. */
const CHECKPOINTS = [
  { when: 'before each commit', checkpointBytes: 0 },
  { when: 'never', checkpointBytes: 2 ** 30 },
];

describe.each(CHECKPOINTS)('with a checkpoint $when', ({ checkpointBytes }) => {
  test('records of every kind come back as they were', async () => {
    const folder = freshFolder();
    const store = await opened(folder, { checkpointBytes });
    const make = new RecordMaker();
    const records = [
      make.create('vm-a'),
      make.create('vm-b'),
      make.create('vm-c'),
      make.write('vm-a', { events: 0 }),
      make.write('vm-a', { events: 5, answer: answerFor('POST /v1/vms/vm-a/psmash k1') }),
      make.write('vm-b', { events: 1, text: 'µ'.repeat(100_000) }),
      make.delete('vm-c'),
      make.write('vm-a', { answer: answerFor(`POST /v1/${'long/'.repeat(1000)}`) }),
    ];
    await store.commit(batch(...records.slice(0, 3)));
    await store.commit(batch(...records.slice(3, 6)));
    await store.commit(batch(...records.slice(6)));
    expect([...store.recordsAfter(0)]).toEqual(records);
    expect([...store.recordsAfter(5)]).toEqual(records.slice(5));
    const events = records.flatMap(({ vm, number, events: made }) => made.map((event) => ({ ...event, vm, record: number })));
    expect([...store.eventsAfter(0)]).toEqual(events);
    expect([...store.eventsAfter(4)]).toEqual(events.slice(4));
    expect([...store.vms()].map(({ row, record }) => [row.id, record])).toEqual([
      ['vm-a', 1],
      ['vm-b', 2],
    ]);
    expect([...store.answers()]).toHaveLength(2);
    await expectSameAfterOpening(folder, store);
  });

  test('a newer snapshot takes the place of the one before', async () => {
    const folder = freshFolder();
    const store = await opened(folder, { checkpointBytes });
    const make = new RecordMaker();
    await store.commit(batch(make.create('vm-a'), make.create('vm-b'), make.write('vm-a')));
    await store.commit({ records: [make.write('vm-b')], snapshots: [make.snapshot('vm-a', 3)] });
    expect([...store.vms()].map(({ row, record, snapshot }) => [row.id, record, snapshot])).toEqual([
      ['vm-a', 3, snapshotAt(3)],
      ['vm-b', 2, snapshotAt(1)],
    ]);
    await expectSameAfterOpening(folder, store);
  });

  test('a snapshot of a VM that was deleted meanwhile brings nothing back', async () => {
    const folder = freshFolder();
    const store = await opened(folder, { checkpointBytes });
    const make = new RecordMaker();
    await store.commit(batch(make.create('vm-a'), make.write('vm-a')));
    await store.commit({ records: [make.delete('vm-a')], snapshots: [make.snapshot('vm-a', 2)] });
    await store.commit({ records: [], snapshots: [make.snapshot('vm-a', 2)] });
    expect([...store.vms()]).toEqual([]);
    await expectSameAfterOpening(folder, store);
  });

  test('dropped records, events and answers are gone, numbers go on', async () => {
    const folder = freshFolder();
    const store = await opened(folder, { checkpointBytes });
    const make = new RecordMaker();
    await store.commit(batch(make.create('vm-a'), make.create('vm-b')));
    for (let i = 0; i < 600; i++) await store.commit(batch(make.write('vm-a', { events: 2, answer: answerFor(`k${i}`) })));
    await store.commit(batch(make.delete('vm-b')));
    await store.commit({
      records: [],
      snapshots: [make.snapshot('vm-a', 603)],
      dropRecordsTo: 600,
      dropEventsTo: 500,
      dropAnswers: ['k1', 'k2', 'k599'],
    });
    expect([...store.recordsAfter(0)].map(({ number }) => number)).toEqual([601, 602, 603]);
    expect([...store.recordsAfter(0)][1]?.answer).toBeNull();
    expect([...store.eventsAfter(0)][0]?.position).toBe(501);
    expect(store.head).toMatchObject({ record: 603, position: 1203, oldestPosition: 501 });
    expect([...store.answers()]).toHaveLength(597);
    await store.commit({ records: [], dropRecordsTo: 10_000, dropEventsTo: 10_000 });
    expect([...store.recordsAfter(0)]).toEqual([]);
    expect([...store.eventsAfter(0)]).toEqual([]);
    expect(store.head).toMatchObject({ record: 603, position: 1203, oldestPosition: 1204 });
    await store.commit(batch(make.write('vm-a')));
    expect([...store.recordsAfter(0)].map(({ number }) => number)).toEqual([604]);
    await expectSameAfterOpening(folder, store);
  });
});

test('an operation of which some events are dropped keeps the others', async () => {
  const folder = freshFolder();
  const store = await opened(folder);
  const make = new RecordMaker();
  await store.commit(batch(make.create('vm-a'), make.write('vm-a', { events: 5 })));
  await store.commit({ records: [], dropEventsTo: 3 });
  expect([...store.eventsAfter(0)].map(({ position }) => position)).toEqual([4, 5, 6]);
  expect([...store.recordsAfter(1)][0]?.events.map(({ position }) => position)).toEqual([4, 5, 6]);
  await expectSameAfterOpening(folder, store);
});

test('an answer that a later record replaced is that record’s alone', async () => {
  const store = await opened(freshFolder());
  const make = new RecordMaker();
  await store.commit(batch(make.create('vm-a'), make.write('vm-a', { answer: answerFor('k', 1) })));
  await store.commit(batch(make.write('vm-a', { answer: answerFor('k', 2) })));
  expect([...store.recordsAfter(1)].map(({ answer }) => answer?.at ?? null)).toEqual([null, 2]);
});

test('the epoch and the numbers survive an opening', async () => {
  const folder = freshFolder();
  const store = await opened(folder, { newEpoch: () => 'e-first' });
  const make = new RecordMaker();
  await store.commit(batch(make.create('vm-a')));
  await store.close();
  const again = await opened(folder, { newEpoch: () => 'e-second' });
  expect(again.head).toEqual({ epoch: 'e-first', record: 1, position: 1, oldestPosition: 1, recordsLost: 0, recordsCutShort: 0 });
});

test('numbers that do not follow are a bug, and nothing of the batch is kept', async () => {
  const store = await opened(freshFolder());
  const make = new RecordMaker();
  await store.commit(batch(make.create('vm-a')));
  make.write('vm-a');
  await expect(store.commit(batch(make.write('vm-a')))).rejects.toThrow('record 3 follows record 1');
  expect(store.head.record).toBe(1);
});

test('a reader in the middle of a store goes on while commits and checkpoints happen', async () => {
  const store = await opened(freshFolder(), { checkpointBytes: 10_000 });
  const make = new RecordMaker();
  await store.commit(batch(make.create('vm-a')));
  for (let i = 0; i < 200; i++) await store.commit(batch(make.write('vm-a')));
  const seen: number[] = [];
  for (const { position } of store.eventsAfter(0)) {
    seen.push(position);
    if (position <= 201) await store.commit(batch(make.write('vm-a')));
  }
  expect(seen.slice(0, 201)).toEqual(Array.from({ length: 201 }, (_, i) => i + 1));
  expect(seen.every((position, i) => position === i + 1)).toBe(true);
});

async function expectSameAfterOpening(folder: string, store: Store): Promise<void> {
  const before = contentsOf(store);
  await store.close();
  const again = await opened(folder);
  expect(contentsOf(again)).toEqual(before);
  await again.close();
  const read = await opened(folder, { readOnly: true });
  expect(contentsOf(read)).toEqual(before);
  await read.close();
}
