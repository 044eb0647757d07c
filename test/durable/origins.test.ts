/** Forks and imports on a disk that fails, and whose power goes: there with what they began with, or not at all. */
import { describe, expect, test } from 'vitest';
import { apply, type Machine, restore, snapshotOf } from '../../src/core/index.js';
import { readBundle } from '../../src/http/bundle/read.js';
import { bundleOf } from '../../src/http/bundle/write.js';
import { admit, type Admitted } from '../../src/service/bundle-admission.js';
import type { Vm } from '../../src/service/machines.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import type { Services } from '../../src/service/services.js';
import type { Store } from '../../src/service/store/store.js';
import { ManualClock } from '../support/manual-clock.js';
import { FaultyDisk } from '../store/support/faulty-store.js';
import { commandAt, digestOf, makeVm, serviceOn, START } from './workbench.js';

const LIMITS = { bytesMax: 2 ** 24, commandsMax: 5000, regionsMax: 1000, replayMsMax: 60_000 };
const BEFORE = 12;
const AFTER = 9;
const POINTS = process.env['RAMPART_LONG'] === '1' ? 120 : 40;

async function opened(disk: FaultyDisk): Promise<Store> {
  const store = await disk.open();
  if ('refused' in store) throw new Error(store.detail);
  return store;
}

interface Refused {
  readonly rejected: true;
  readonly detail: string;
}

function accepted<T extends object>(made: T | Refused): Exclude<T, Refused> {
  if ('rejected' in made) throw new Error(made.detail);
  return made as Exclude<T, Refused>;
}

const found = (services: Services, id: string): Vm => {
  const vm = services.machines.find(id);
  if (vm === undefined) throw new Error(`${id} is gone`);
  return vm;
};

function run(services: Services, vm: Vm, from: number, count: number): void {
  for (let i = from; i < from + count; i++) accepted(services.executor.run(vm, commandAt(i), null));
}

function fork(services: Services, { id, machine, name, labels, ttlSeconds, memory }: Vm): ReturnType<Services['executor']['createFrom']> {
  const origin = { kind: 'fork', vm: id, seq: machine.seq, operation: machine.operations } as const;
  return services.executor.createFrom(snapshotOf(machine), { name, labels, ttlSeconds, memory, origin }, null);
}

function reset(services: Services, vm: Vm): string {
  accepted(services.executor.run(vm, { op: 'reset' }, null));
  return digestOf(vm.machine);
}

async function bundleText(services: Services, vm: Vm, histories: Services['histories'] | null = services.histories): Promise<Buffer> {
  return Buffer.concat(accepted(await bundleOf(vm, histories, LIMITS)).chunks);
}

async function admitted(bytes: Buffer): Promise<Admitted> {
  return accepted(await admit(accepted(await readBundle(bytes, LIMITS)).bundle, LIMITS));
}

/** A fork with operations before and after it; digests at the fork and at the end. */
async function forkedStory(services: Services): Promise<{ readonly fork: Vm; readonly began: string; readonly now: string }> {
  const vm = makeVm(services);
  run(services, vm, 0, BEFORE);
  const made = accepted(fork(services, vm));
  const began = digestOf(vm.machine);
  run(services, made, BEFORE, AFTER);
  await services.journal.settled();
  return { fork: made, began, now: digestOf(made.machine) };
}

describe('a fork', () => {
  test.each(Array.from({ length: POINTS }, (_, i) => 1 + i))('on a disk that fails at call %i, then a power cut', async (n) => {
    const disk = new FaultyDisk();
    const services = serviceOn(await opened(disk));
    const vm = makeVm(services);
    run(services, vm, 0, BEFORE);
    await services.journal.settled();
    const began = digestOf(vm.machine);
    // What it was at the fork and after each operation of the fork.
    const twin = restore(snapshotOf(vm.machine), memoryCipher);
    const possible = [began];
    for (let i = 0; i < AFTER; i++) {
      apply(twin, commandAt(BEFORE + i));
      possible.push(digestOf(twin));
    }
    disk.fail({ call: n, code: 'io-error', calls: Infinity, part: (n % 4) / 4 });
    let answered = -1;
    let id = '';
    try {
      const made = accepted(fork(services, vm));
      id = made.id;
      await services.journal.settled();
      for (answered = 0; answered < AFTER; answered++) {
        run(services, made, BEFORE + answered, 1);
        await services.journal.settled();
      }
    } catch {
      // The disk has failed.
    }
    disk.repair();
    const again = serviceOn(await opened(disk.powerCut(n)));
    const there = again.machines.find(id);
    if (answered < 0 && there === undefined) return;
    expect(possible.slice(Math.max(answered, 0), answered + 2)).toContain(digestOf(there?.machine as Machine));
    expect(there?.origin).toMatchObject({ kind: 'fork', vm: vm.id });
    expect(reset(again, there as Vm)).toBe(began);
    await again.journal.settled();
    const third = serviceOn(await opened(disk.powerCut(n + 1)));
    expect(digestOf(found(third, id).machine)).toBe(began);
  });

  test('goes back to what it began with after a restart, after a clean stop, and after a commit that failed', async () => {
    const disk = new FaultyDisk();
    const clock = new ManualClock(START);
    let services = serviceOn(await opened(disk), clock);
    const { fork: made, began, now } = await forkedStory(services);
    disk.fail({ call: 1, code: 'disk-full' });
    run(services, made, 100, 1);
    await expect(services.journal.settled()).rejects.toThrow(/disk-full/);
    clock.advance(1000);
    await expect.poll(() => services.journal.failure).toBeNull();
    expect(digestOf(found(services, made.id).machine)).toBe(now);
    expect(reset(services, found(services, made.id))).toBe(began);
    run(services, found(services, made.id), 200, 5);
    await services.journal.close();
    services = serviceOn(await opened(disk));
    expect(digestOf(found(services, made.id).machine)).not.toBe(began);
    expect(reset(services, found(services, made.id))).toBe(began);
    services.executor.delete(found(services, made.id), 'request', null);
    await services.journal.settled();
    expect(serviceOn(await opened(disk.powerCut(1))).machines.find(made.id)).toBeUndefined();
  });
});

describe('a bundle', () => {
  test('out of a store tells what was asked since the beginning, also after a restart, and of a fork', async () => {
    const disk = new FaultyDisk();
    let services = serviceOn(await opened(disk));
    const { fork: made, now } = await forkedStory(services);
    const text = await bundleText(services, made);
    services = serviceOn(await opened(disk.powerCut(1)));
    expect(await bundleText(services, found(services, made.id))).toEqual(text);
    const { snapshot, origin } = await admitted(text);
    expect(origin).toMatchObject({ check: 'replayed', base: 'origin', commands: AFTER });
    const elsewhere = serviceOn(await opened(new FaultyDisk()));
    const copy = accepted(
      elsewhere.executor.createFrom(snapshot, { name: null, labels: {}, ttlSeconds: null, memory: null, origin }, null),
    );
    expect(digestOf(copy.machine)).toBe(now);
  });

  test('imported is there after a power cut, and its reset goes back to it', async () => {
    const { fork: made, now } = await forkedStory(serviceOn(await opened(new FaultyDisk())));
    const { snapshot } = await admitted(await bundleText(serviceOn(await opened(new FaultyDisk())), made, null));
    const disk = new FaultyDisk();
    let services = serviceOn(await opened(disk));
    const { origin } = await admitted(await bundleText(services, made, null));
    expect(origin).toMatchObject({ base: 'state', commands: 0 });
    const copy = accepted(services.executor.createFrom(snapshot, { name: 'n', labels: {}, ttlSeconds: null, memory: null, origin }, null));
    run(services, copy, 50, 6);
    await services.journal.settled();
    services = serviceOn(await opened(disk.powerCut(4)));
    const again = found(services, copy.id);
    expect([again.name, again.origin]).toEqual(['n', origin]);
    expect(digestOf(again.machine)).toBe(digestOf(copy.machine));
    expect(reset(services, again)).toBe(now);
    const bundle = await admitted(await bundleText(services, again));
    expect(bundle.origin).toMatchObject({ check: 'replayed', base: 'origin' });
    expect(bundle.origin.kind === 'import' && bundle.origin.commands).toBeGreaterThan(1);
  });

  test('begins at the newest snapshot where the records before it are gone', async () => {
    const disk = new FaultyDisk();
    let services = serviceOn(await opened(disk));
    const { fork: made } = await forkedStory(services);
    await services.journal.close();
    const store = await opened(disk);
    const covered = [...store.vms()].find(({ row }) => row.id === made.id)?.record ?? 0;
    await store.commit({ records: [], dropRecordsTo: covered });
    await store.close();
    services = serviceOn(await opened(disk));
    const vm = found(services, made.id);
    run(services, vm, 300, 2);
    reset(services, vm);
    run(services, vm, 302, 2);
    const { origin } = await admitted(await bundleText(services, vm));
    expect(origin).toMatchObject({ check: 'replayed', base: 'snapshot' });
    expect(origin.kind === 'import' && origin.commands).toBeGreaterThan(1);
  });

  test('of more commands than are told begins at the newest snapshot', async () => {
    const services = serviceOn(await opened(new FaultyDisk({ checkpointBytes: 2 ** 22 })));
    const vm = makeVm(services);
    run(services, vm, 0, 1400);
    const { chunks } = accepted(await bundleOf(vm, services.histories, { ...LIMITS, commandsMax: 700 }));
    const { origin } = await admitted(Buffer.concat(chunks));
    expect(origin.kind === 'import' && [origin.base, origin.commands < 700]).toEqual(['snapshot', true]);
  });
});
