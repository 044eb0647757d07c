/** A VM, and the parts of one, as answers show them. */
import {
  AEAD_LIMIT_MAX,
  addressText,
  coveredFrames,
  digestOf,
  hexText,
  kernelMapsOf,
  levelName,
  type MachineConfig,
  type MapCell,
  type Memslot,
  type PageView,
  type RmpTable,
  statsOf,
  type Vma,
  vmasOf,
  type WalkLevel,
  PAGE_BYTES,
  FRAME_BASE,
} from '../core/index.js';
import type { Vm } from '../service/machines.js';
import { entryObject } from '../service/wire.js';

/** As lists show it: what costs nothing to say. */
export function vmSummary(vm: Vm) {
  const { config, state, seq, layout, hostCpus } = vm.machine;
  return {
    id: vm.id,
    name: vm.name,
    labels: vm.labels,
    state,
    generation: config.generation,
    privateBacking: layout.privateBacking,
    hostCpus,
    memory: vm.memory,
    memslots: config.memslots.map(memslotObject),
    asid: config.asid,
    seed: config.seed,
    onSigbus: config.onSigbus,
    doubts: config.doubts,
    launch: config.launch ?? 'finished',
    rmp: {
      coverage: coveredFrames(vm.machine) * PAGE_BYTES,
      hvFixed: (config.hvFixed ?? []).map(({ pfn, pages }) => ({ pfn: hexText(pfn), pages })),
    },
    sevFeatures: sevFeaturesOf(config),
    aeadLimit: config.aeadLimit ?? AEAD_LIMIT_MAX,
    seq,
    ttlSeconds: vm.ttlSeconds,
    createdAt: vm.createdAt,
    origin: vm.origin ?? null,
  };
}

function sevFeaturesOf({ sevFeatures: { reflectVc, virtualTom } = {} }: MachineConfig) {
  return { reflectVc: reflectVc ?? false, virtualTom: virtualTom === undefined ? null : addressText(virtualTom, 0) };
}

export function vmObject(vm: Vm, digest: 'with-digest' | 'without-digest') {
  return {
    ...vmSummary(vm),
    vmas: vmasOf(vm.machine).map(vmaObject),
    kernelMaps: kernelMapsOf(vm.machine).map(([map, gfn]) => ({ map, gpa: addressText(gfn, 0) })),
    ...(digest === 'with-digest' ? { digest: digestOf(vm.machine) } : {}),
    stats: statsOf(vm.machine),
  };
}

export function vmaObject(vma: Vma) {
  return {
    start: addressText(vma.start, 0),
    size: vma.pages * PAGE_BYTES,
    backing: vma.backing,
    protection: vma.protection,
    hugePages: vma.hugePages,
    memslot: vma.memslot,
  };
}

export function pageObject(page: PageView) {
  const { mapping } = page;
  return {
    gpa: addressText(page.gfn, 0),
    hva: addressText(page.vpn, 0),
    pfn: hexText(page.pfn),
    privatePfn: page.privatePfn === null ? null : hexText(page.privatePfn),
    privateAttribute: page.privateAttribute,
    vma: page.vma === null ? null : vmaObject(page.vma),
    pinned: page.pinned,
    mapping:
      mapping === null
        ? null
        : { level: levelName(mapping.level), present: mapping.present, pfn: hexText(mapping.pfn), state: mapping.state },
    nestedLevel: page.nestedLevel === null ? null : levelName(page.nestedLevel),
    directMapLevel: levelName(page.directMapLevel),
    directMapPresent: page.directMapPresent,
    rmp: entryObject(page.rmp),
    state: page.state,
    contentBytes: page.contentBytes,
  };
}

export function cellObject(cell: MapCell) {
  return { gpa: addressText(cell.gfn, 0), pages: cell.pages, states: cell.states, levels: cell.levels, mixed: cell.mixed };
}

export function walkObject(level: WalkLevel) {
  return { ...level, size: level.size === null ? null : levelName(level.size), pfn: level.pfn === null ? null : hexText(level.pfn) };
}

/** With the addresses of the entries of these frames. */
export function tableObject(table: RmpTable, pfns: readonly number[]) {
  return {
    layout: table.layout,
    base: hexText(table.base),
    end: hexText(table.end),
    config: hexText(table.config),
    // Bits 51:20 of a segment's entry are its base, bits 19:0 the GiB that it covers.
    segments: table.segments.map(({ base, coveredGib }) => ({ base: hexText(base), coveredGib, entry: hexText(base + coveredGib) })),
    asidCounters: table.asidCounters.map(([asid, pages]) => ({ asid, pages })),
    addresses: pfns.map((pfn) => hexText(table.addressOf(pfn))),
  };
}

function memslotObject(slot: Memslot) {
  return {
    gpa: addressText(slot.gfn, 0),
    size: slot.pages * PAGE_BYTES,
    hva: addressText(slot.vpn, 0),
    pfn: hexText(FRAME_BASE + slot.gfn),
    backing: slot.backing,
    initialState: slot.initialState,
  };
}
