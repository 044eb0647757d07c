/** Operations that are kept together: whole or not at all on a disk that fails, replayed as one, and undone without a trace. */
import { describe, expect, test } from 'vitest';
import { ALL_TYPES, eventFilter } from '../../src/service/event-index.js';
import type { Services } from '../../src/service/services.js';
import type { Store } from '../../src/service/store/store.js';
import type { Vm } from '../../src/service/machines.js';
import { FaultyDisk } from '../store/support/faulty-store.js';
import { commandAt, digestOf, makeVm, serviceOn } from './workbench.js';

const LIST = 25;
const POINTS = process.env['RAMPART_LONG'] === '1' ? 60 : 20;

async function opened(disk: FaultyDisk): Promise<Store> {
  const store = await disk.open();
  if ('refused' in store) throw new Error(store.detail);
  return store;
}

function runList(services: Services, vm: Vm, how: 'undoable' | 'final' = 'final') {
  const operations = services.executor.begin(vm, 'r1', how);
  for (let i = 0; i < LIST; i++) if ('rejected' in operations.run(commandAt(i))) throw new Error(`operation ${i} was refused`);
  return operations;
}

test('a list is one record, and a restart comes to the same machine and the same events', async () => {
  const disk = new FaultyDisk();
  const services = serviceOn(await opened(disk));
  const vm = makeVm(services);
  await services.journal.settled();
  const records = services.log.head;
  runList(services, vm).keep();
  await services.journal.settled();
  const { log, machines } = services;
  expect(log.head - records).toBe(vm.machine.seq - 1);
  const store = await opened(disk.powerCut(1));
  expect(store.head.record).toBe(2);
  const again = serviceOn(store);
  const found = again.machines.find(vm.id);
  expect(found === undefined ? '' : digestOf(found.machine)).toBe(digestOf(vm.machine));
  expect(found?.machine.operations).toBe(vm.machine.operations);
  expect(again.log.head).toBe(log.head);
  expect(machines.find(vm.id)).toBe(vm);
});

test('readers get the operations of a list one by one, before a restart and after', async () => {
  const disk = new FaultyDisk();
  const services = serviceOn(await opened(disk));
  const vm = makeVm(services);
  runList(services, vm).keep();
  await services.journal.settled();
  const before = operationsCut(services);
  expect(new Set(before).size).toBe(before.length);
  expect(before.length).toBeGreaterThan(LIST / 2);
  expect(operationsCut(serviceOn(await opened(disk.powerCut(1))))).toEqual(before);
});

/** Numbers of the operations in the log, each as often as it takes slices of a single event's room: once, where slices end between two. */
function operationsCut({ log }: Services): number[] {
  const operations: number[] = [];
  for (let after = log.oldest - 1; after < log.head; ) {
    const filter = eventFilter(null, ALL_TYPES, null);
    const bounds = { eventsMax: Infinity, bytesMax: Infinity, positionsMax: 1 };
    const { events, to, more } = log.read({ after, upTo: log.head, filter, ...bounds, cut: 'operation' });
    expect(more).toBe(false);
    for (const { source, start, end } of events.slice(0, 1))
      operations.push((JSON.parse(source.toString('utf8', start, end)) as { readonly operation: number }).operation);
    after = to;
  }
  return operations;
}

describe('a disk that fails at its n-th call', () => {
  test.each(Array.from({ length: POINTS }, (_, i) => i + 1))(
    'n = %i: all of the list is there after a power cut, or nothing',
    async (n) => {
      const disk = new FaultyDisk();
      const services = serviceOn(await opened(disk));
      const vm = makeVm(services);
      await services.journal.settled();
      const before = digestOf(vm.machine);
      disk.fail({ call: n, code: 'io-error', calls: Infinity, part: (n % 4) / 4 });
      runList(services, vm).keep();
      const after = digestOf(vm.machine);
      const told = await services.journal.settled()?.then(
        () => true,
        () => false,
      );
      disk.repair();
      const found = serviceOn(await opened(disk.powerCut(n))).machines.find(vm.id);
      const digest = found === undefined ? '' : digestOf(found.machine);
      expect(told === true ? [after] : [before, after]).toContain(digest);
    },
  );
});

test('what is undone leaves the VM, the log and the store as they were, and the next operation is kept', async () => {
  const disk = new FaultyDisk();
  const services = serviceOn(await opened(disk));
  const vm = makeVm(services);
  await services.journal.settled();
  const [digest, seq, head] = [digestOf(vm.machine), vm.machine.seq, services.log.head];
  runList(services, vm, 'undoable').undo();
  expect([digestOf(vm.machine), vm.machine.seq, services.log.head]).toEqual([digest, seq, head]);
  runList(services, vm, 'undoable').keep();
  await services.journal.settled();
  const found = serviceOn(await opened(disk.powerCut(1))).machines.find(vm.id);
  expect(found === undefined ? '' : digestOf(found.machine)).toBe(digestOf(vm.machine));
});

test('a VM that is held is in no snapshot, and what was done to it and not kept is gone', async () => {
  const disk = new FaultyDisk();
  const services = serviceOn(await opened(disk));
  const vm = makeVm(services);
  await services.journal.settled();
  const digest = digestOf(vm.machine);
  const release = await services.machines.hold(vm.id);
  runList(services, vm);
  await services.journal.close();
  release();
  const found = serviceOn(await opened(disk.powerCut(1))).machines.find(vm.id);
  expect(found === undefined ? '' : digestOf(found.machine)).toBe(digest);
});
