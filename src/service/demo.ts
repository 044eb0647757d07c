/**
 * The story that the service exists for, played through the same door as everybody's operations: a guest shares one page of a
 * private 2M page, and the VMM writes to it and to its neighbour, on memory that can be split and on memory that cannot.
 */
import {
  asGfn,
  type Backing,
  type Fault,
  type Gfn,
  LEVEL_2M,
  LEVEL_4K,
  levelName,
  type PageStateEntry,
  REGION_PAGES,
} from '../core/index.js';
import type { Executor } from './executor.js';
import { CONFIG_DEFAULTS, oneMemslot } from './layout.js';
import type { Vm } from './machines.js';
import { faultObject } from './wire.js';

const MEMORY_BYTES = 64 * 2 ** 20;
/** The 2M page of the story, and the one of its 4K pages that the guest shares. */
const FIRST_PAGE = asGfn(REGION_PAGES);
const SHARED_PAGE = asGfn(REGION_PAGES + 7);
const PRIVATE_PAGE = asGfn(REGION_PAGES + 8);

/** `say` is given one short line at a time. */
export function playDemo(executor: Executor, say: (line: string) => void): void {
  playOn('thp', 'demo', executor, say);
  playOn('hugetlb-2M', 'demo-hugetlb', executor, say);
}

function playOn(backing: Backing, name: string, executor: Executor, say: (line: string) => void): void {
  const config = { ...CONFIG_DEFAULTS, onSigbus: 'report', memslots: [oneMemslot(MEMORY_BYTES, backing, 'shared')] } as const;
  const vm = executor.create(
    config,
    { name, labels: { demo: 'true' }, ttlSeconds: null, memory: { size: MEMORY_BYTES, backing, initialState: 'shared' } },
    null,
  );
  if ('rejected' in vm) return say(`${name}: ${vm.detail}`);
  say(`${vm.id} "${name}": ${MEMORY_BYTES / 2 ** 20} MiB of ${backing} under ${config.generation}`);
  const change = (what: string, entry: PageStateEntry): void => say(`  ${what}: ${changed(executor, vm, entry)}`);
  const write = (what: string, page: Gfn): void => say(`  ${what}: ${written(executor, vm, page)}`);
  change('guest makes the 2M page at 0x200000 private', { gfn: FIRST_PAGE, pages: 1, pageSize: LEVEL_2M, operation: 'private' });
  change('guest shares page 7 of it', { gfn: SHARED_PAGE, pages: 1, pageSize: LEVEL_4K, operation: 'shared' });
  write('VMM writes page 7, shared', SHARED_PAGE);
  write('VMM writes page 8, private', PRIVATE_PAGE);
}

function changed(executor: Executor, vm: Vm, entry: PageStateEntry): string {
  const done = executor.run(vm, { op: 'page-state-change', entries: [entry], validate: true, strictGuest: false }, null);
  if ('rejected' in done) return done.detail;
  const types = done.events.map(({ type }) => type).filter((type) => type !== 'page-state-changed');
  return `${done.outcome.status} (${types.join(', ')})`;
}

function written(executor: Executor, vm: Vm, page: Gfn): string {
  const target = { space: 'gpa', page, offset: 0 } as const;
  const done = executor.run(vm, { op: 'hypervisor-write', target, size: 64, via: 'user', pagefaultDisabled: false }, null);
  if ('rejected' in done) return done.detail;
  const { outcome, bytesWritten, faults } = done.outcome;
  return [...faults.map(faultWords), `${outcome}, ${bytesWritten} bytes`].join(' -> ');
}

function faultWords(fault: Fault): string {
  const { errorCode, hva, decision, action, signal } = faultObject(fault);
  const level = fault.level === null ? 'no mapping' : `${levelName(fault.level)} mapping`;
  const sent = signal === null ? '' : `, ${signal.name} ${signal.codeName} at ${signal.address}`;
  return `#PF ${errorCode} at ${hva} (${level}), ${decision ?? fault.kind}, ${action}${sent}`;
}
