/** Small VMs of every kind: backings, memslots that touch or end off the 2M border, generations, doubts, injects. */
import fc from 'fast-check';
import { asGfn, asPfn, asVpn } from '../../src/core/address.js';
import type { Inject } from '../../src/core/command.js';
import { BACKINGS, FRAME_BASE, HVA_BASE_VPN } from '../../src/core/config.js';
import type { Backing, MachineConfig, Memslot } from '../../src/core/config.js';
import { DOUBT_VALUES } from '../../src/core/doubts.js';
import type { Doubts } from '../../src/core/doubts.js';
import { GENERATION_NAMES } from '../../src/core/generations/generation.js';
import { GIB, REGION } from './layout.js';

/** A guest page named by memslot, 2M region and index, so that it shrinks and always lies near something interesting. */
export interface PageRef {
  readonly slot: number;
  readonly region: number;
  readonly index: number;
}

/** Borders of a region, the mail's pages 7 and 8, and now and then any other. */
const index = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(0, 1, 7, 8, 510, 511) }, { weight: 1, arbitrary: fc.nat(511) });
export const pageRef: fc.Arbitrary<PageRef> = fc.record({
  slot: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
  region: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 2, 300) }),
  index,
});

export function resolvePage(slots: readonly Memslot[], ref: PageRef): number {
  const slot = slots[ref.slot % slots.length];
  const regions = Math.ceil(slot.pages / REGION);
  const start = Math.floor(slot.gfn / REGION) * REGION + (ref.region % regions) * REGION;
  return Math.min(Math.max(start + ref.index, slot.gfn), slot.gfn + slot.pages - 1);
}

/** An inject before its pages are known. */
export interface InjectRef {
  readonly splitFailure?: number | undefined;
  readonly rmpupdate?: { readonly nth: number; readonly code: number } | undefined;
  readonly lookupFailure?: PageRef | undefined;
  readonly between?: { readonly nth: number; readonly change: (typeof CHANGES)[number]; readonly at?: PageRef | undefined } | undefined;
}
const CHANGES = ['shared', 'private', 'region-shared', 'unmapped', 'swapped', 'migrating', 'numa-hint', 'split', 'collapsed'] as const;

const nth = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(1, 2) }, { weight: 1, arbitrary: fc.constantFrom(3, 5, 70) });
/** Return codes that RMPUPDATE itself can give; 3 is the one that rfc-v1 tries again. */
const failingCode = fc.constantFrom(3, 1, 2, 4);

export const injectRef: fc.Arbitrary<InjectRef> = fc.record({
  splitFailure: maybe(nth, 3),
  rmpupdate: maybe(fc.record({ nth, code: failingCode }), 3),
  lookupFailure: maybe(pageRef, 6),
  between: fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 3, arbitrary: fc.record({ nth, change: fc.constantFrom(...CHANGES), at: maybe(pageRef, 1) }) },
  ),
});

export function maybe<T>(arbitrary: fc.Arbitrary<T>, absentWeight: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: absentWeight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

export function resolveInject(slots: readonly Memslot[], ref: InjectRef): Inject {
  const between = ref.between;
  return {
    ...(ref.splitFailure === undefined ? {} : { splitFailure: { nth: ref.splitFailure } }),
    ...(ref.rmpupdate === undefined ? {} : { rmpupdate: ref.rmpupdate }),
    ...(ref.lookupFailure === undefined ? {} : { lookupFailure: { pfn: asPfn(FRAME_BASE + resolvePage(slots, ref.lookupFailure)) } }),
    ...(between === undefined
      ? {}
      : {
          between: {
            nth: between.nth,
            change: between.change,
            ...(between.at === undefined ? {} : { gfn: asGfn(resolvePage(slots, between.at)) }),
          },
        }),
  };
}

interface SlotRef {
  readonly backing: Backing;
  readonly regions: number;
  /** Pages that the start lies behind a 2M border, the end before one, and virtual addresses beside the default. */
  readonly startOff: number;
  readonly endOff: number;
  readonly shift: number;
  readonly gap: number;
  readonly initialState: 'shared' | 'private';
}

const mostly = <T>(usual: T, ...rare: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });

const slotRef: fc.Arbitrary<SlotRef> = fc.record({
  backing: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...BACKINGS.filter((b) => b !== 'hugetlb-1G')) },
    { weight: 1, arbitrary: fc.constant('hugetlb-1G' as const) },
  ),
  regions: fc.integer({ min: 2, max: 4 }),
  startOff: mostly(0, 1, 200),
  endOff: mostly(0, 1, 300),
  shift: mostly(0, 512, 3),
  gap: mostly(0, 1, 512),
  initialState: mostly('shared', 'private'),
});

/** Memslots one behind the other; hugetlb ones on the border of their pages, as their pool demands. */
function placed(refs: readonly SlotRef[]): Memslot[] {
  const slots: Memslot[] = [];
  let end = 0;
  let vpnEnd = 0;
  for (const ref of refs) {
    const align = ref.backing === 'hugetlb-1G' ? GIB : ref.backing === 'hugetlb-2M' ? REGION : 1;
    const off = align === 1 ? ref.startOff : 0;
    const gfn = Math.ceil((end + ref.gap + off) / align) * align;
    const pages = align === GIB ? GIB : ref.regions * REGION - (align === 1 ? ref.endOff : 0);
    const shift = align === 1 ? ref.shift : 0;
    const vpn = Math.max(HVA_BASE_VPN + gfn + shift, align === 1 ? vpnEnd : 0);
    if (vpn < vpnEnd) continue;
    slots.push({ gfn: asGfn(gfn), pages, vpn: asVpn(vpn), backing: ref.backing, initialState: ref.initialState });
    end = gfn + pages;
    vpnEnd = vpn + pages;
  }
  return slots;
}

export const memslots: fc.Arbitrary<Memslot[]> = fc
  .oneof(
    { weight: 3, arbitrary: fc.array(slotRef, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(slotRef, { minLength: 2, maxLength: 3 }) },
  )
  .map(placed);

const doubts = fc.record(
  Object.fromEntries(
    Object.entries<readonly string[]>(DOUBT_VALUES).map(([name, [usual, ...others]]) => [
      name,
      others.length === 0 ? fc.constant(usual) : mostly(usual, ...others),
    ]),
  ),
) as unknown as fc.Arbitrary<Doubts>;

/** v6 starts no VM on hugetlb memory. */
function startable<C extends Pick<MachineConfig, 'generation' | 'memslots'>>(config: C): C {
  const hugetlb = config.memslots.some((slot) => slot.backing.startsWith('hugetlb'));
  if (config.generation === 'v6' && hugetlb) return { ...config, generation: 'v5' };
  // In place, what is private from the start is in whole 2M pages.
  const odd = (slot: Memslot): boolean => slot.gfn % REGION !== 0 || slot.vpn % REGION !== 0 || slot.pages % REGION !== 0;
  const inplace = (slot: Memslot): Memslot => (odd(slot) ? { ...slot, initialState: 'shared' } : slot);
  const gigantic = config.memslots.some((slot) => slot.backing === 'hugetlb-1G');
  // Taking 1G pages apart costs the model a second each time: only where one memslot is all there is.
  if (config.generation === 'inplace' && gigantic && config.memslots.length > 1) return { ...config, generation: 'upstream' };
  return config.generation === 'inplace' ? { ...config, memslots: config.memslots.map(inplace) } : config;
}

/** Coverage that ends inside or before the memslots, and frames that the host keeps: only where nothing starts private. */
function hostOf(slots: readonly Memslot[], coverage: number, fixed: number): Pick<MachineConfig, 'rmpCoverage' | 'hvFixed'> {
  if (slots.some((slot) => slot.initialState === 'private')) return {};
  return {
    ...(coverage === 0 ? {} : { rmpCoverage: FRAME_BASE + coverage * REGION }),
    ...(fixed === 0 ? {} : { hvFixed: [{ pfn: asPfn(FRAME_BASE + fixed), pages: 2 }] }),
  };
}

export const machineConfig: fc.Arbitrary<MachineConfig> = fc
  .record({
    generation: fc.constantFrom(...GENERATION_NAMES),
    same: fc.boolean(),
    memslots,
    asid: mostly(1, 7, 1022),
    seed: fc.constant(1),
    onSigbus: mostly<'report' | 'kill'>('report', 'kill'),
    doubts,
    inject: maybe(injectRef, 4),
    coverage: mostly(0, 0, 2, 3),
    fixed: mostly(0, 0, 7, 511),
    aeadLimit: mostly<number | null>(null, 1, 2),
    reflectVc: mostly(false, true),
    virtualTom: mostly<number | null>(null, null, 512, 1024),
  })
  .map(startable)
  .map(({ inject, coverage, fixed, same, aeadLimit, reflectVc, virtualTom, ...config }) => ({
    ...config,
    ...(same ? { privateBacking: 'same' as const } : {}),
    ...hostOf(config.memslots, coverage, fixed),
    ...(aeadLimit === null ? {} : { aeadLimit }),
    ...(reflectVc || virtualTom !== null
      ? { sevFeatures: { ...(reflectVc ? { reflectVc } : {}), ...(virtualTom === null ? {} : { virtualTom: asGfn(virtualTom) }) } }
      : {}),
    ...(inject === undefined
      ? {}
      : { inject: resolveInject(config.memslots, coverage === 0 ? inject : { ...inject, lookupFailure: undefined }) }),
  }));
