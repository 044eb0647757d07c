/** Firmware commands on few pages, with the RMPUPDATEs that put pages into states which the commands take. */
import fc from 'fast-check';
import { asGfn, asPfn } from '../../src/core/address.js';
import type { Pfn } from '../../src/core/address.js';
import type { Command } from '../../src/core/command.js';
import { FRAME_BASE } from '../../src/core/config.js';
import type { MachineConfig } from '../../src/core/config.js';
import type { FirmwareRequest } from '../../src/core/firmware-request.js';
import { REGION } from './layout.js';
import { maybe, pageRef, resolvePage } from './random-config.js';
import type { PageRef } from './random-config.js';

type CommandRef = (config: MachineConfig) => Command;

const rarely = <T>(usual: T, ...rare: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });

/** Few frames, so that commands meet one another: pages 4 and 5 of the first memslot are the firmware's mostly, 6 to 8 the guest's. */
const FIRMWARES = fc.constantFrom(4, 5);
const GUESTS = fc.constantFrom(6, 7, 8);
const anywhere = fc.oneof({ weight: 2, arbitrary: pageRef }, { weight: 1, arbitrary: fc.constantFrom('region' as const, 'none' as const) });
const guestFrame = fc.oneof({ weight: 8, arbitrary: GUESTS }, { weight: 1, arbitrary: FIRMWARES }, { weight: 1, arbitrary: anywhere });
const firmwareFrame = fc.oneof({ weight: 8, arbitrary: FIRMWARES }, { weight: 2, arbitrary: GUESTS }, { weight: 1, arbitrary: anywhere });
type FrameRef = number | PageRef | 'region' | 'none';

function frameOf(config: MachineConfig, ref: FrameRef, pageSize: 1 | 2): Pfn {
  const base = config.memslots[0].gfn;
  const first = Math.ceil(base / REGION) * REGION;
  if (ref === 'none') return asPfn(0x1000_0000);
  if (ref === 'region') return asPfn(FRAME_BASE + first);
  const gfn = typeof ref === 'number' ? base + ref : resolvePage(config.memslots, ref);
  return asPfn(FRAME_BASE + (pageSize === 2 ? Math.floor(gfn / REGION) * REGION : gfn));
}

const pageSize = rarely<1 | 2>(1, 2, 2);
const gctx = fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.integer({ min: 3, max: 5 }) });
/** null: the guest of the VM, whose context is page 3 where it was launched. */
function contextOf(config: MachineConfig, ref: number | null): number {
  if (ref !== null) return frameOf(config, ref, 1);
  return config.launch === 'none' ? frameOf(config, 3, 1) : -1;
}

/** A page becomes the firmware's, or one of the guest's: mutable, or waiting for the firmware, after PVALIDATE to be swapped. */
const prepare: fc.Arbitrary<CommandRef> = fc
  .tuple(
    fc.oneof(
      fc.record({ ref: firmwareFrame, kind: fc.constant('firmware' as const) }),
      fc.record({ ref: guestFrame, kind: fc.constantFrom('guest' as const, 'guest' as const, 'mutable' as const, 'valid' as const) }),
    ),
    pageSize,
    rarely(0, REGION),
  )
  .map(([{ ref, kind }, size, far]) => (config) => {
    const pfn = frameOf(config, ref, size);
    const owned = kind !== 'firmware';
    if (kind === 'valid') return { op: 'pvalidate', gfn: asGfn(pfn - FRAME_BASE), offset: 0, pageSize: size, validate: true, vmpl: 0 };
    return {
      op: 'rmpupdate',
      pfn,
      assigned: true,
      gfn: owned ? pfn - FRAME_BASE + far : 0,
      gpaOffset: 0,
      asid: owned ? config.asid : 0,
      pageSize: size,
      immutable: kind !== 'mutable',
      directMap: true,
    };
  });

const fields = fc.record({
  gctx,
  a: guestFrame,
  b: firmwareFrame,
  c: guestFrame,
  swapsMetadata: rarely(false, true, true),
  metadata: maybe(FIRMWARES, 4),
  pageSize,
  slot: rarely(0, 1, 64),
  asid: fc.constantFrom('own' as const, 'own' as const, 0, 2, 1023),
  policy: rarely(0x3_0000, 0x1_0000),
  pageType: rarely(1, 2, 3, 4, 5, 6, 0, 7),
  vmpl: fc.constantFrom(0, 0x1, 0x0f_03_01),
  many: fc.array(firmwareFrame, { minLength: 1, maxLength: 2 }),
});

type Fields = typeof fields extends fc.Arbitrary<infer T> ? T : never;

const MAKERS: Readonly<Record<FirmwareRequest['command'], (config: MachineConfig, f: Fields) => FirmwareRequest>> = {
  SNP_GCTX_CREATE: (config, f) => ({ command: 'SNP_GCTX_CREATE', gctx: frameOf(config, f.gctx ?? 3, 1) }),
  SNP_LAUNCH_START: (config, f) => ({ command: 'SNP_LAUNCH_START', gctx: contextOf(config, f.gctx), policy: f.policy }),
  SNP_ACTIVATE: (config, f) => ({
    command: 'SNP_ACTIVATE',
    gctx: contextOf(config, f.gctx),
    asid: f.asid === 'own' ? config.asid : f.asid,
  }),
  SNP_LAUNCH_UPDATE: (config, { gctx: g, a, pageSize: size, pageType, vmpl }) => {
    const page = frameOf(config, a, size);
    return { command: 'SNP_LAUNCH_UPDATE', gctx: contextOf(config, g), page, pageSize: size, pageType, vmpl };
  },
  SNP_LAUNCH_FINISH: (config, f) => ({ command: 'SNP_LAUNCH_FINISH', gctx: contextOf(config, f.gctx) }),
  SNP_DF_FLUSH: () => ({ command: 'SNP_DF_FLUSH' }),
  SNP_DECOMMISSION: (config, f) => ({ command: 'SNP_DECOMMISSION', gctx: contextOf(config, f.gctx) }),
  SNP_PAGE_RECLAIM: (config, f) => ({
    command: 'SNP_PAGE_RECLAIM',
    page: frameOf(config, f.slot === 0 ? f.a : f.b, f.pageSize),
    pageSize: f.pageSize,
  }),
  SNP_PAGE_UNSMASH: (config, f) => ({ command: 'SNP_PAGE_UNSMASH', page: frameOf(config, f.a, 2) }),
  SNP_PAGE_MOVE: (config, f) => ({ command: 'SNP_PAGE_MOVE', ...twoPages(config, f, f.swapsMetadata ? [f.b, 5] : [f.a, f.c]) }),
  SNP_PAGE_MD_INIT: (config, f) => ({ command: 'SNP_PAGE_MD_INIT', gctx: contextOf(config, f.gctx), page: frameOf(config, f.b, 1) }),
  SNP_PAGE_SWAP_OUT: (config, f) => ({
    command: 'SNP_PAGE_SWAP_OUT',
    ...twoPages(config, f, f.swapsMetadata ? [4, 5] : [f.a, f.b]),
    ...entry(config, f),
  }),
  SNP_PAGE_SWAP_IN: (config, f) => ({
    command: 'SNP_PAGE_SWAP_IN',
    ...twoPages(config, f, f.swapsMetadata ? [5, 4] : [f.b, f.a]),
    ...entry(config, f),
  }),
  SNP_PAGE_SET_STATE: (config, f) => ({ command: 'SNP_PAGE_SET_STATE', pages: f.many.map((one) => frameOf(config, one, 1)) }),
  SNP_GUEST_REQUEST: (config, f) => ({
    command: 'SNP_GUEST_REQUEST',
    gctx: contextOf(config, f.gctx),
    request: frameOf(config, f.a, 1),
    response: frameOf(config, f.b, 1),
  }),
};

function twoPages(config: MachineConfig, { gctx: g, pageSize: size }: Fields, [source, destination]: readonly [FrameRef, FrameRef]) {
  return {
    gctx: contextOf(config, g),
    source: frameOf(config, source, size),
    destination: frameOf(config, destination, size),
    pageSize: size,
  };
}

function entry(config: MachineConfig, { metadata, slot }: Fields) {
  return { metadata: metadata === undefined ? null : frameOf(config, metadata, 1), slot };
}

const names = fc.constantFrom<FirmwareRequest['command']>(
  ...(Object.keys(MAKERS) as FirmwareRequest['command'][]).filter((name) => name !== 'SNP_DECOMMISSION'),
  'SNP_PAGE_MD_INIT',
  'SNP_PAGE_SWAP_OUT',
  'SNP_PAGE_SWAP_IN',
  'SNP_PAGE_MOVE',
  'SNP_LAUNCH_UPDATE',
);

const command: fc.Arbitrary<CommandRef> = fc
  .tuple(fc.oneof({ weight: 40, arbitrary: names }, { weight: 1, arbitrary: fc.constant('SNP_DECOMMISSION' as const) }), fields)
  .map(([name, f]) => (config) => ({ op: 'firmware-command', request: MAKERS[name](config, f) }));

export const firmware: fc.Arbitrary<CommandRef> = fc.oneof({ weight: 2, arbitrary: prepare }, { weight: 3, arbitrary: command });

/** A launch as one story, up to the guest that runs or to where pages are added. */
export function launchOf(config: MachineConfig, finishes: boolean): readonly Command[] {
  if (config.launch !== 'none') return [];
  const page = frameOf(config, 3, 1);
  const send = (request: FirmwareRequest): Command => ({ op: 'firmware-command', request });
  return [
    { op: 'rmpupdate', pfn: page, assigned: true, gfn: 0, gpaOffset: 0, asid: 0, pageSize: 1, immutable: true, directMap: true },
    send({ command: 'SNP_GCTX_CREATE', gctx: page }),
    send({ command: 'SNP_LAUNCH_START', gctx: page, policy: 0x3_0000 }),
    send({ command: 'SNP_ACTIVATE', gctx: page, asid: config.asid }),
    ...(finishes ? [send({ command: 'SNP_LAUNCH_FINISH', gctx: page })] : []),
  ];
}

/**
 * A metadata page, a free page of the firmware's and two of the guest's that can be swapped out, and one that was and is
 * `back`: what hardly comes about by chance.
 */
export function readyToSwap(config: MachineConfig, back: boolean): readonly Command[] {
  const update = (at: number, owned: boolean, immutable: boolean): Command => {
    const pfn = frameOf(config, at, 1);
    const owner = owned ? { gfn: pfn - FRAME_BASE, asid: config.asid } : { gfn: 0, asid: 0 };
    return { op: 'rmpupdate', pfn, assigned: true, ...owner, gpaOffset: 0, pageSize: 1, immutable, directMap: true };
  };
  const validated: Command = {
    op: 'pvalidate',
    gfn: asGfn(frameOf(config, 6, 1) - FRAME_BASE),
    offset: 0,
    pageSize: 1,
    validate: true,
    vmpl: 0,
  };
  const swap = (name: 'SNP_PAGE_SWAP_OUT' | 'SNP_PAGE_SWAP_IN', from: number, to: number): Command => {
    const pages = { source: frameOf(config, from, 1), destination: frameOf(config, to, 1), pageSize: 1 } as const;
    return {
      op: 'firmware-command',
      request: { command: name, gctx: contextOf(config, null), ...pages, metadata: frameOf(config, 4, 1), slot: 0 },
    };
  };
  return [
    update(4, false, true),
    { op: 'firmware-command', request: { command: 'SNP_PAGE_MD_INIT', gctx: contextOf(config, null), page: frameOf(config, 4, 1) } },
    update(5, false, true),
    update(6, true, false),
    validated,
    update(6, true, true),
    update(7, true, true),
    ...(back ? [swap('SNP_PAGE_SWAP_OUT', 6, 5), swap('SNP_PAGE_SWAP_IN', 5, 6)] : []),
  ];
}
