/** The firmware: the life of a guest, the launch digest, moves and swaps, and which check wins (hardware.md 7). */
import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { asGfn, asPfn, FRAME_BASE, type FirmwareRequest, type Pfn, SET_STATE_PAGES_MAX } from '../../src/core/index.js';
import { Workbench } from './workbench.js';

const pfn = (gfn: number): Pfn => asPfn(FRAME_BASE + gfn);
const GCTX = FRAME_BASE + 1300;

function firmwarePage(w: Workbench, gfn: number): Pfn {
  w.rmpupdate(gfn, { gfn: 0, asid: 0, immutable: true });
  return pfn(gfn);
}

/** A host without a guest; its context has come as far as asked. */
function host(upTo: 'nothing' | 'created' | 'started' | 'active' | 'running'): Workbench {
  const w = new Workbench({ config: { launch: 'none' } });
  const steps: readonly (readonly [string, () => void])[] = [
    [
      'created',
      () => {
        firmwarePage(w, 1300);
        w.firmware({ command: 'SNP_GCTX_CREATE', gctx: GCTX });
      },
    ],
    ['started', () => void w.firmware({ command: 'SNP_LAUNCH_START', gctx: GCTX, policy: 0x3_0000 })],
    ['active', () => void w.firmware({ command: 'SNP_ACTIVATE', gctx: GCTX, asid: 1 })],
    ['running', () => void w.firmware({ command: 'SNP_LAUNCH_FINISH', gctx: GCTX })],
  ];
  for (const [name, step] of steps) {
    if (upTo === 'nothing') break;
    step();
    if (name === upTo) break;
  }
  return w;
}

const update = (over: Partial<Extract<FirmwareRequest, { command: 'SNP_LAUNCH_UPDATE' }>> = {}) =>
  ({ command: 'SNP_LAUNCH_UPDATE', gctx: GCTX, page: pfn(7), pageSize: 1, pageType: 1, vmpl: 0, ...over }) as const;

test('a guest is launched, runs, and is gone', () => {
  const w = host('active');
  const access = { op: 'guest-access', gfn: asGfn(7), offset: 0, size: 1, access: 'read', cBit: true } as const;
  expect(w.rejection({ ...access, vmpl: 0, privilege: 'supervisor', guestLevel: 1 }).code).toBe('guest-not-running');
  w.write(7, { content: 0xab, size: 4096 });
  w.rmpupdate(7, { immutable: true });
  expect(w.state(7)).toBe('pre-guest');
  expect(w.firmware(update({ vmpl: 1 }))).toMatchObject({ status: 'SUCCESS', guest: { state: 'launch' } });
  expect(w.m.rmp.entryAt(pfn(7))).toMatchObject({ state: 'guest-valid', vmpl: 0x011f });
  w.firmware({ command: 'SNP_LAUNCH_FINISH', gctx: GCTX });
  expect(w.access(7, { access: 'read', vmpl: 1 })).toMatchObject({ outcome: 'completed' });
  expect(w.firmware({ command: 'SNP_DECOMMISSION', gctx: GCTX }).status).toBe('SUCCESS');
  expect([w.state(1300), w.state(7)]).toEqual(['firmware', 'guest-valid']);
  expect(w.rejection({ op: 'pvalidate', gfn: asGfn(7), offset: 0, pageSize: 1, validate: true, vmpl: 0 }).code).toBe('guest-not-running');
  // The ASID cannot be used again before its pages are taken back.
  w.firmware({ command: 'SNP_GCTX_CREATE', gctx: GCTX });
  w.firmware({ command: 'SNP_LAUNCH_START', gctx: GCTX, policy: 0x3_0000 });
  expect(w.firmware({ command: 'SNP_ACTIVATE', gctx: GCTX, asid: 1 }).status).toBe('INVALID_CONFIG');
  w.rmpupdate(7, { assigned: false, asid: 0, gfn: 0 });
  expect(w.firmware({ command: 'SNP_ACTIVATE', gctx: GCTX, asid: 1 }).status).toBe('DFFLUSH_REQUIRED');
  expect(w.firmware({ command: 'SNP_DF_FLUSH' }).status).toBe('SUCCESS');
  expect(w.firmware({ command: 'SNP_ACTIVATE', gctx: GCTX, asid: 1 }).status).toBe('SUCCESS');
});

test('the launch digest is the chain of SHA-384 over the pages, a 2M page as its 512', () => {
  const w = host('active');
  w.write(7, { content: 0xab, size: 4096 });
  w.rmpupdate(7, { immutable: true });
  w.rmpupdate(512, { pageSize: 2, immutable: true });
  w.firmware(update({ vmpl: 0x04_03_01 }));
  const { guest } = w.firmware(update({ page: pfn(512), pageSize: 2, pageType: 3 }));
  const sha = (...parts: readonly Uint8Array[]) => createHash('sha384').update(Buffer.concat(parts)).digest();
  const link = (digest: Buffer, contents: Buffer, tail: string, gpa: bigint) => {
    const address = Buffer.alloc(8);
    address.writeBigUInt64LE(gpa);
    return sha(digest, contents, Buffer.from(tail, 'hex'), address);
  };
  let digest = link(Buffer.alloc(48), sha(Buffer.alloc(4096, 0xab)), '7000010004030100', 0x7000n);
  for (let i = 512n; i < 1024n; i++) digest = link(digest, Buffer.alloc(48), '7000030000000000', i << 12n);
  expect(guest?.digest).toBe(digest.toString('hex'));
});

describe('statuses', () => {
  const preGuest = (w: Workbench): void => void w.rmpupdate(7, { immutable: true });
  const rows: readonly (readonly [string, Parameters<typeof host>[0], (w: Workbench) => void, FirmwareRequest, string])[] = [
    ['GCTX_CREATE of a host page', 'nothing', () => {}, { command: 'SNP_GCTX_CREATE', gctx: GCTX }, 'INVALID_PAGE_STATE'],
    ['GCTX_CREATE of no frame', 'nothing', () => {}, { command: 'SNP_GCTX_CREATE', gctx: 2 ** 40 }, 'INVALID_ADDRESS'],
    ['LAUNCH_START of no context', 'nothing', () => {}, { command: 'SNP_LAUNCH_START', gctx: GCTX, policy: 0x3_0000 }, 'INVALID_GUEST'],
    ['LAUNCH_START twice', 'started', () => {}, { command: 'SNP_LAUNCH_START', gctx: GCTX, policy: 0x3_0000 }, 'INVALID_GUEST_STATE'],
    [
      'a policy without its reserved one',
      'created',
      () => {},
      { command: 'SNP_LAUNCH_START', gctx: GCTX, policy: 0x1_0000 },
      'POLICY_FAILURE',
    ],
    ['ACTIVATE before LAUNCH_START', 'created', () => {}, { command: 'SNP_ACTIVATE', gctx: GCTX, asid: 1 }, 'INVALID_GUEST_STATE'],
    ['ACTIVATE twice', 'active', () => {}, { command: 'SNP_ACTIVATE', gctx: GCTX, asid: 2 }, 'ACTIVE'],
    ['ACTIVATE of ASID 0', 'started', () => {}, { command: 'SNP_ACTIVATE', gctx: GCTX, asid: 0 }, 'INVALID_ASID'],
    ['LAUNCH_FINISH before ACTIVATE', 'started', () => {}, { command: 'SNP_LAUNCH_FINISH', gctx: GCTX }, 'INACTIVE'],
    ['LAUNCH_UPDATE of a host page', 'active', () => {}, update(), 'INVALID_PAGE_STATE'],
    ['LAUNCH_UPDATE of another size', 'active', preGuest, update({ pageSize: 2 }), 'INVALID_PAGE_SIZE'],
    ['LAUNCH_UPDATE of no type', 'active', preGuest, update({ pageType: 7 }), 'INVALID_PARAM'],
    [
      'LAUNCH_UPDATE of a 2M VMSA',
      'active',
      (w) => void w.rmpupdate(512, { pageSize: 2, immutable: true }),
      update({ page: pfn(512), pageSize: 2, pageType: 2 }),
      'INVALID_PAGE_SIZE',
    ],
    ['LAUNCH_UPDATE after LAUNCH_FINISH', 'running', preGuest, update(), 'INVALID_GUEST_STATE'],
    ['LAUNCH_UPDATE before ACTIVATE', 'started', preGuest, update(), 'INACTIVE'],
    [
      'LAUNCH_UPDATE of another guest’s page',
      'active',
      (w) => void w.rmpupdate(7, { asid: 9, immutable: true }),
      update(),
      'INVALID_PAGE_OWNER',
    ],
    ['PAGE_RECLAIM of a mutable page', 'active', () => {}, { command: 'SNP_PAGE_RECLAIM', page: pfn(7), pageSize: 1 }, 'SUCCESS'],
    [
      'PAGE_RECLAIM of a context',
      'active',
      () => {},
      { command: 'SNP_PAGE_RECLAIM', page: asPfn(GCTX), pageSize: 1 },
      'INVALID_PAGE_STATE',
    ],
    ['PAGE_RECLAIM of another size', 'active', preGuest, { command: 'SNP_PAGE_RECLAIM', page: pfn(7), pageSize: 2 }, 'INVALID_PAGE_SIZE'],
    ['PAGE_UNSMASH off the boundary', 'active', () => {}, { command: 'SNP_PAGE_UNSMASH', page: pfn(7) }, 'INVALID_PARAM'],
    ['PAGE_UNSMASH of host pages', 'active', () => {}, { command: 'SNP_PAGE_UNSMASH', page: pfn(512) }, 'INVALID_PAGE_STATE'],
    [
      'GUEST_REQUEST without a response page',
      'running',
      () => {},
      { command: 'SNP_GUEST_REQUEST', gctx: GCTX, request: pfn(8), response: pfn(9) },
      'INVALID_PAGE_STATE',
    ],
    [
      'GUEST_REQUEST whose page is no message',
      'running',
      (w) => void firmwarePage(w, 9),
      { command: 'SNP_GUEST_REQUEST', gctx: GCTX, request: pfn(8), response: pfn(9) },
      'INVALID_PARAM',
    ],
    [
      'GUEST_REQUEST before it runs',
      'active',
      (w) => void firmwarePage(w, 9),
      { command: 'SNP_GUEST_REQUEST', gctx: GCTX, request: pfn(8), response: pfn(9) },
      'INVALID_GUEST_STATE',
    ],
    [
      'PAGE_SET_STATE of a host page',
      'nothing',
      (w) => void firmwarePage(w, 9),
      { command: 'SNP_PAGE_SET_STATE', pages: [pfn(9), pfn(7)] },
      'INVALID_PAGE_STATE',
    ],
  ];
  it.each(rows)('%s', (_name, upTo, prepare, request, status) => {
    const w = host(upTo);
    prepare(w);
    expect(w.firmware(request).status).toBe(status);
  });
});

test('the guest that a VM is created with owns its ASID', () => {
  const w = new Workbench();
  firmwarePage(w, 1300);
  w.firmware({ command: 'SNP_GCTX_CREATE', gctx: GCTX });
  w.firmware({ command: 'SNP_LAUNCH_START', gctx: GCTX, policy: 0x3_0000 });
  expect(w.firmware({ command: 'SNP_ACTIVATE', gctx: GCTX, asid: 1 }).status).toBe('ASID_OWNED');
  expect(w.firmware({ command: 'SNP_ACTIVATE', gctx: GCTX, asid: 2 }).status).toBe('SUCCESS');
});

test('a group is merged: every page immutable, PAGE_UNSMASH, PAGE_RECLAIM', () => {
  const w = new Workbench();
  w.change('private', 512, 2);
  w.psmash(512);
  for (let gfn = 512; gfn < 1024; gfn++) w.rmpupdate(gfn, { immutable: true });
  expect(w.firmware({ command: 'SNP_PAGE_UNSMASH', page: pfn(512) }).status).toBe('SUCCESS');
  expect(w.firmware({ command: 'SNP_PAGE_RECLAIM', page: pfn(512), pageSize: 2 }).status).toBe('SUCCESS');
  expect(w.m.rmp.entryAt(pfn(512))).toMatchObject({ pageSize: 2, state: 'guest-valid', immutable: false });
});

describe('a page that is moved or swapped', () => {
  function preSwap(): Workbench {
    const w = new Workbench();
    w.change('private', 7);
    w.access(7, { content: 0xcd, size: 4096 });
    w.rmpupdate(7, { immutable: true });
    return w;
  }

  it('lives on at the destination', () => {
    const w = preSwap();
    w.rmpupdate(8, { gfn: 8, immutable: true });
    const move = { command: 'SNP_PAGE_MOVE', gctx: -1, source: pfn(7), destination: pfn(8), pageSize: 1 } as const;
    expect(w.firmware(move).status).toBe('SUCCESS');
    expect([w.state(7), w.state(8)]).toEqual(['guest-invalid', 'guest-valid']);
    w.remap(7, 8);
    expect(w.access(7, { access: 'read' })).toMatchObject({ outcome: 'completed', data: Uint8Array.of(0xcd) });
  });

  it('comes back as it was, once, and not if its bytes were touched', () => {
    const w = preSwap();
    w.firmware({ command: 'SNP_PAGE_MD_INIT', gctx: -1, page: firmwarePage(w, 20) });
    firmwarePage(w, 21);
    const out = {
      command: 'SNP_PAGE_SWAP_OUT',
      gctx: -1,
      source: pfn(7),
      destination: pfn(21),
      pageSize: 1,
      metadata: pfn(20),
      slot: 3,
    } as const;
    expect(w.firmware(out).status).toBe('SUCCESS');
    expect(w.state(7)).toBe('pre-guest');
    const back = { ...out, command: 'SNP_PAGE_SWAP_IN', source: pfn(21), destination: pfn(7) } as const;
    expect(w.firmware({ ...back, slot: 4 }).status).toBe('INVALID_MDATA_ENTRY');
    expect(w.firmware({ ...back, source: pfn(30) }).status).toBe('BAD_MEASUREMENT');
    expect(w.firmware(back).status).toBe('SUCCESS');
    expect(w.state(7)).toBe('pre-swap');
    expect(w.firmware({ ...back, slot: 3 }).status).toBe('INVALID_PAGE_STATE');
    w.firmware({ command: 'SNP_PAGE_RECLAIM', page: pfn(7), pageSize: 1 });
    expect(w.access(7, { access: 'read' })).toMatchObject({ outcome: 'completed', data: Uint8Array.of(0xcd) });
  });

  it('a metadata page takes its entries along, and its own entry is the root’s', () => {
    const w = preSwap();
    w.firmware({ command: 'SNP_PAGE_MD_INIT', gctx: -1, page: firmwarePage(w, 20) });
    for (const gfn of [21, 22]) firmwarePage(w, gfn);
    const page = { gctx: -1, pageSize: 1, slot: 0 } as const;
    w.firmware({ command: 'SNP_PAGE_SWAP_OUT', ...page, source: pfn(7), destination: pfn(21), metadata: pfn(20) });
    expect(w.firmware({ command: 'SNP_PAGE_SWAP_OUT', ...page, source: pfn(20), destination: pfn(22), metadata: null }).status).toBe(
      'SUCCESS',
    );
    expect(w.state(20)).toBe('firmware');
    expect(w.firmware({ command: 'SNP_PAGE_SWAP_IN', ...page, source: pfn(22), destination: pfn(20), metadata: null }).status).toBe(
      'SUCCESS',
    );
    expect(w.state(20)).toBe('metadata');
    expect(w.firmware({ command: 'SNP_PAGE_SWAP_IN', ...page, source: pfn(21), destination: pfn(7), metadata: pfn(20) }).status).toBe(
      'SUCCESS',
    );
  });
});

test('a command lists at most so many pages', () => {
  const w = new Workbench();
  const pages = (count: number) => Array.from({ length: count }, (_, i) => firmwarePage(w, i));
  const most = pages(SET_STATE_PAGES_MAX);
  expect(w.rejection({ op: 'firmware-command', request: { command: 'SNP_PAGE_SET_STATE', pages: [...most, pfn(900)] } }).code).toBe(
    'limit-exceeded',
  );
  expect(w.firmware({ command: 'SNP_PAGE_SET_STATE', pages: most }).status).toBe('SUCCESS');
  expect(w.state(252)).toBe('hv-fixed');
});
