/** The host's memory management: stories with known ends. Random ones are in test/model. */
import { describe, expect, test } from 'vitest';
import {
  type Backing,
  createMachine,
  digestOf,
  FRAME_BASE,
  isRejection,
  RANGE_PAGES_MAX,
  restore,
  snapshotOf,
  statsOf,
  UNPINNED_RANGES_MAX,
  VMAS_MAX,
  vmasOf,
} from '../../src/core/index.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import { between, configOf, virtual, Workbench } from './workbench.js';

/** A 2M region that is private but for page 7, as in the mail. */
function mail(backing: Backing, over: { readonly generation?: 'rfc-v1' | 'rfc-v1-reply' } = {}): Workbench {
  const bench = new Workbench({ backing, ...over });
  bench.change('private', 0, 2);
  bench.change('shared', 7);
  return bench;
}

describe('VMAs', () => {
  test('an unmapped page is a SIGSEGV for load and store, and -EFAULT for the kernel', () => {
    const bench = new Workbench();
    expect(bench.munmap(3, 1)).toEqual({ op: 'munmap', outcome: 'completed', pages: 1 });
    const { outcome, faults } = bench.write(3);
    expect([outcome, faults[0]?.kind, faults[0]?.signal?.codeName]).toEqual(['segv', 'not-present', 'SEGV_MAPERR']);
    expect(bench.read(3).outcome).toBe('segv');
    expect(bench.write(3, { via: 'copy-to-user' }).outcome).toBe('efault');
    expect([bench.page(3).vma, bench.page(4).mapping?.level]).toEqual([null, 1]);
    expect(vmasOf(bench.m).map(({ pages }) => pages)).toEqual([3, 2044]);
  });

  test('munmap says what goes: the split of the 2M leaf, the leaf, the VMA', () => {
    const bench = new Workbench();
    const before = bench.events.length;
    bench.munmap(3, 1);
    expect(bench.types(before)).toEqual(['mapping-split', 'mapping-removed', 'vma-unmapped']);
  });

  test('a read-only page is a protection fault, before the RMP is asked', () => {
    const bench = mail('thp');
    bench.mprotect(0, 512, 'read-only');
    const { outcome, faults } = bench.write(0);
    expect([outcome, faults[0]?.kind, faults[0]?.errorCode, faults[0]?.signal?.codeName]).toEqual(['segv', 'protection', 7, 'SEGV_ACCERR']);
    expect(bench.read(7).outcome).toBe('completed');
    bench.mprotect(0, 512, 'read-write');
    expect(bench.write(7).faults.map(({ decision }) => decision)).toEqual(['PAGE_SPLIT']);
    expect(statsOf(bench.m).faults.protection).toBe(1);
  });

  test('mprotect goes to the first hole', () => {
    const bench = new Workbench();
    bench.munmap(10, 1);
    expect(bench.mprotect(0, 20, 'read-only')).toMatchObject({ outcome: 'ENOMEM', pages: 10 });
    expect([bench.page(9).vma?.protection, bench.page(11).vma?.protection]).toEqual(['read-only', 'read-write']);
  });

  test('mapped again, anonymous memory is zeroed, and what a pin holds is in another frame', () => {
    const bench = new Workbench();
    bench.write(5, { content: 0xaa });
    bench.munmap(0, 512);
    expect(bench.mmap(0, 512)).toMatchObject({ outcome: 'completed', pages: 512 });
    expect(bench.read(5, 2).data).toEqual(Uint8Array.of(0, 0));
    expect(bench.page(5)).toMatchObject({ pinned: false, mapping: { level: 2 } });
    expect(bench.page(5).pfn).not.toBe(FRAME_BASE + 5);
  });

  test('a file keeps its pages', () => {
    const bench = new Workbench({ backing: 'shmem-thp' });
    bench.write(5, { content: 0xaa });
    bench.munmap(0, 512);
    bench.mmap(0, 512);
    expect(bench.read(5, 2).data).toEqual(Uint8Array.of(0xaa, 0xaa));
    expect(bench.page(5).pfn).toBe(FRAME_BASE + 5);
  });

  test('hugetlbfs does not cut a huge page', () => {
    const bench = new Workbench({ backing: 'hugetlb-2M' });
    expect([bench.munmap(1, 512).outcome, bench.mprotect(0, 1, 'read-only').outcome, bench.munmap(0, 512).outcome]).toEqual([
      'EINVAL',
      'EINVAL',
      'completed',
    ]);
  });

  test('a guest page without a VMA cannot be converted or validated', () => {
    const bench = new Workbench();
    bench.munmap(0, 512);
    expect(bench.change('private', 3)).toMatchObject({ status: 'NESTED_FAULT', code: null, requestFailed: false });
    expect(bench.pvalidate(3).outcome).toBe('nested-fault');
  });
});

describe('splits and collapses', () => {
  test('pinned anonymous memory stays split; unpinned it is copied into other frames', () => {
    const bench = mail('thp');
    bench.write(7, { content: 0x11 });
    expect(bench.khugepaged()).toMatchObject({ collapsed: 0, pinned: 1 });
    bench.change('shared', 0, 2);
    bench.pin(0, 512, false);
    const before = bench.events.length;
    expect(bench.khugepaged()).toMatchObject({ collapsed: 1, pinned: 0 });
    expect(bench.types(before)).toEqual(['mapping-collapsed']);
    expect(bench.page(7)).toMatchObject({ mapping: { level: 2 } });
    expect(bench.page(7).pfn).not.toBe(FRAME_BASE + 7);
    expect(bench.read(7, 1).data).toEqual(Uint8Array.of(0x11));
  });

  test('a private page that is copied is lost to the guest, and its frame to the host', () => {
    const bench = mail('thp');
    bench.write(7);
    bench.pin(0, 512, false);
    const before = bench.events.length;
    bench.khugepaged();
    expect(bench.types(before)).toEqual(['mapping-collapsed', 'page-leaked', 'page-leaked']);
    expect(bench.page(0)).toMatchObject({ state: 'hypervisor' });
    expect(statsOf(bench.m).kernel.leakedPages).toBe(511);
  });

  test('shmem goes round: khugepaged takes the page table, the fault maps it huge, the RMP faults again', () => {
    const bench = new Workbench({ backing: 'shmem-thp' });
    bench.madvise(0, 1, 'DONTNEED');
    bench.write(7);
    expect(bench.page(7).mapping?.level).toBe(2);
    bench.madvise(0, 1, 'NOHUGEPAGE');
    bench.write(7);
    expect(bench.page(7).mapping?.level).toBe(1);
    bench.madvise(0, 512, 'HUGEPAGE');
    const before = bench.events.length;
    expect(bench.khugepaged()).toMatchObject({ retracted: 1, pinned: 0 });
    bench.write(7);
    expect(bench.types(before)).toEqual(['mapping-removed', 'fault', 'mapping-installed']);
    expect(bench.page(7)).toMatchObject({ pfn: FRAME_BASE + 7, mapping: { level: 2 } });
  });

  test('MADV_COLLAPSE says why it cannot', () => {
    const bench = mail('thp');
    bench.write(7);
    expect(bench.madvise(0, 512, 'COLLAPSE')).toMatchObject({ outcome: 'EAGAIN', pages: 0 });
    bench.pin(0, 512, false);
    expect(bench.madvise(0, 512, 'COLLAPSE')).toMatchObject({ outcome: 'completed', pages: 512 });
    bench.madvise(0, 512, 'NOHUGEPAGE');
    expect(bench.madvise(0, 512, 'COLLAPSE').outcome).toBe('EINVAL');
  });

  test('memory of the 4k backing becomes huge when it is advised and scanned', () => {
    const bench = new Workbench({ backing: '4k', pages: 1024 });
    bench.pin(0, 1024, false);
    expect(bench.khugepaged().collapsed).toBe(0);
    bench.madvise(0, 512, 'HUGEPAGE');
    expect(bench.khugepaged().collapsed).toBe(1);
    expect([bench.page(0).mapping?.level, bench.page(512).mapping?.level]).toEqual([2, 1]);
  });

  test('two threads in the same 2M: the other one has split it, and nothing is left to do', () => {
    const bench = mail('thp');
    const { outcome, faults } = bench.write(7, { inject: between('split') });
    expect([outcome, faults.length, faults[0]?.decision, faults[0]?.action]).toEqual(['completed', 1, 'RETRY', 'none']);
    expect(statsOf(bench.m).kernel.thpSplitPmd).toBe(1);
  });

  test('a 2M leaf that became a NUMA hint meanwhile is split, and its 4K hints fault one by one', () => {
    const bench = mail('thp');
    const { outcome, faults } = bench.write(7, { inject: between('numa-hint') });
    expect(outcome).toBe('completed');
    expect(faults.map(({ kind, action }) => [kind, action])).toEqual([
      ['rmp', 'split'],
      ['not-present', 'mapped'],
    ]);
    expect(bench.page(8).mapping?.state).toBe('numa-hint');
  });
});

describe('madvise', () => {
  test.each<[Backing, string, string]>([
    ['thp', 'completed', 'EINVAL'],
    ['4k', 'completed', 'EINVAL'],
    ['shmem-thp', 'completed', 'completed'],
    ['dax-2M', 'completed', 'completed'],
    ['hugetlb-2M', 'EINVAL', 'completed'],
  ])('%s: DONTNEED is %s, REMOVE %s', (backing, dontNeed, remove) => {
    const bench = new Workbench({ backing });
    expect([bench.madvise(0, 512, 'DONTNEED').outcome, bench.madvise(0, 512, 'REMOVE').outcome]).toEqual([dontNeed, remove]);
  });

  test('DONTNEED drops anonymous pages: the pin keeps the private frame, the page comes back shared and empty', () => {
    const bench = mail('thp');
    bench.madvise(3, 1, 'DONTNEED');
    expect(bench.page(3)).toMatchObject({ state: 'hypervisor', pinned: false, mapping: { state: 'none' } });
    expect(bench.write(3).outcome).toBe('completed');
    // The frame is let go with the pin, still assigned.
    bench.pin(3, 1, false);
    expect(statsOf(bench.m).kernel.leakedPages).toBe(1);
  });

  test('over a hole it ends in ENOMEM after the rest was done', () => {
    const bench = new Workbench();
    bench.write(11, { content: 1 });
    bench.munmap(10, 1);
    expect(bench.madvise(9, 3, 'DONTNEED')).toMatchObject({ outcome: 'ENOMEM', pages: 2 });
    expect(bench.read(11, 1).data).toEqual(Uint8Array.of(0));
  });

  test('REMOVE on read-only memory is EACCES', () => {
    const bench = new Workbench({ backing: 'shmem-thp' });
    bench.mprotect(0, 512, 'read-only');
    expect(bench.madvise(0, 512, 'REMOVE').outcome).toBe('EACCES');
  });
});

describe('leaves that are away', () => {
  test('a pin forbids swap and migration, not a NUMA hint', () => {
    const bench = new Workbench();
    expect(bench.leaf(0, 512, 'swap-out')).toMatchObject({ pages: 0, pinned: 512 });
    expect(bench.leaf(0, 512, 'migrate')).toMatchObject({ pages: 0, pinned: 512 });
    expect(bench.leaf(0, 512, 'numa-hint')).toMatchObject({ pages: 512, pinned: 0 });
    expect(bench.write(0).faults[0]).toMatchObject({ kind: 'not-present', action: 'mapped' });
    expect(bench.page(0)).toMatchObject({ pfn: FRAME_BASE, mapping: { level: 2, state: 'present' } });
  });

  test('a swapped page comes back alone, as a major fault, with its bytes in another frame', () => {
    const bench = new Workbench();
    bench.write(1, { content: 0x22 });
    bench.pin(0, 512, false);
    expect(bench.leaf(0, 512, 'swap-out')).toMatchObject({ pages: 512 });
    expect(bench.read(1, 1).data).toEqual(Uint8Array.of(0x22));
    expect([bench.page(1).mapping?.level, bench.page(2).mapping?.state]).toEqual([1, 'swap']);
    expect(bench.page(1).pfn).not.toBe(FRAME_BASE + 1);
    expect(statsOf(bench.m).kernel).toMatchObject({ majorFaults: 1, minorFaults: 0, thpSplitPmd: 1 });
  });

  test('a 2M leaf migrates whole, and restoring ends it', () => {
    const bench = new Workbench();
    bench.pin(0, 512, false);
    bench.leaf(3, 1, 'migrate');
    expect(bench.page(0).mapping).toMatchObject({ level: 2, state: 'migration', present: false });
    expect(bench.leaf(3, 1, 'restore')).toMatchObject({ pages: 512 });
    expect(bench.page(0)).toMatchObject({ mapping: { level: 2, state: 'present' } });
    expect(bench.page(0).pfn % 512).toBe(0);
  });
});

describe('counters and teardown', () => {
  test('a split is a page fault and a minor one, a KILL only the first, one that may not sleep neither', () => {
    const bench = mail('thp');
    bench.write(7);
    bench.write(8);
    bench.write(8, { via: 'copy-to-user', pagefaultDisabled: true });
    expect(statsOf(bench.m).kernel).toMatchObject({ pageFaults: 2, minorFaults: 1, thpSplitPmd: 1, directMapSplitPages: 512 });
  });

  test('the teardown un-assigns what is assigned', () => {
    const bench = mail('thp');
    bench.run({ op: 'delete', cause: 'request' });
    expect(bench.events.at(-1)).toMatchObject({ type: 'vm-deleted', unassigned: 511, leaked: 0 });
  });

  test('a failing un-assign leaks the page, with the line that the kernel prints', () => {
    const bench = new Workbench({ inject: { rmpupdate: { nth: 4, code: 2 } } });
    bench.change('private', 0);
    bench.change('private', 1);
    bench.run({ op: 'delete', cause: 'request' });
    expect(bench.events.slice(-2)).toMatchObject([
      {
        type: 'page-leaked',
        gfn: 1,
        pages: 1,
        cause: 'teardown',
        code: 2,
        dmesg: [
          'SEV-SNP: RMPUPDATE failed for PFN 100001, pg_level: 1, ret: 2',
          'SEV-SNP: PFN 0x100001, RMP entry: [0x4008000000001001 - 0x000000000000001f]',
        ],
      },
      { type: 'vm-deleted', unassigned: 1, leaked: 1 },
    ]);
  });

  test('v1 tries FAIL_INUSE again, so nothing is leaked; an immutable frame always is', () => {
    const inUse = new Workbench({ inject: { rmpupdate: { nth: 2, code: 3 } } });
    inUse.change('private', 0);
    inUse.run({ op: 'delete', cause: 'request' });
    expect(inUse.events.at(-1)).toMatchObject({ unassigned: 1, leaked: 0 });
    const immutable = new Workbench();
    immutable.rmpupdate(0, { immutable: true });
    immutable.run({ op: 'delete', cause: 'ttl' });
    expect(immutable.events.at(-1)).toMatchObject({ unassigned: 0, leaked: 1 });
  });
});

describe('limits', () => {
  test('a range has at most RANGE_PAGES_MAX pages', () => {
    const bench = new Workbench();
    expect(bench.munmap(4096, RANGE_PAGES_MAX).outcome).toBe('completed');
    expect(bench.rejection({ op: 'munmap', range: virtual(4096, RANGE_PAGES_MAX + 1) })).toMatchObject({
      code: 'limit-exceeded',
      pointer: '/size',
    });
  });

  test('VMAS_MAX mappings, and the next is ENOMEM', () => {
    const bench = new Workbench({ backing: '4k', pages: 4096 });
    // Each one in the middle adds two, the one at the end a last one.
    for (let i = 0; i < VMAS_MAX / 2 - 1; i++) bench.mprotect(2 * i + 1, 1, 'read-only');
    bench.mprotect(4095, 1, 'read-only');
    expect(vmasOf(bench.m)).toHaveLength(VMAS_MAX);
    expect(bench.mprotect(3000, 1, 'read-only').outcome).toBe('ENOMEM');
  });

  test('UNPINNED_RANGES_MAX stretches without a pin, and the next is refused', () => {
    const bench = new Workbench({ pages: 4 * UNPINNED_RANGES_MAX });
    for (let i = 0; i < UNPINNED_RANGES_MAX; i++) bench.pin(2 * i, 1, false);
    const digest = digestOf(bench.m);
    expect(bench.rejection({ op: 'pin', range: { space: 'gpa', page: 3000, pages: 1 }, pinned: false }).code).toBe('limit-exceeded');
    expect(bench.rejection({ op: 'madvise', range: { space: 'gpa', page: 3000, pages: 1 }, advice: 'DONTNEED' }).code).toBe(
      'limit-exceeded',
    );
    expect(digestOf(bench.m)).toBe(digest);
  });

  test('where the host has no frame left, dropping pinned pages is refused and a collapse is ENOMEM', () => {
    const GIB_PAGES = 262_144;
    const bench = new Workbench({ pages: 5 * GIB_PAGES });
    for (let gib = 0; gib < 3; gib++) bench.madvise(gib * GIB_PAGES, GIB_PAGES, 'DONTNEED');
    expect(
      bench.rejection({ op: 'madvise', range: { space: 'gpa', page: 3 * GIB_PAGES, pages: GIB_PAGES }, advice: 'DONTNEED' }),
    ).toMatchObject({ code: 'limit-exceeded' });
    bench.madvise(3 * GIB_PAGES, (3 * GIB_PAGES) / 4, 'DONTNEED');
    bench.pin(4 * GIB_PAGES, 512, false);
    bench.change('private', 4 * GIB_PAGES, 2);
    bench.change('shared', 4 * GIB_PAGES);
    bench.write(4 * GIB_PAGES);
    expect(bench.madvise(4 * GIB_PAGES, 512, 'COLLAPSE').outcome).toBe('ENOMEM');
    expect(bench.khugepaged()).toMatchObject({ noMemory: 1 });
  });

  test('what is not wholly in one memslot is not mapped', () => {
    const bench = new Workbench();
    expect(bench.rejection({ op: 'mmap', range: virtual(2000, 100), protection: 'read-write' })).toMatchObject({
      code: 'address-out-of-range',
      pointer: '/start',
    });
  });
});

test('frames, VMAs and pins are in the digest and in a snapshot; a snapshot of before they were is read', () => {
  const bench = mail('thp');
  const digests = [digestOf(bench.m)];
  bench.pin(0, 512, false);
  digests.push(digestOf(bench.m));
  bench.mprotect(600, 1, 'read-only');
  digests.push(digestOf(bench.m));
  bench.khugepaged();
  bench.madvise(0, 512, 'COLLAPSE');
  bench.madvise(1024, 1, 'DONTNEED');
  digests.push(digestOf(bench.m));
  expect(new Set(digests).size).toBe(4);
  const snapshot = snapshotOf(bench.m);
  expect(digestOf(restore(snapshot, memoryCipher))).toBe(digests[3]);
  const created = createMachine(configOf({}), memoryCipher);
  if (isRejection(created)) throw new Error(created.detail);
  const { frames: _frames, vmas: _vmas, unpinned: _unpinned, ...delta } = snapshotOf(created.machine).delta;
  expect(digestOf(restore({ version: 1, config: created.machine.config, delta }, memoryCipher))).toBe(digestOf(created.machine));
  expect(() => restore({ ...snapshot, version: 3 }, memoryCipher)).toThrow(RangeError);
});
