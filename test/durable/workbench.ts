/** A service on a simulated disk: operations are asked for, waited for, and the power goes when the test says. */
import { apply, asGfn, asPfn, HVA_BASE_VPN, type Command, digestOf, isRejection, type Machine } from '../../src/core/index.js';
import type { Clock } from '../../src/service/clock.js';
import { servicesOn } from '../../src/service/durable-services.js';
import type { Vm } from '../../src/service/machines.js';
import { CONFIG_DEFAULTS, oneMemslot } from '../../src/service/layout.js';
import type { Services } from '../../src/service/services.js';
import type { Store } from '../../src/service/store/store.js';
import { EVENT_LOG_LIMITS } from '../../src/service/stream-limits.js';
import { ManualClock } from '../support/manual-clock.js';

export const START = Date.parse('2026-01-01T00:00:00Z');

const SETTINGS = { host: '127.0.0.1', token: null, allowedHosts: [], allowedOrigins: [], vmsMax: 100, eventLog: EVENT_LOG_LIMITS };

let ids = 0;

export function serviceOn(store: Store, clock: Clock = new ManualClock(START)): Services {
  return servicesOn(SETTINGS, { clock, ids: { next: () => `x${++ids}` } }, store).services;
}

export function makeVm(services: Services, ttlSeconds: number | null = null): Vm {
  const config = { ...CONFIG_DEFAULTS, onSigbus: 'report', memslots: [oneMemslot(8 * 2 ** 20, 'thp', 'shared')] } as const;
  const vm = services.executor.create(config, { name: null, labels: {}, ttlSeconds, memory: null }, null);
  if ('rejected' in vm) throw new Error(vm.detail);
  return vm;
}

/** The i-th of a run of operations that touch everything: conversions, faults, splits, contents, frames, VMAs, pins, kills of a page. */
export function commandAt(i: number): Command {
  const gfn = asGfn(512 + ((i * 37) % 600));
  const range = { space: 'gpa', page: gfn, pages: 5 } as const;
  switch (i % 13) {
    case 0:
      return {
        op: 'page-state-change',
        entries: [{ gfn, pages: 1, pageSize: 1, operation: 'private' }],
        validate: true,
        strictGuest: false,
      };
    case 1:
      return { ...ACCESS, gfn, offset: 4, size: 3, content: Uint8Array.of(i % 256, 8, 9) };
    case 2:
      return {
        op: 'hypervisor-write',
        target: { space: 'gpa', page: gfn, offset: 0 },
        size: 4,
        content: Uint8Array.of(i % 256, 1, 2, 3),
        via: 'user',
        pagefaultDisabled: false,
      };
    case 3:
      return {
        op: 'page-state-change',
        entries: [{ gfn, pages: 1, pageSize: 1, operation: 'shared' }],
        validate: true,
        strictGuest: false,
      };
    case 4:
      return { op: 'pin', range: { space: 'gpa', page: 512, pages: 512 }, pinned: i % 2 === 0 };
    case 5:
      return { op: 'leaf-state', range, change: i % 2 === 0 ? 'swap-out' : 'migrate' };
    case 6:
      return { op: 'madvise', range, advice: i % 2 === 0 ? 'DONTNEED' : 'NOHUGEPAGE' };
    case 7:
      return i % 2 === 0
        ? { op: 'khugepaged' }
        : { op: 'mmap', range: { space: 'hva', page: HVA_BASE_VPN + gfn, pages: 3 }, protection: 'read-write' };
    case 8:
      return { op: 'ghcb-request', form: 'nae', content: ghcbBytes(gfn), stopAfterPages: 4096 };
    case 10:
      return { op: 'hypervisor-write', target: { space: 'gpa', page: gfn, offset: 8 }, size: 64, via: 'user', pagefaultDisabled: false };
    case 9:
      return { op: 'nested-map', gfn, pageSize: 1, pfn: i % 2 === 0 ? asPfn(0x10_0000 + gfn + 1) : null };
    case 11:
      return { op: 'firmware-command', request: { command: 'SNP_PAGE_RECLAIM', page: asPfn(0x10_0000 + gfn), pageSize: 1 } };
    default:
      return { op: 'pvalidate', gfn, offset: 0, pageSize: 1, validate: i % 2 === 0, vmpl: 0 };
  }
}

const ACCESS = { op: 'guest-access', access: 'write', cBit: true, vmpl: 0, privilege: 'supervisor', guestLevel: 1 } as const;

/** One entry: the page becomes private. */
function ghcbBytes(gfn: number): Uint8Array {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE((BigInt(gfn) << 12n) | (1n << 52n), 8);
  return Uint8Array.from(bytes);
}

/** The machine after the first n operations, without any store. */
export function machineAfter(made: Machine, n: number): Machine {
  for (let i = 0; i < n; i++) if (isRejection(apply(made, commandAt(i)))) throw new Error(`operation ${i} was refused`);
  return made;
}

export { digestOf };
