/** The store on a disk that fails and tears: at each of its calls, with each of its errors, and with the power going at any time. */
import { describe, expect, test } from 'vitest';
import { StoreFailure } from '../../src/service/store/store-refusal.js';
import type { JournalRecord, Store, SyncMode } from '../../src/service/store/store.js';
import { FaultyDisk } from './support/faulty-store.js';
import { batch, contentsOf, RecordMaker } from './support/records.js';
import { randomFrom } from './support/random.js';

const SEEDS = process.env['RAMPART_LONG'] === '1' ? 5000 : 300;
const COMMITS = 12;

async function found(disk: FaultyDisk): Promise<Store> {
  const store = await disk.open();
  if ('refused' in store) throw new Error(`refused: ${store.detail}`);
  return store;
}

interface Played {
  /** Last record whose commit resolved. */
  readonly told: number;
  /** Last record that was ever handed to a commit. */
  readonly tried: number;
  readonly failures: readonly StoreFailure[];
}

/** Commits as a service does that goes on after a failure from what the store has. */
async function play(store: Store, seed: number): Promise<Played> {
  const random = randomFrom(seed);
  const failures: StoreFailure[] = [];
  let tried = 0;
  for (let i = 0; i < COMMITS; i++) {
    const make = new RecordMaker(store.head);
    const records: JournalRecord[] = i === 0 ? [make.create('vm-a')] : [];
    for (let n = Math.floor(random() * 3); n >= 0; n--)
      records.push(make.write('vm-a', { events: Math.floor(random() * 3), text: 'x'.repeat(random() * 2000) }));
    tried = Math.max(tried, records.at(-1)?.number ?? 0);
    try {
      await store.commit(batch(...records));
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      failures.push(error);
    }
  }
  return { told: store.head.record, tried, failures };
}

const numbersOf = (store: Store): readonly number[] => [...store.recordsAfter(0)].map(({ number }) => number);
const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);

/** Some with a checkpoint now and then, some with one before each commit. */
const CHECKPOINTS = [6000, 0];

describe('a disk call that fails', () => {
  test.each(['disk-full', 'read-only', 'io-error'] as const)(
    '%s at any call: rejected, nothing of it is there, the next commit is kept',
    async (code) => {
      for (const checkpointBytes of CHECKPOINTS) {
        const whole = new FaultyDisk({ checkpointBytes });
        const first = await found(whole);
        const callsToOpen = whole.calls;
        await play(first, 1);
        for (let call = 1; call <= whole.calls - callsToOpen; call++) {
          for (const part of code === 'io-error' ? [0, 0.5, 1] : [0.5]) {
            const disk = new FaultyDisk({ checkpointBytes });
            const store = await found(disk);
            disk.fail({ call, code, part });
            const { told, failures } = await play(store, 1);
            expect(
              failures.map((failure) => failure.code),
              `call ${call}`,
            ).toEqual([code]);
            expect(numbersOf(store), `call ${call}`).toEqual(upTo(told));
            expect(contentsOf(await found(disk)), `call ${call}`).toEqual(contentsOf(store));
          }
        }
      }
    },
  );

  test('a long commit of which parts stay behind: a short one takes its place, and nothing is called lost', async () => {
    const disk = new FaultyDisk();
    const store = await found(disk);
    await store.commit(batch(new RecordMaker(store.head).create('vm-a')));
    // The write fails halfway, and so does taking it back.
    disk.fail({ call: 1, code: 'io-error', part: 0.9, calls: 2 });
    await expect(store.commit(batch(new RecordMaker(store.head).write('vm-a', { text: 'x'.repeat(9000) })))).rejects.toThrow(StoreFailure);
    await store.commit(batch(new RecordMaker(store.head).write('vm-a')));
    const after = await found(disk);
    expect(numbersOf(after)).toEqual([1, 2]);
    expect(after.head).toEqual(store.head);
  });

  test('at any call of a start: the start fails, and the next one finds everything', async () => {
    for (let call = 1; ; call++) {
      const disk = new FaultyDisk();
      const store = await found(disk);
      const { told } = await play(store, 5);
      const calls = disk.calls;
      disk.fail({ call, code: 'io-error', part: 0.5 });
      const failure = await disk.open().then(
        () => null,
        (error: unknown) => error,
      );
      if (failure === null) {
        expect(disk.calls - calls).toBe(call - 1);
        expect(call).toBeGreaterThan(4);
        return;
      }
      expect(failure).toBeInstanceOf(StoreFailure);
      const after = await found(call % 2 === 0 ? disk : disk.powerCut(call));
      expect(numbersOf(after), `call ${call}`).toEqual(upTo(told));
      expect(after.head, `call ${call}`).toEqual(store.head);
    }
  });

  test('a disk that stays broken keeps refusing, reads go on, and a probe says when it is well again', async () => {
    const disk = new FaultyDisk();
    const store = await found(disk);
    const { told } = await play(store, 2);
    disk.fail({ call: 1, code: 'io-error', calls: Infinity });
    const next = new RecordMaker(store.head).write('vm-a');
    await expect(store.commit(batch(next))).rejects.toThrow(StoreFailure);
    await expect(store.probe()).rejects.toThrow(StoreFailure);
    expect(numbersOf(store)).toEqual(upTo(told));
    disk.repair();
    await store.probe();
    await store.commit(batch(next));
    expect(numbersOf(store)).toEqual(upTo(told + 1));
  });
});

describe('the power fails', () => {
  test('mode always: everything told is there, in order, once, and the epoch stays', async () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = randomFrom(seed);
      const disk = new FaultyDisk({ checkpointBytes: random() * 12_000 });
      const store = await found(disk);
      const { epoch } = store.head;
      disk.fail(
        {
          call: 1 + Math.floor(random() * 60),
          code: 'io-error',
          part: random(),
          calls: random() < 0.2 ? Infinity : 1 + Math.floor(random() * 3),
        },
        { call: 1 + Math.floor(random() * 60), code: 'disk-full', part: random(), calls: Math.floor(random() * 3) },
      );
      const { told, tried } = await play(store, seed);
      disk.repair();
      const after = await found(disk.powerCut(seed));
      const numbers = numbersOf(after);
      expect(numbers, `seed ${seed}`).toEqual(upTo(numbers.length));
      expect(numbers.length, `seed ${seed}`).toBeGreaterThanOrEqual(told);
      expect(numbers.length, `seed ${seed}`).toBeLessThanOrEqual(tried);
      expect(after.head, `seed ${seed}`).toMatchObject({ epoch, recordsLost: 0 });
    }
  });

  test('after the disk broke for good at any call: everything told is there', async () => {
    const whole = new FaultyDisk({ checkpointBytes: 6000 });
    const first = await found(whole);
    const callsToOpen = whole.calls;
    await play(first, 6);
    for (let call = 1; call <= whole.calls - callsToOpen; call++) {
      for (let seed = 0; seed < 8; seed++) {
        const disk = new FaultyDisk({ checkpointBytes: 6000 });
        const store = await found(disk);
        disk.fail({ call, code: 'io-error', part: 0.7, calls: Infinity });
        const { told, tried } = await play(store, 6);
        disk.repair();
        const after = await found(disk.powerCut(seed));
        expect(after.head.record, `call ${call} seed ${seed}`).toBeGreaterThanOrEqual(told);
        expect(after.head.record, `call ${call} seed ${seed}`).toBeLessThanOrEqual(tried);
        expect(numbersOf(after), `call ${call} seed ${seed}`).toEqual(upTo(after.head.record));
        expect(after.head.epoch, `call ${call} seed ${seed}`).toBe(store.head.epoch);
      }
    }
  });

  test.each<SyncMode>(['interval', 'none'])('mode %s: a beginning of what was told is there, whole, under a new epoch', async (mode) => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const disk = new FaultyDisk({ mode });
      const store = await found(disk);
      const { epoch } = store.head;
      const make = new RecordMaker();
      await store.commit(batch(make.create('vm-a')));
      await store.probe();
      for (let i = 0; i < COMMITS; i++) await store.commit(batch(make.write('vm-a', { text: 'x'.repeat((seed * 7 + i * 131) % 2000) })));
      const after = await found(disk.powerCut(seed));
      const numbers = numbersOf(after);
      expect(numbers, `seed ${seed}`).toEqual(upTo(numbers.length));
      expect(numbers.length, `seed ${seed}`).toBeGreaterThanOrEqual(1);
      expect(after.head.epoch, `seed ${seed}`).not.toBe(epoch);
    }
  });

  test('two openings after each other that are cut short, each in the middle of any write: everything told is there', async () => {
    for (let first = 1; first <= 8; first++) {
      for (let second = 1; second <= 8; second++) {
        const disk = new FaultyDisk();
        const { told, tried } = await play(await found(disk), 7);
        for (const call of [first, second]) {
          disk.fail({ call, code: 'io-error', calls: Infinity, part: 0.1 });
          await disk.open().catch(() => undefined);
        }
        disk.repair();
        const numbers = numbersOf(await found(disk));
        expect(numbers, `calls ${first} and ${second}`).toEqual(upTo(numbers.length));
        expect(numbers.length).toBeGreaterThanOrEqual(told);
        expect(numbers.length).toBeLessThanOrEqual(tried);
      }
    }
  });

  test.each<SyncMode>(['interval', 'none'])(
    'mode %s: an opening that is cut short at any call leaves the doubt to the next one',
    async (mode) => {
      for (let call = 1; call <= 12; call++) {
        const disk = new FaultyDisk({ mode, checkpointBytes: 0 });
        const store = await found(disk);
        const { epoch } = store.head;
        await play(store, call);
        disk.powerCut(call).fail({ call, code: 'io-error', calls: Infinity, part: 0.5 });
        await disk.open().catch(() => undefined);
        disk.repair();
        expect((await found(disk)).head.epoch, `call ${call}`).not.toBe(epoch);
      }
    },
  );

  test.each<SyncMode>(['interval', 'none'])('mode %s: a killed process alone loses nothing and keeps the epoch', async (mode) => {
    const disk = new FaultyDisk({ mode });
    const store = await found(disk);
    const { told } = await play(store, 3);
    const after = await found(disk);
    expect(numbersOf(after)).toEqual(upTo(told));
    expect(after.head).toEqual(store.head);
  });

  test('after a stop in order the epoch stays in every mode', async () => {
    for (const mode of ['always', 'interval', 'none'] as const) {
      const disk = new FaultyDisk({ mode });
      const store = await found(disk);
      await play(store, 4);
      await store.close();
      expect((await found(disk.powerCut(4))).head).toEqual(store.head);
    }
  });
});
