/** What the generation does before KVM itself writes a guest page: force it shared, refuse, or nothing. */
import type { Gfn } from './address.js';
import { carryOutOnRmp } from './kernel-rmp.js';
import type { Machine } from './machine.js';

/** Why KVM may not write; null where it may. `oops` is the BUG of a page that could not be forced shared. */
export function beforeKvmWrite(m: Machine, gfn: Gfn): 'ebusy' | 'efault' | 'oops' | null {
  const plan = m.generation.beforeKvmWrite({ gfn, pfn: m.frames.of(gfn) }, m.view);
  if (plan === null) return null;
  m.ruling = plan.rule;
  m.print(plan.dmesg);
  const failed = plan.repairs.some((repair) => !carryOutOnRmp(m, repair));
  const then = failed ? plan.ifRepairFails : plan.then;
  return then === 'ebusy' || then === 'efault' || then === 'oops' ? then : null;
}
