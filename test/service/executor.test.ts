/** A VM's turn: the clock is read once, the log is written before the answer, refusals leave no trace. */
import { describe, expect, test } from 'vitest';
import { asGfn, isRejection } from '../../src/core/index.js';
import type { OperationMeta } from '../../src/service/event-log.js';
import { Executor } from '../../src/service/executor.js';
import { FOOTPRINT_LIMITS } from '../../src/service/footprint.js';
import { CONFIG_DEFAULTS, oneMemslot } from '../../src/service/layout.js';
import { Machines, type Vm } from '../../src/service/machines.js';
import { Tally } from '../../src/service/tally.js';

interface Appended {
  readonly vm: string;
  readonly meta: OperationMeta;
  readonly types: readonly string[];
}

function bench(vmsMax = 10) {
  const appended: Appended[] = [];
  const waiting: { readonly delayMs: number; readonly then: () => void; cancelled: boolean }[] = [];
  const counts = { clockReads: 0, ids: 0 };
  const machines = new Machines();
  const executor = new Executor({
    machines,
    vmsMax,
    footprint: FOOTPRINT_LIMITS,
    tally: new Tally(),
    journal: {
      record: ({ vm, meta, events }) =>
        void (events.length > 0 && appended.push({ vm: vm.id, meta, types: events.map(({ type }) => type) })),
      recordTogether: () => undefined,
      replaced: () => undefined,
      keepAnswer: () => {},
      forgetAnswers: () => {},
      settled: () => null,
      tidy: () => undefined,
      failure: null,
      close: () => Promise.resolve(),
    },
    ids: { next: () => `i${Math.floor(counts.ids++ / 2)}` },
    clock: {
      now: () => 1000 * ++counts.clockReads,
      after(delayMs, then) {
        const entry = { delayMs, then, cancelled: false };
        waiting.push(entry);
        return () => {
          entry.cancelled = true;
        };
      },
    },
  });
  const create = (ttlSeconds: number | null = null): Vm => {
    const config = { ...CONFIG_DEFAULTS, onSigbus: 'report', memslots: [oneMemslot(2 ** 22, 'thp', 'shared')] } as const;
    const vm = executor.create(config, { name: null, labels: {}, ttlSeconds, memory: null }, 'r1');
    if ('rejected' in vm) throw new Error(vm.detail);
    return vm;
  };
  return { appended, waiting, counts, machines, executor, create };
}

const write = (gfn: number) =>
  ({
    op: 'hypervisor-write',
    target: { space: 'gpa', page: asGfn(gfn), offset: 0 },
    size: 1,
    via: 'user',
    pagefaultDisabled: false,
  }) as const;

describe('a turn', () => {
  test('reads the clock once, however many events there are', () => {
    const { executor, create, counts, appended } = bench();
    const vm = create();
    expect(counts.clockReads).toBe(1);
    executor.run(
      vm,
      {
        op: 'page-state-change',
        entries: [{ gfn: asGfn(0), pages: 1, pageSize: 2, operation: 'private' }],
        validate: true,
        strictGuest: false,
      },
      'r2',
    );
    expect(counts.clockReads).toBe(2);
    expect(appended.at(-1)).toMatchObject({
      vm: vm.id,
      meta: { op: 'page-state-change', operation: 1, requestId: 'r2', at: '1970-01-01T00:00:02.000Z' },
    });
    expect(appended.at(-1)?.types.length).toBeGreaterThan(1);
  });

  test('an operation without events writes nothing and needs no time', () => {
    const { executor, create, counts, appended } = bench();
    const vm = create();
    executor.run(vm, write(0), 'r2');
    expect([counts.clockReads, appended.length, vm.machine.operations]).toEqual([1, 1, 1]);
  });

  test('a refusal leaves no trace', () => {
    const { executor, create, appended } = bench();
    const vm = create();
    expect(isRejection(executor.run(vm, write(5000), 'r2'))).toBe(true);
    expect([appended.length, vm.machine.operations]).toEqual([1, 0]);
  });
});

describe('VMs', () => {
  test('an id that is taken is not given again', () => {
    const { create, machines } = bench();
    const ids = [create().id, create().id, create().id];
    expect(new Set(ids).size).toBe(3);
    expect(machines.size).toBe(3);
  });

  test('the limit counts those that exist', () => {
    const { executor, create } = bench(1);
    const vm = create();
    expect(() => create()).toThrow(/1 VMs exist and 1 are allowed/);
    executor.delete(vm, 'request', null);
    create();
  });

  test('a time to live is one timer, cancelled with the VM and at the end', () => {
    const { executor, create, waiting, machines } = bench();
    const deleted = create(60);
    const kept = create(30);
    expect(waiting.map(({ delayMs }) => delayMs)).toEqual([60_000, 30_000]);
    executor.delete(deleted, 'request', null);
    expect(waiting.map(({ cancelled }) => cancelled)).toEqual([true, false]);
    waiting[1]?.then();
    expect(machines.find(kept.id)).toBeUndefined();
    create(10);
    executor.close();
    expect(waiting.every(({ cancelled }) => cancelled)).toBe(true);
  });
});
