/** The page states of the firmware's own table (hardware.md 2.1), first match wins. */
export const PAGE_STATES = [
  'invalid',
  'default',
  'hypervisor',
  'hv-fixed',
  'firmware',
  'firmware-iommu',
  'reclaim',
  'context',
  'metadata',
  'pre-guest',
  'pre-swap',
  'guest-invalid',
  'guest-valid',
] as const;
export type PageState = (typeof PAGE_STATES)[number];

/** Bits 38:36 of a firmware page's gpa field: what kind of firmware page it is (hardware.md 1.3). */
const SUBTYPE_UNIT = 2 ** 36;
const SUBTYPE_METADATA = 1;
const SUBTYPE_IOMMU = 2;

export interface StateBits {
  readonly assigned: boolean;
  readonly validated: boolean;
  readonly asid: number;
  readonly immutable: boolean;
  readonly vmsa: boolean;
  readonly gfn: number;
}

/** State of a covered page from its effective entry. */
export function pageStateOf(e: StateBits): PageState {
  if (!e.assigned) {
    if (e.validated || e.asid !== 0) return 'invalid';
    return e.immutable ? 'hv-fixed' : 'hypervisor';
  }
  if (e.asid > 0) {
    if (e.immutable) return e.validated ? 'pre-swap' : 'pre-guest';
    return e.validated ? 'guest-valid' : 'guest-invalid';
  }
  if (e.validated) return 'invalid';
  if (!e.immutable) return 'reclaim';
  return firmwareStateOf(e);
}

function firmwareStateOf(e: StateBits): PageState {
  if (e.gfn === 0) return e.vmsa ? 'context' : 'firmware';
  const subtype = Math.floor(e.gfn / SUBTYPE_UNIT);
  if (subtype === SUBTYPE_METADATA) return 'metadata';
  if (subtype === SUBTYPE_IOMMU && e.gfn % SUBTYPE_UNIT === 1 && !e.vmsa) return 'firmware-iommu';
  return 'invalid';
}
