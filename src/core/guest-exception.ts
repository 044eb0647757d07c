/** Exceptions of the guest's own: #VC 0x404 of a page that is not validated, and the reserved-bit #PF of a C-bit where vTOM decides. */
import type { Gfn, Pfn } from './address.js';
import type { GuestAccess } from './command.js';
import { PF_INSTRUCTION, PF_PRESENT, PF_RESERVED, PF_WRITE } from './fault-code.js';
import type { Machine } from './machine.js';
import type { GuestException, NestedAccess } from './outcome.js';

const VECTOR_VC = 29;
const VECTOR_PF = 14;
/** Error code of the #VC that a page which is not validated raises: SVM_EXIT_NPF with bit 2 (APM2 15.36.10). */
export const VC_PAGE_NOT_VALIDATED = 0x404;

/** The exception, delivered or, with ReflectVC, turned into an exit: which of the two. */
export function raiseVc(m: Machine, gfn: Gfn, pfn: Pfn, access: NestedAccess): 'vc-exception' | 'vmexit-vc' {
  const reflected = m.config.sevFeatures?.reflectVc === true;
  m.emit({ seq: m.nextSeq(), type: 'vc-exception', gfn, pfn, pages: 1, access, reflected });
  return reflected ? 'vmexit-vc' : 'vc-exception';
}

export function notValidated(gfn: Gfn): GuestException {
  return { vector: VECTOR_VC, errorCode: VC_PAGE_NOT_VALIDATED, gfn };
}

/** Bits of a supervisor's access: no table of the guest says otherwise here. */
export function reservedBit(access: GuestAccess['access'], gfn: Gfn): GuestException {
  const kind = access === 'write' ? PF_WRITE : access === 'execute' ? PF_INSTRUCTION : 0;
  return { vector: VECTOR_PF, errorCode: PF_PRESENT | PF_RESERVED | kind, gfn };
}
