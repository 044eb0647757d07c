/** Digest, snapshot, page states, storage forms: the same state is the same whatever way led to it. */
import { describe, expect, it } from 'vitest';
import {
  applyDelta,
  asGfn,
  asPfn,
  asVpn,
  type Backing,
  digestOf,
  FRAME_BASE,
  isRejection,
  mapCells,
  pageStateOf,
  pageTableWalk,
  pageView,
  rawEntryOf,
  restore,
  rmpSlice,
  snapshotOf,
  type MachineConfig,
  createMachine,
  statsOf,
  HVA_BASE_VPN,
  takeDelta,
  trackDeltas,
} from '../../src/core/index.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import { between, configOf, Workbench } from './workbench.js';

describe('the digest', () => {
  it('is that of creation again when everything is undone, whatever form it was stored in', () => {
    const w = new Workbench({ generation: 'no-snp' });
    const fresh = digestOf(w.m);
    w.change('private', 512, 1, { pages: 300 });
    const touched = digestOf(w.m);
    w.change('shared', 512, 1, { pages: 300 });
    expect(touched).not.toBe(fresh);
    expect(digestOf(w.m)).toBe(fresh);
  });

  it('does not depend on the order in which pages came to be so', () => {
    const up = new Workbench();
    const down = new Workbench();
    const pages = Array.from({ length: 200 }, (_, i) => 512 + ((i * 7) % 512));
    for (const gfn of pages) up.change('private', gfn);
    for (const gfn of pages.toReversed()) {
      down.change('private', gfn);
      digestOf(down.m);
    }
    expect(digestOf(up.m)).toBe(digestOf(down.m));
  });

  it('takes a 2M entry and 512 like 4K entries for different, and a split leaf for different from a whole one', () => {
    const whole = new Workbench();
    whole.change('private', 512, 2);
    const before = digestOf(whole.m);
    whole.psmash(512);
    const smashed = digestOf(whole.m);
    whole.write(520, { inject: between('split') });
    expect(new Set([before, smashed, digestOf(whole.m)]).size).toBe(3);
  });

  it('has contents in it, but no pages of zeroes', () => {
    const w = new Workbench();
    const fresh = digestOf(w.m);
    w.write(3, { content: 1, size: 8 });
    expect(digestOf(w.m)).not.toBe(fresh);
    w.write(3, { content: 0, size: 8 });
    expect(digestOf(w.m)).toBe(fresh);
  });

  it('has no names, counts or sequence numbers in it', () => {
    const w = new Workbench();
    const fresh = digestOf(w.m);
    w.write(0);
    w.change('shared', 0);
    expect(w.m.seq).toBeGreaterThan(1);
    expect(digestOf(w.m)).toBe(fresh);
  });

  it('has the injection counters in it where an injection was given', () => {
    const w = new Workbench({ inject: { rmpupdate: { nth: 9, code: 1 } }, generation: 'no-snp' });
    const fresh = digestOf(w.m);
    w.rmpupdate(7, { pfn: asPfn(2 ** 31) });
    expect(digestOf(w.m)).not.toBe(fresh);
  });
});

describe('a snapshot', () => {
  it.each(['thp', 'shmem-thp', '4k', 'hugetlb-1G'] as const)(
    'of %s gives the machine back: digest, views, counts and the answers to come',
    (backing: Backing) => {
      const w = new Workbench({
        backing,
        pages: backing === 'hugetlb-1G' ? 262_144 : 2048 + 100,
        inject: { rmpupdate: { nth: 700, code: 1 } },
      });
      w.change('private', 512, 2);
      w.change('private', 1025, 1, { pages: 60 });
      w.change('shared', 519);
      w.rmpupdate(40, { asid: 9, gfn: 77, immutable: true });
      w.write(1024, { inject: between('swapped') });
      w.write(2, { content: Uint8Array.of(1, 2, 3), size: 3 });
      const again = restore(JSON.parse(JSON.stringify(snapshotOf(w.m))), memoryCipher);
      expect(digestOf(again)).toBe(digestOf(w.m));
      expect(statsOf(again)).toEqual(statsOf(w.m));
      for (let gfn = 0; gfn < 2048; gfn++) expect(pageView(again, asGfn(gfn))).toEqual(pageView(w.m, asGfn(gfn)));
      expect(again.seq).toBe(w.m.seq);
      expect(again.vmInject?.counts()).toEqual(w.m.vmInject?.counts());
    },
  );

  it('of an unknown version is refused', () => {
    expect(() => restore({ ...snapshotOf(new Workbench().m), version: 99 }, memoryCipher)).toThrow(/version 99/);
  });
});

describe('a delta', () => {
  it.each(['thp', 'shmem-thp', '4k'] as const)('carries each operation on %s to another machine without any rule', (backing) => {
    const w = new Workbench({ backing, pages: 2048, initialState: 'private' });
    const other = restore(JSON.parse(JSON.stringify(snapshotOf(w.m))), memoryCipher);
    trackDeltas(w.m);
    const steps: readonly (() => unknown)[] = [
      () => w.change('shared', 519),
      () => w.change('shared', 1024, 2),
      () => w.change('private', 1024, 2),
      () => w.write(519, { size: 3, content: Uint8Array.of(1, 2, 3) }),
      () => w.rmpupdate(519, { asid: 9, gfn: 77, immutable: true }),
      () => w.write(518, { inject: between('swapped') }),
      () => w.write(519, { inject: between('unmapped') }),
      () => w.psmash(512),
      () => w.run({ op: 'reset' }),
      () => w.change('shared', 3),
      () => w.write(3, { content: 5, size: 9000 }),
    ];
    for (const step of steps) {
      const before = w.m.operations;
      const resets = w.events.filter((e) => e.type === 'vm-reset').length;
      step();
      expect(w.m.operations).toBeGreaterThanOrEqual(before);
      const wasReset = w.events.filter((e) => e.type === 'vm-reset').length > resets;
      applyDelta(other, JSON.parse(JSON.stringify(takeDelta(w.m, wasReset))));
      expect(digestOf(other)).toBe(digestOf(w.m));
      expect(statsOf(other)).toEqual(statsOf(w.m));
    }
  });
});

describe('initial state private', () => {
  const split: Pick<MachineConfig['memslots'][number], 'gfn' | 'pages' | 'vpn'> = {
    gfn: asGfn(100),
    pages: 1500,
    vpn: asVpn(HVA_BASE_VPN + 100),
  };
  it.each([
    ['thp', 2],
    ['4k', 1],
  ] as const)('is as one validated change over %s', (backing, level) => {
    const memslots = [{ ...split, backing, initialState: 'private' as const }];
    const started = new Workbench({ config: { memslots } });
    const changed = new Workbench({ config: { memslots: memslots.map((s) => ({ ...s, initialState: 'shared' as const })) } });
    changed.change('private', 100, 1, { pages: 412 });
    for (const base of [512, 1024]) changed.change('private', base, 2);
    changed.change('private', 1536, 1, { pages: 64 });
    for (let gfn = 100; gfn < 1600; gfn++) expect(pageView(started.m, asGfn(gfn))).toEqual(pageView(changed.m, asGfn(gfn)));
    expect(started.m.rmp.entryAt(asPfn(FRAME_BASE + 512)).level).toBe(level);
    expect(statsOf(started.m).rmpPages).toEqual({ 'guest-valid': 1500 });
    expect(started.m.seq).toBe(1);
  });
});

describe('storage', () => {
  it('keeps counts, states and entries right from sparse to dense and back', () => {
    const w = new Workbench({ generation: 'no-snp' });
    const owned = new Set<number>();
    const order = Array.from({ length: 512 }, (_, i) => (i * 211) % 512);
    for (const i of order) {
      w.rmpupdate(512 + i, { asid: i % 3 === 0 ? 5 : 1 });
      owned.add(i);
      expect(w.m.rmp.assignedAround(FRAME_BASE + 512)).toBe(owned.size);
    }
    for (let i = 0; i < 512; i++)
      expect(w.m.rmp.entryAt(asPfn(FRAME_BASE + 512 + i))).toMatchObject({
        gfn: 512 + i,
        asid: i % 3 === 0 ? 5 : 1,
        subPageCount: i === 0 ? 511 : 0,
      });
    for (const i of order) w.rmpupdate(512 + i, { assigned: false, asid: 0, gfn: 0 });
    expect(statsOf(w.m).rmpPages).toEqual({ hypervisor: 2048 });
    expect(digestOf(w.m)).toBe(digestOf(new Workbench({ generation: 'no-snp' }).m));
  });

  it('costs under 1 MB for 1 TiB that nobody touched', () => {
    const before = process.memoryUsage().arrayBuffers;
    const w = new Workbench({ pages: 2 ** 28, initialState: 'private' });
    expect(statsOf(w.m).rmpPages).toEqual({ 'guest-valid': 2 ** 28 });
    expect(w.write(2 ** 27).outcome).toBe('sigbus');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });
});

describe('reading', () => {
  it('draws a map whose cells add up', () => {
    const w = new Workbench();
    w.change('private', 600, 1, { pages: 10 });
    w.write(599);
    const cells = mapCells(w.m, asGfn(0), asGfn(2048), 4);
    expect(cells).toMatchObject([
      { gfn: 0, pages: 512, states: { hypervisor: 512 }, levels: { '2M': 512 }, mixed: false },
      { gfn: 512, pages: 512, states: { hypervisor: 502, 'guest-valid': 10 }, levels: { '4K': 512 }, mixed: true },
      { gfn: 1024, pages: 512 },
      { gfn: 1536, pages: 512 },
    ]);
  });

  it.each([
    ['shared', 'rfc-v1'],
    ['private', 'rfc-v1'],
    ['shared', 'upstream'],
    ['private', 'upstream'],
    ['private', 'v7'],
  ] as const)('draws 1 TiB of untouched %s memory under %s without looking at its regions', (initialState, generation) => {
    const w = new Workbench({ pages: 2 ** 28, initialState, generation });
    const before = process.memoryUsage().arrayBuffers;
    const state = initialState === 'private' ? 'guest-valid' : 'hypervisor';
    const [cell] = mapCells(w.m, asGfn(0), asGfn(2 ** 28), 1);
    expect(cell).toMatchObject({ pages: 2 ** 28, states: { [state]: 2 ** 28 }, levels: { '2M': 2 ** 28 }, mixed: false });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
    w.change(initialState === 'private' ? 'shared' : 'private', 2 ** 27);
    const cells = mapCells(w.m, asGfn(0), asGfn(2 ** 28), 4);
    expect(cells.map((one) => one.mixed)).toEqual([false, false, true, false]);
  });

  it('walks the page table down to the leaf', () => {
    const w = new Workbench();
    expect(pageTableWalk(w.m, asVpn(HVA_BASE_VPN + 519))).toEqual([
      { name: 'PGD', index: 254, present: true, leaf: false, size: null, pfn: null },
      { name: 'PUD', index: 0, present: true, leaf: false, size: null, pfn: null },
      { name: 'PMD', index: 1, present: true, leaf: true, size: 2, pfn: FRAME_BASE + 512 },
    ]);
    expect(pageTableWalk(w.m, asVpn(5))).toEqual([{ name: 'PGD', index: 0, present: false, leaf: false, size: null, pfn: null }]);
  });

  it('slices the table to the last covered frame', () => {
    const w = new Workbench();
    const { entries, next } = rmpSlice(w.m, asPfn(w.m.layout.frames - 2), 10);
    expect(entries).toHaveLength(2);
    expect(next).toBeNull();
    expect(rmpSlice(w.m, asPfn(0), 3).next).toBe(3);
  });
});

describe('page states', () => {
  const zero = { assigned: false, validated: false, asid: 0, immutable: false, vmsa: false, gfn: 0 };
  it.each([
    ['hypervisor', {}],
    ['hv-fixed', { immutable: true }],
    ['firmware', { assigned: true, immutable: true }],
    ['firmware-iommu', { assigned: true, immutable: true, gfn: 0x20_0000_0001 }],
    ['reclaim', { assigned: true }],
    ['context', { assigned: true, immutable: true, vmsa: true }],
    ['metadata', { assigned: true, immutable: true, gfn: 0x10_0010_0200 }],
    ['pre-guest', { assigned: true, asid: 1, immutable: true }],
    ['pre-swap', { assigned: true, asid: 1, immutable: true, validated: true }],
    ['guest-invalid', { assigned: true, asid: 1 }],
    ['guest-valid', { assigned: true, asid: 1, validated: true }],
    ['invalid', { validated: true }],
    ['invalid', { assigned: true, validated: true }],
    ['invalid', { assigned: true, immutable: true, gfn: 7 }],
  ] as const)('%s', (state, bits) => {
    expect(pageStateOf({ ...zero, ...bits })).toBe(state);
  });
});

describe('raw entries', () => {
  const entry = {
    pfn: asPfn(1),
    assigned: false,
    pageSize: 1,
    level: 1,
    immutable: false,
    gfn: 0,
    asid: 0,
    vmsa: false,
    validated: false,
    vmpl: 0,
    subPageCount: 0,
    state: 'hypervisor',
  } as const;
  it.each([
    ['0x0', {}],
    ['0x4', { immutable: true }],
    ['0x8000000000000005', { assigned: true, immutable: true }],
    ['0x80000000000007fd', { assigned: true, immutable: true, subPageCount: 255 }],
    ['0x6010fffffffff001', { assigned: true, validated: true, vmsa: true, asid: 2, gfn: 0xf_ffff_ffff }],
  ] as const)('%s', (low, fields) => {
    expect(rawEntryOf({ ...entry, ...fields })[0]).toBe(low);
  });
});

describe('a layout that cannot be', () => {
  it.each([
    ['hugetlb 1G in 512 MiB', { backing: 'hugetlb-1G', pages: 131_072 }, 'backing-refused'],
    ['hugetlb 2M of an odd size', { backing: 'hugetlb-2M', pages: 1000 }, 'backing-refused'],
    ['5 TiB', { pages: (5 * 2 ** 40) / 4096 }, 'address-out-of-range'],
    ['ASID 0', { config: { asid: 0 } }, 'invalid-field'],
    ['ASID 1023', { config: { asid: 1023 } }, 'invalid-field'],
  ] as const)('is refused: %s', (_name, shape, code) => {
    const made = createMachine(configOf(shape), memoryCipher);
    expect(isRejection(made) && made.code).toBe(code);
  });

  it.each([1, 1022])('takes ASID %i', (asid) => {
    expect(isRejection(createMachine(configOf({ config: { asid } }), memoryCipher))).toBe(false);
  });
});

it('gives all pages of a 2M firmware entry the state of its base', () => {
  const w = new Workbench();
  w.rmpupdate(512, { pageSize: 2, asid: 0, gfn: 0, immutable: true });
  expect([512, 513, 1023].map((gfn) => w.m.rmp.stateAt(FRAME_BASE + gfn))).toEqual(['firmware', 'firmware', 'firmware']);
  expect(statsOf(w.m).rmpPages).toMatchObject({ firmware: 512 });
});
