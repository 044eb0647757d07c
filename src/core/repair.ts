/** Repairs of the guest's own faults: of the RMP, or a conversion that the VMM makes. */
import { convertOne } from './conversion.js';
import type { Repair } from './generations/generation.js';
import { SUCCESS } from './instructions.js';
import { carryOutOnRmp } from './kernel-rmp.js';
import type { Machine } from './machine.js';
import { preparePrivate } from './private-memory.js';

/** false: it failed. */
export function carryOut(m: Machine, repair: Repair): boolean {
  if (repair.kind === 'prepare-private') return preparePrivate(m, repair.gfn) === SUCCESS;
  if (repair.kind === 'convert') return convertOne(m, repair.gfn, repair.toPrivate);
  return carryOutOnRmp(m, repair);
}
