/** Group commit: order, groups, failure, resuming. */
import { expect, test } from 'vitest';
import { Committer } from '../../src/service/store/committer.js';
import { StoreFailure } from '../../src/service/store/store-refusal.js';
import type { Batch, Store } from '../../src/service/store/store.js';
import { FaultyDisk } from './support/faulty-store.js';
import { batch, RecordMaker } from './support/records.js';

/** A store whose commits return when they are told to. */
class HeldStore implements Pick<Store, 'commit'> {
  readonly batches: Batch[] = [];
  private finish: (error: Error | null) => void = () => undefined;

  commit(each: Batch): Promise<void> {
    this.batches.push(each);
    return new Promise((resolve, reject) => {
      this.finish = (error) => (error === null ? resolve() : reject(error));
    });
  }

  async return(error: Error | null = null): Promise<void> {
    this.finish(error);
    await turn();
  }

  get numbers(): readonly (readonly number[])[] {
    return this.batches.map(({ records }) => records.map(({ number }) => number));
  }
}

/** All that is ready has run. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function watched(store: Pick<Store, 'commit'>): { readonly committer: Committer; readonly heard: string[] } {
  const heard: string[] = [];
  const committer = new Committer(store, {
    onKept: (upTo) => heard.push(`kept ${upTo}`),
    onFailed: ({ code }) => heard.push(`failed ${code}`),
  });
  return { committer, heard };
}

test('what comes while a commit is under way goes together with the next one, which starts when that one returns', async () => {
  const store = new HeldStore();
  const make = new RecordMaker();
  const { committer, heard } = watched(store);
  committer.enqueue(batch(make.write('a')));
  await turn();
  for (let i = 0; i < 3; i++) expect(committer.enqueue(batch(make.write('a')))).toBe(i + 2);
  const third = committer.kept(3).then(() => heard.push('told 3'));
  await turn();
  expect(store.numbers).toEqual([[1]]);
  await store.return();
  expect(store.numbers).toEqual([[1], [2, 3, 4]]);
  expect([committer.keptUpTo, committer.enqueuedUpTo]).toEqual([1, 4]);
  await store.return();
  await third;
  expect(heard).toEqual(['kept 1', 'kept 4', 'told 3']);
  expect([committer.keptUpTo, committer.enqueuedUpTo]).toEqual([4, 4]);
});

test('the parts of one run of the event loop are one commit', async () => {
  const store = new HeldStore();
  const make = new RecordMaker();
  const { committer } = watched(store);
  for (let i = 0; i < 5; i++) committer.enqueue(batch(make.write('a')));
  await turn();
  expect(store.numbers).toEqual([[1, 2, 3, 4, 5]]);
});

test('a group ends before it is too long, and a part is never divided', async () => {
  const store = new HeldStore();
  const make = new RecordMaker();
  const { committer } = watched(store);
  const part = (records: number): Batch => batch(...Array.from({ length: records }, () => make.write('a', { events: 0 })));
  for (const records of [3000, 1096, 1, 9000, 2]) committer.enqueue(part(records));
  for (let i = 0; i < 5; i++) {
    await turn();
    await store.return();
  }
  expect(store.numbers.map(({ length }) => length)).toEqual([4096, 1, 9000, 2]);
});

test('snapshots and what is dropped go along, each once', async () => {
  const store = new HeldStore();
  const make = new RecordMaker();
  const { committer } = watched(store);
  make.create('a');
  committer.enqueue({ records: [], snapshots: [make.snapshot('a', 1)], dropRecordsTo: 7, dropAnswers: ['x'] });
  committer.enqueue({ records: [], dropRecordsTo: 5, dropEventsTo: 9, dropAnswers: ['y'] });
  await turn();
  expect(store.batches).toEqual([
    { records: [], snapshots: [make.snapshot('a', 1)], dropRecordsTo: 7, dropEventsTo: 9, dropAnswers: ['x', 'y'] },
  ]);
});

test('a ticket that is kept, and nothing to wait for, resolve at once', async () => {
  const store = new HeldStore();
  const { committer } = watched(store);
  await committer.settled();
  const ticket = committer.enqueue(batch(new RecordMaker().write('a')));
  await turn();
  await store.return();
  await committer.kept(ticket);
  expect(() => committer.kept(ticket + 1)).toThrow('ticket 2 was given');
});

test('a failure fails all that wait, once, and stops until it is resumed', async () => {
  const store = new HeldStore();
  const make = new RecordMaker();
  const { committer, heard } = watched(store);
  committer.enqueue(batch(make.write('a')));
  await turn();
  committer.enqueue(batch(make.write('a')));
  const told = [committer.kept(1), committer.kept(2)].map((kept) => kept.catch(({ code }: StoreFailure) => code));
  await store.return(new StoreFailure('disk-full', 'no room'));
  expect(await Promise.all(told)).toEqual(['disk-full', 'disk-full']);
  expect(heard).toEqual(['failed disk-full']);
  expect(store.numbers).toEqual([[1]]);
  expect(() => committer.enqueue(batch())).toThrow('no room');
  await expect(committer.kept(2)).rejects.toThrow('no room');
  committer.resume();
  expect(committer.failure).toBeNull();
  committer.enqueue(batch(new RecordMaker().write('a')));
  await turn();
  await store.return();
  expect(heard).toEqual(['failed disk-full', 'kept 3']);
});

test('whoever is told of a failure may resume at once', async () => {
  const disk = new FaultyDisk();
  const store = await disk.open();
  if ('refused' in store) throw new Error(store.detail);
  const failed: string[] = [];
  const committer: Committer = new Committer(store, {
    onFailed: ({ code }) => {
      failed.push(code);
      committer.resume();
    },
  });
  disk.fail({ call: 3, code: 'io-error' });
  await committer.kept(committer.enqueue(batch(new RecordMaker(store.head).create('a'))));
  const refused = committer.kept(committer.enqueue(batch(new RecordMaker(store.head).write('a'))));
  await expect(refused).rejects.toThrow(StoreFailure);
  await committer.kept(committer.enqueue(batch(new RecordMaker(store.head).write('a'))));
  expect(failed).toEqual(['io-error']);
  expect([...store.recordsAfter(0)].map(({ number }) => number)).toEqual([1, 2]);
});
