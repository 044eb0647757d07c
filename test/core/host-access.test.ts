/** Stores and loads over several pages, contents, ranges, injection. */
import { describe, expect, it } from 'vitest';
import {
  asGfn,
  asPfn,
  asVpn,
  CONTENT_BYTES_MAX,
  FRAME_BASE,
  HVA_BASE_VPN,
  READ_BYTES_MAX,
  USER_VPN_END,
  WRITE_BYTES_MAX,
} from '../../src/core/index.js';
import { between, configOf, Workbench, writeTo } from './workbench.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('a store over several pages', () => {
  it('counts the bytes before the failing page and names its first byte', () => {
    const w = new Workbench();
    w.change('private', 514);
    const o = w.write(512, { target: { space: 'gpa', page: asGfn(512), offset: 4000 }, size: 8192 });
    expect(o).toMatchObject({ outcome: 'sigbus', bytesWritten: 96 + 4096 });
    expect(o.faults).toMatchObject([
      { gfn: 512, offset: 4000, decision: 'PAGE_SPLIT' },
      { gfn: 514, offset: 0, decision: 'KILL' },
    ]);
  });

  it('reaches over the border of adjacent memslots and ends before a gap', () => {
    const slot = { pages: 512, backing: 'thp', initialState: 'shared' } as const;
    const w = new Workbench({
      config: {
        memslots: [
          { ...slot, gfn: asGfn(0), vpn: asVpn(0x1000) },
          { ...slot, gfn: asGfn(512), vpn: asVpn(0x9000) },
        ],
      },
    });
    expect(w.write(511, { size: 8192 })).toMatchObject({ outcome: 'completed', bytesWritten: 8192 });
    expect(w.rejection(writeTo(1023, { size: 8192 })).code).toBe('address-out-of-range');
    const o = w.run(writeTo(0, { target: { space: 'hva', page: asVpn(0x11ff), offset: 0 }, size: 8192 }));
    expect(o).toMatchObject({
      outcome: { outcome: 'segv', bytesWritten: 4096, faults: [{ errorCode: 6, signal: { name: 'SIGSEGV', code: 1 }, level: null }] },
    });
  });

  it('is EFAULT for the kernel where no VMA is', () => {
    const w = new Workbench();
    const target = { space: 'hva', page: asVpn(0x5000), offset: 0 } as const;
    expect(w.run(writeTo(0, { target, via: 'copy-to-user' }))).toMatchObject({
      outcome: { outcome: 'efault', faults: [{ action: 'efault', signal: null }] },
    });
  });
});

describe('contents', () => {
  it('are read back, zero where nothing was stored, and belong to the frame', () => {
    const w = new Workbench();
    w.write(1, { target: { space: 'gpa', page: asGfn(1), offset: 4094 }, size: 4, content: bytes(1, 2, 3, 4) });
    w.write(3, { size: 2, content: 0xaa });
    expect([...w.read(2, 4).data]).toEqual([3, 4, 0, 0]);
    expect([...w.read(3, 3, 'direct-map').data]).toEqual([0xaa, 0xaa, 0]);
  });

  it('stay as they are where the store ends before the page', () => {
    const w = new Workbench();
    w.change('private', 514);
    w.write(513, { size: 8192, content: 7 });
    expect([w.read(513, 1).data[0], w.read(514, 1).data[0]]).toEqual([7, 0]);
  });

  it('are bounded, and a store that would pass the bound is refused whole', () => {
    const w = new Workbench({ pages: CONTENT_BYTES_MAX / 4096 + 1 });
    expect(w.write(0, { size: CONTENT_BYTES_MAX, content: 1 }).outcome).toBe('completed');
    expect(w.rejection(writeTo(CONTENT_BYTES_MAX / 4096, { size: 1, content: 1 })).code).toBe('content-limit');
    expect(w.write(0, { size: 64, content: 2 }).outcome).toBe('completed');
  });
});

it('is read post mortem where the VMM has ended, and nothing is mapped for it', () => {
  const w = new Workbench({ onSigbus: 'kill' });
  w.change('private', 513);
  w.write(3, { size: 2, content: 0xaa });
  w.write(512, { inject: between('swapped') });
  expect(w.m.state).toBe('killed');
  const { seq } = w.m;
  expect(w.read(3, 2)).toMatchObject({ outcome: 'completed', bytesRead: 2, faults: [] });
  expect(w.read(512, 2)).toMatchObject({ outcome: 'completed', faults: [] });
  expect(w.m.seq).toBe(seq);
});

describe('a range that makes no sense', () => {
  it.each([
    ['a gpa outside every memslot', writeTo(4096), 'address-out-of-range', '/gpa'],
    ['a range that runs past its memslot', writeTo(2047, { size: 4097 }), 'address-out-of-range', '/gpa'],
    [
      'an hva that is no user address',
      writeTo(0, { target: { space: 'hva', page: asVpn(USER_VPN_END), offset: 0 } }),
      'address-out-of-range',
      '/hva',
    ],
    [
      'a range that runs past the user addresses',
      writeTo(0, { target: { space: 'hva', page: asVpn(USER_VPN_END - 1), offset: 4095 }, size: 2 }),
      'address-out-of-range',
      '/hva',
    ],
    [
      'a frame that the host has not',
      writeTo(0, { target: { space: 'pfn', page: asPfn(0x14_0000), offset: 0 }, via: 'direct-map' }),
      'address-out-of-range',
      '/pfn',
    ],
    ['size 0', writeTo(0, { size: 0 }), 'limit-exceeded', '/size'],
    ['a size over the limit', writeTo(0, { size: WRITE_BYTES_MAX + 1 }), 'limit-exceeded', '/size'],
  ] as const)('is refused for %s, and nothing changes', (_name, command, code, pointer) => {
    const w = new Workbench();
    expect(w.rejection(command)).toMatchObject({ code, pointer });
    expect([w.m.seq, w.m.operations]).toEqual([1, 0]);
  });

  it('takes WRITE_BYTES_MAX and READ_BYTES_MAX bytes, and no more', () => {
    const w = new Workbench({ pages: WRITE_BYTES_MAX / 4096 });
    expect(w.write(0, { size: WRITE_BYTES_MAX }).bytesWritten).toBe(WRITE_BYTES_MAX);
    expect(w.read(0, READ_BYTES_MAX).bytesRead).toBe(READ_BYTES_MAX);
    expect(
      w.rejection({ op: 'hypervisor-read', target: { space: 'gpa', page: asGfn(0), offset: 0 }, size: READ_BYTES_MAX + 1, via: 'user' })
        .code,
    ).toBe('limit-exceeded');
  });
});

describe('injection', () => {
  it("counts the VM's own from creation, anew after a reset, and fires once", () => {
    const w = new Workbench({ generation: 'rfc-v1-reply', inject: { splitFailure: { nth: 2 } } });
    for (const gfn of [1, 513, 1025]) w.change('private', gfn);
    expect([0, 512, 1024].map((gfn) => w.write(gfn).outcome)).toEqual(['completed', 'sigbus', 'completed']);
    w.run({ op: 'reset' });
    for (const gfn of [1, 513]) w.change('private', gfn);
    expect([0, 512].map((gfn) => w.write(gfn).outcome)).toEqual(['completed', 'sigbus']);
  });

  it('folds the same fault into one with repeats until another thread moves', () => {
    const w = new Workbench({ backing: 'hugetlb-2M' });
    w.change('private', 513);
    const o = w.write(512, { inject: between('region-shared', 5) });
    expect(o).toMatchObject({ outcome: 'completed', faults: [{ decision: 'PAGE_SPLIT', action: 'none', repeats: 5 }] });
  });

  it('gives up after 64 tries where the injection is still to come', () => {
    const w = new Workbench({ backing: 'hugetlb-2M' });
    w.change('private', 513);
    expect(w.write(512, { inject: between('region-shared', 100) })).toMatchObject({ outcome: 'livelock', faults: [{ repeats: 64 }] });
  });

  it('lets a page turned private under the store kill it', () => {
    const w = new Workbench();
    w.change('private', 513);
    expect(w.write(512, { inject: between('private') })).toMatchObject({
      outcome: 'sigbus',
      faults: [{ reason: 'mapping-overlaps-assigned', decision: 'KILL' }],
    });
  });

  it('may change another page than the one that faulted', () => {
    const w = new Workbench({ backing: '4k' });
    w.change('private', 512);
    w.change('private', 600);
    expect(w.write(512, { inject: between('shared', 1, 600) })).toMatchObject({ outcome: 'sigbus' });
    expect(w.m.rmp.isAssigned(FRAME_BASE + 600)).toBe(false);
  });

  it('leaves a swapped leaf that the next store brings back', () => {
    const w = new Workbench();
    w.change('private', 513);
    w.write(512, { inject: between('swapped') });
    const o = w.write(512);
    expect(o).toMatchObject({
      outcome: 'completed',
      faults: [{ kind: 'not-present', errorCode: 6, decision: null, action: 'mapped' }, { decision: 'PAGE_SPLIT' }],
    });
  });

  it('counts a read as an operation where it faulted, and only there', () => {
    const w = new Workbench();
    w.change('private', 513);
    w.write(512, { inject: between('swapped') });
    const { operations } = w.m;
    w.read(512);
    expect(w.m.operations).toBe(operations + 1);
    w.read(512);
    w.read(512, 8, 'direct-map');
    expect(w.m.operations).toBe(operations + 1);
  });

  it('puts the fault first, then what the other thread did, then the repair', () => {
    const w = new Workbench();
    w.change('private', 513);
    const from = w.m.seq;
    w.write(512, { inject: between('private', 1, 515) });
    expect(w.events.filter((e) => e.seq > from).map((e) => e.type)).toEqual(['fault', 'rmp-updated', 'mapping-split']);
  });

  it('fires the nth RMPUPDATE of the bare instruction too', () => {
    const w = new Workbench({ inject: { rmpupdate: { nth: 2, code: 3 } } });
    expect([w.rmpupdate(1), w.rmpupdate(2), w.rmpupdate(3)].map((o) => o.status)).toEqual(['SUCCESS', 'FAIL_INUSE', 'SUCCESS']);
  });
});

it('places the first memslot where the contract says', () => {
  expect(configOf({}).memslots[0].vpn).toBe(HVA_BASE_VPN);
  expect(HVA_BASE_VPN * 4096).toBe(0x7f00_0000_0000);
});
