/** The service on a disk that fails and tears: what was answered is there, in order, once; nothing else was said. */
import { describe, expect, test } from 'vitest';
import { ALL_TYPES, eventFilter } from '../../src/service/event-index.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import { recover, ReplayDiffers } from '../../src/service/recovery.js';
import type { Services } from '../../src/service/services.js';
import type { JournalRecord, Store } from '../../src/service/store/store.js';
import { type Command, createMachine, isRejection, type Machine } from '../../src/core/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { FaultyDisk } from '../store/support/faulty-store.js';
import { commandAt, digestOf, machineAfter, makeVm, serviceOn, START } from './workbench.js';

const OPERATIONS = 40;
/** Disk calls at which the disk is made to fail, one run each. */
const POINTS = process.env['RAMPART_LONG'] === '1' ? 400 : 60;

async function opened(disk: FaultyDisk): Promise<Store> {
  const store = await disk.open();
  if ('refused' in store) throw new Error(store.detail);
  return store;
}

function twin(services: Services, id: string, operations: number): Machine {
  const vm = services.machines.find(id);
  if (vm === undefined) throw new Error('the VM is gone');
  const made = createMachine(vm.machine.config, memoryCipher);
  if (isRejection(made)) throw new Error(made.detail);
  return machineAfter(made.machine, operations);
}

/** Runs operations one after the other; how many were answered before the disk failed. */
async function runUntilItFails(services: Services, operations: number): Promise<{ readonly id: string | null; readonly answered: number }> {
  const vm = makeVm(services);
  try {
    await services.journal.settled();
  } catch {
    return { id: null, answered: 0 };
  }
  for (let i = 0; i < operations; i++) {
    const done = services.executor.run(vm, commandAt(i), null);
    if ('rejected' in done) return { id: vm.id, answered: i };
    try {
      await services.journal.settled();
    } catch {
      return { id: vm.id, answered: i };
    }
  }
  return { id: vm.id, answered: operations };
}

/** seq of every event in the log, by a read of all. */
function seqs({ log }: Services): number[] {
  const slice = log.read({
    after: log.oldest - 1,
    upTo: log.head,
    filter: eventFilter(null, ALL_TYPES, null),
    eventsMax: 10_000,
    bytesMax: 2 ** 30,
    positionsMax: 10_000,
    cut: 'operation',
  });
  return slice.events.map(({ source, start, end }) => (JSON.parse(source.toString('utf8', start, end)) as { readonly seq: number }).seq);
}

describe('a disk that fails at its n-th call, then a power cut', () => {
  test.each(Array.from({ length: POINTS }, (_, i) => 1 + i * (POINTS > 60 ? 1 : 3)))('n = %i', async (n) => {
    const disk = new FaultyDisk();
    const services = serviceOn(await opened(disk));
    disk.fail({ call: n, code: 'io-error', calls: Infinity, part: (n % 4) / 4 });
    const { id, answered } = await runUntilItFails(services, OPERATIONS);
    disk.repair();
    const again = serviceOn(await opened(disk.powerCut(n)));
    if (id === null) return;
    const vm = again.machines.find(id);
    expect(vm).toBeDefined();
    // What was under way when the disk failed may be there or not; what was answered is, and nothing is there by halves.
    const digest = digestOf(vm?.machine as Machine);
    const possible = [answered, answered + 1].map((operations) => digestOf(twin(again, id, operations)));
    expect(possible).toContain(digest);
    const found = seqs(again);
    expect(found).toEqual(Array.from({ length: found.length }, (_, i) => i + 1));
    expect(vm?.machine.seq).toBe(found.length);
  });
});

describe('a commit that fails', () => {
  test('fences the service: nothing is acknowledged or published, reading shows what is kept, and it goes on by itself', async () => {
    const disk = new FaultyDisk();
    const clock = new ManualClock(START);
    const services = serviceOn(await opened(disk), clock);
    const vm = makeVm(services);
    await services.journal.settled();
    const kept = digestOf(vm.machine);
    const { head } = services.log;
    disk.fail({ call: 1, code: 'disk-full', calls: Infinity });
    services.executor.run(vm, commandAt(0), null);
    await expect(services.journal.settled()).rejects.toThrow(/simulated disk-full/);
    expect(services.journal.failure).toMatch(/does not take/);
    expect(services.log.head).toBe(head);
    const same = services.machines.find(vm.id);
    expect(digestOf(same?.machine as Machine)).toBe(kept);
    expect(services.executor.run(same ?? vm, commandAt(0), null)).toMatchObject({ rejected: true, code: 'store-failed' });
    disk.repair();
    clock.advance(1000);
    await expect.poll(() => services.journal.failure).toBeNull();
    services.executor.run(same ?? vm, commandAt(0), null);
    await services.journal.settled();
    expect(services.log.head).toBeGreaterThan(head);
    expect(digestOf(services.machines.find(vm.id)?.machine as Machine)).toBe(digestOf(twin(services, vm.id, 1)));
  });
});

describe('a start', () => {
  const story = async (): Promise<{
    readonly disk: FaultyDisk;
    readonly id: string;
    readonly digest: string;
    readonly services: Services;
  }> => {
    const disk = new FaultyDisk();
    const services = serviceOn(await opened(disk));
    const { id } = await runUntilItFails(services, OPERATIONS);
    return { disk, id: id ?? '', digest: digestOf(services.machines.find(id ?? '')?.machine as Machine), services };
  };

  test('replays what the newest snapshot does not cover, compares, and keeps the epoch', async () => {
    const { disk, id, digest, services } = await story();
    const again = serviceOn(await opened(disk.powerCut(1)));
    expect(digestOf(again.machines.find(id)?.machine as Machine)).toBe(digest);
    expect(again.log.epoch).toBe(services.log.epoch);
    expect(again.log.head).toBe(services.log.head);
  });

  test('a counter that somebody saw does not come back for another state', async () => {
    const disk = new FaultyDisk();
    const services = serviceOn(await opened(disk));
    const vm = makeVm(services);
    const quiet = { ...(commandAt(10) as object), target: { space: 'gpa', page: 5, offset: 0 } } as Command;
    for (let i = 0; i < 3; i++) services.executor.run(vm, quiet, null);
    services.executor.run(
      vm,
      { op: 'hypervisor-read', target: { space: 'gpa', page: 5, offset: 0 }, size: 8, via: 'user' } as Command,
      null,
    );
    const recorded = services.journal.stats?.().record;
    services.executor.recordCounter(vm);
    services.executor.recordCounter(vm);
    expect(services.journal.stats?.().record).toBe((recorded ?? 0) + 1);
    await services.journal.settled();
    const seen = vm.machine.operations;
    services.executor.run(vm, quiet, null);
    const again = serviceOn(await opened(disk.powerCut(1)));
    expect(again.machines.find(vm.id)?.machine.operations).toBe(seen);
  });

  test('after a clean stop there is nothing to replay', async () => {
    const { disk, id, digest, services } = await story();
    await services.journal.close();
    const store = await opened(disk);
    expect(recover(store).replayed).toBe(0);
    expect(digestOf(recover(store).vms.find((vm) => vm.id === id)?.machine as Machine)).toBe(digest);
  });

  test('takes the recorded effects where the rules are others', async () => {
    const { disk, id, digest } = await story();
    const { vms, replayed, takenOver } = recover(
      withRecords(await opened(disk.powerCut(1)), (record) => ({ ...record, rules: record.rules + 1 })),
    );
    expect([replayed, takenOver > 0]).toEqual([0, true]);
    expect(digestOf(vms.find((vm) => vm.id === id)?.machine as Machine)).toBe(digest);
  });

  test('stops at the first record that comes to something else', async () => {
    const { disk } = await story();
    const store = withRecords(await opened(disk.powerCut(1)), (record) =>
      record.number === 5 ? { ...record, check: 'f'.repeat(64) } : record,
    );
    expect(() => recover(store)).toThrow(ReplayDiffers);
    expect(() => recover(store)).toThrow(/record 5 \(.*comes to something else/);
  });

  test('a VM expires when it would have, and a deleted one stays deleted', async () => {
    const disk = new FaultyDisk();
    const clock = new ManualClock(START);
    const services = serviceOn(await opened(disk), clock);
    const vm = makeVm(services, 10);
    const deleted = makeVm(services);
    services.executor.delete(deleted, 'request', null);
    await services.journal.settled();
    clock.advance(4000);
    const again = serviceOn(await opened(disk.powerCut(2)), clock);
    expect([...again.machines.all()].map(({ id }) => id)).toEqual([vm.id]);
    clock.advance(6000);
    await again.journal.settled();
    expect(again.machines.size).toBe(0);
  });

  test('an answer to remember is kept with its effect', async () => {
    const disk = new FaultyDisk();
    const services = serviceOn(await opened(disk));
    const vm = makeVm(services);
    services.executor.run(vm, commandAt(0), null);
    services.journal.keepAnswer({
      scope: 'POST /x k',
      bodyHash: 'h',
      status: 200,
      headers: {},
      body: '{}',
      at: START,
    });
    await services.journal.settled();
    const again = serviceOn(await opened(disk.powerCut(3)));
    expect(again.answers.begin('POST /x k', 'h')).toMatchObject({ status: 200, body: '{}' });
    expect(again.answers.begin('POST /x k', 'other')).toBe('other-body');
  });
});

function withRecords(store: Store, change: (record: JournalRecord) => JournalRecord): Store {
  return {
    ...store,
    head: store.head,
    vms: () => store.vms(),
    *recordsAfter(number: number) {
      for (const record of store.recordsAfter(number)) yield change(record);
    },
  } as Store;
}
