/**
 * What the machine knows of the guest besides memory: where the hypervisor maps its pages, which vCPUs run, what its TLB holds, and what the
 * firmware knows of the guests of this host. Small and bounded, so that it travels whole.
 */
import { asPfn, type Level, LEVEL_2M, LEVEL_4K, type Pfn, REGION_PAGES } from './address.js';
import { type MachineConfig, TRANSLATIONS_MAX } from './config.js';
import { Firmware, type FirmwareForm } from './firmware-state.js';

/** A stretch of guest pages that the hypervisor maps to frames of its choice. */
export interface NestedMap {
  /** First guest page; aligned to the stretch. */
  readonly gfn: number;
  readonly pfn: Pfn;
  readonly pages: 1 | 512;
  /** The nested leaf is 2M whatever the RMP says; false: the smaller of the stretch and the RMP entry. */
  readonly fixed2M: boolean;
}

/** A vCPU between VMRUN and #VMEXIT: both pages are in use. */
export interface RunningVcpu {
  readonly number: number;
  readonly vmsa: Pfn;
  readonly vmcb: Pfn | null;
}

/** A translation of the guest's TLB with the VMPL mask that it was filled with (doubt D13). */
export interface Translation {
  readonly vmpl: number;
  /** First guest page, and how many it translates. */
  readonly gfn: number;
  readonly pages: number;
  readonly pfn: number;
  readonly mask: number;
}

export interface GuestForm {
  readonly nested: readonly NestedMap[];
  readonly vcpus: readonly RunningVcpu[];
  readonly translations: readonly Translation[];
  readonly firmware: FirmwareForm;
}

export class GuestSide {
  /** By first guest page. */
  private readonly nested = new Map<number, NestedMap>();
  private readonly vcpus = new Map<number, RunningVcpu>();
  private translations: Translation[] = [];
  readonly firmware: Firmware;
  /** Counts every change, so that it is known when to keep it. */
  version = 0;
  private taken = 0;

  constructor(config: MachineConfig) {
    this.firmware = new Firmware(config, () => void (this.version += 1));
  }

  // --- nested maps -----------------------------------------------------------------------------------------------------------

  get nestedMaps(): number {
    return this.nested.size;
  }

  /** The stretch that holds the guest page, or null where it is mapped as the memslot says. */
  nestedMapAt(gfn: number): NestedMap | null {
    if (this.nested.size === 0) return null;
    const single = this.nested.get(gfn);
    if (single?.pages === 1) return single;
    const region = this.nested.get(gfn - (gfn % REGION_PAGES));
    return region?.pages === REGION_PAGES ? region : null;
  }

  /** Whether single pages of the guest page's 2 MiB are mapped elsewhere, so that no 2M leaf maps them. */
  hasSingleMaps(gfn: number): boolean {
    if (this.nested.size === 0) return false;
    const base = gfn - (gfn % REGION_PAGES);
    for (const map of this.nested.values()) if (map.pages === 1 && map.gfn >= base && map.gfn < base + REGION_PAGES) return true;
    return false;
  }

  /** Maps a stretch; what it covers of earlier ones goes. */
  mapNested(map: NestedMap): void {
    this.unmapNested(map.gfn, map.pages);
    this.nested.set(map.gfn, map);
  }

  /** Back to the memslot's frames. A 2M stretch goes whole, wherever in it the pages are. */
  unmapNested(gfn: number, pages: number): void {
    for (const map of [...this.nested.values()]) if (map.gfn < gfn + pages && map.gfn + map.pages > gfn) this.nested.delete(map.gfn);
    this.forget(gfn, pages);
  }

  /** KVM's zap of a 2 MiB: a leaf that the hypervisor chose is rebuilt at the level that the RMP allows. false: there was none. */
  zap(gfn: number): boolean {
    const map = this.nestedMapAt(gfn);
    if (map === null || !map.fixed2M) return false;
    this.nested.set(map.gfn, { ...map, fixed2M: false });
    this.forget(map.gfn, map.pages);
    return true;
  }

  // --- pages in use ------------------------------------------------------------------------------------------------------------

  vcpu(number: number): RunningVcpu | null {
    return this.vcpus.get(number) ?? null;
  }

  enter(vcpu: RunningVcpu): void {
    this.vcpus.set(vcpu.number, vcpu);
    this.version += 1;
  }

  exit(number: number): void {
    this.vcpus.delete(number);
    this.version += 1;
  }

  /** Whether a running vCPU holds a frame of [pfn, pfn + pages) (APM2 15.36.12). */
  isInUse(pfn: number, pages: number): boolean {
    if (this.vcpus.size === 0) return false;
    const within = (at: number | null): boolean => at !== null && at >= pfn && at < pfn + pages;
    for (const { vmsa, vmcb } of this.vcpus.values()) if (within(vmsa) || within(vmcb)) return true;
    return false;
  }

  // --- the guest's TLB -----------------------------------------------------------------------------------------------------------

  /** The mask with which the guest page was translated before, or null. */
  translatedMask(vmpl: number, gfn: number, pfn: number): number | null {
    const found = this.translations.find((t) => t.vmpl === vmpl && gfn >= t.gfn && gfn < t.gfn + t.pages && t.pfn + (gfn - t.gfn) === pfn);
    return found?.mask ?? null;
  }

  translate(translation: Translation): void {
    if (this.translations.length >= TRANSLATIONS_MAX) this.translations.shift();
    this.translations.push(translation);
    this.version += 1;
  }

  /** RMPUPDATE, PSMASH and PVALIDATE drop the translations of the frames they change. */
  forgetFrames(pfn: number, pages: number): void {
    if (this.translations.length === 0) return;
    this.translations = this.translations.filter((t) => t.pfn >= pfn + pages || t.pfn + t.pages <= pfn);
    this.version += 1;
  }

  flushTranslations(): void {
    this.translations = [];
    this.version += 1;
  }

  private forget(gfn: number, pages: number): void {
    this.translations = this.translations.filter((t) => t.gfn >= gfn + pages || t.gfn + t.pages <= gfn);
    this.version += 1;
  }

  // --- plain form ---------------------------------------------------------------------------------------------------------------

  form(): GuestForm {
    return {
      nested: [...this.nested.values()].sort((a, b) => a.gfn - b.gfn),
      vcpus: [...this.vcpus.values()].sort((a, b) => a.number - b.number),
      translations: this.translations,
      firmware: this.firmware.form(),
    };
  }

  /** The form if anything changed since it was last asked for, else null. */
  takeForm(): GuestForm | null {
    if (this.taken === this.version) return null;
    this.taken = this.version;
    return this.form();
  }

  /** What is there now counts as taken. */
  trackRecent(): void {
    this.taken = this.version;
  }

  load(form: GuestForm): void {
    this.nested.clear();
    this.vcpus.clear();
    for (const map of form.nested) this.nested.set(map.gfn, map);
    for (const vcpu of form.vcpus) this.vcpus.set(vcpu.number, vcpu);
    this.translations = [...form.translations];
    this.firmware.load(form.firmware);
    this.version += 1;
  }
}

/** Frame and level of the nested leaf that a stretch gives a guest page; `isHuge` tells whether a frame lies in a 2M RMP entry. */
export function leafOfMap(map: NestedMap, gfn: number, isHuge: (pfn: number) => boolean): { readonly pfn: Pfn; readonly level: Level } {
  const pfn = asPfn(map.pfn + (gfn - map.gfn));
  const huge = map.pages === REGION_PAGES && (map.fixed2M || isHuge(pfn));
  return { pfn, level: huge ? LEVEL_2M : LEVEL_4K };
}
