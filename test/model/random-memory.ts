/** Random commands of the host's memory management: few ranges, at the borders of regions, pages and memslots. */
import fc from 'fast-check';
import type { MemoryCommand, PageRange, VirtualRange } from '../../src/core/command.js';
import { LEAF_CHANGES, MADVICE } from '../../src/core/command.js';
import type { MachineConfig } from '../../src/core/config.js';
import { REGION, slotOfGfn, vpnOfGfn } from './layout.js';
import { pageRef, resolvePage } from './random-config.js';
import type { PageRef } from './random-config.js';

interface RangeRef {
  readonly ref: PageRef;
  readonly whole: boolean;
  readonly pages: number;
  readonly past: boolean;
}

const rangeRef: fc.Arbitrary<RangeRef> = fc.record({
  ref: pageRef,
  /** From the start of the page's region. */
  whole: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 2, arbitrary: fc.constant(false) }),
  pages: fc.oneof({ weight: 4, arbitrary: fc.constant(REGION) }, { weight: 3, arbitrary: fc.constantFrom(1, 2, 8, 600, 1024) }),
  past: fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

/** Inside the memslot unless it is to run past its end. */
function guestRange(config: MachineConfig, { ref, whole, pages, past }: RangeRef): { readonly gfn: number; readonly pages: number } {
  const page = resolvePage(config.memslots, ref);
  const slot = slotOfGfn(config, page);
  if (slot === null) throw new Error('a page reference always resolves inside a memslot');
  const gfn = whole ? Math.max(slot.gfn, Math.floor(page / REGION) * REGION) : page;
  return { gfn, pages: past ? pages : Math.min(pages, slot.gfn + slot.pages - gfn) };
}

function virtualRange(config: MachineConfig, ref: RangeRef): VirtualRange {
  const { gfn, pages } = guestRange(config, ref);
  const slot = slotOfGfn(config, gfn);
  if (slot === null) throw new Error('the range begins in a memslot');
  return { space: 'hva', page: vpnOfGfn(slot, gfn), pages };
}

function anyRange(config: MachineConfig, ref: RangeRef, space: 'hva' | 'gpa'): PageRange {
  if (space === 'hva') return virtualRange(config, ref);
  const { gfn, pages } = guestRange(config, ref);
  return { space, page: gfn, pages };
}

const space = fc.constantFrom('hva' as const, 'gpa' as const);
const protection = fc.constantFrom('read-write' as const, 'read-only' as const);

const forms = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('mmap' as const),
      ref: rangeRef,
      protection: fc.oneof(fc.constant('read-write' as const), protection),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('munmap' as const), ref: rangeRef }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('mprotect' as const), ref: rangeRef, protection }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant('madvise' as const), ref: rangeRef, space, advice: fc.constantFrom(...MADVICE) }) },
  {
    weight: 5,
    arbitrary: fc.record({ op: fc.constant('pin' as const), ref: rangeRef, space, pinned: fc.constantFrom(false, false, true) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant('leaf-state' as const), ref: rangeRef, space, change: fc.constantFrom(...LEAF_CHANGES) }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('khugepaged' as const), ref: fc.option(rangeRef, { nil: undefined }), space }) },
);

export const memoryCommand: fc.Arbitrary<(config: MachineConfig) => MemoryCommand> = forms.map((form) => (config) => {
  switch (form.op) {
    case 'mmap':
      return { op: 'mmap', range: virtualRange(config, form.ref), protection: form.protection };
    case 'munmap':
      return { op: 'munmap', range: virtualRange(config, form.ref) };
    case 'mprotect':
      return { op: 'mprotect', range: virtualRange(config, form.ref), protection: form.protection };
    case 'madvise':
      return { op: 'madvise', range: anyRange(config, form.ref, form.space), advice: form.advice };
    case 'pin':
      return { op: 'pin', range: anyRange(config, form.ref, form.space), pinned: form.pinned };
    case 'leaf-state':
      return { op: 'leaf-state', range: anyRange(config, form.ref, form.space), change: form.change };
    case 'khugepaged':
      return form.ref === undefined ? { op: 'khugepaged' } : { op: 'khugepaged', range: anyRange(config, form.ref, form.space) };
  }
});
