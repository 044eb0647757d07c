/** Faults on demand: what is counted, and which count makes one fire. Two may be in force at once, the VM's and an operation's. */
import type { Inject } from './command.js';
import { type Rejection, reject } from './error.js';
import type { Layout } from './layout.js';

export type Between = NonNullable<Inject['between']>;

export class InjectCounters {
  readonly inject: Inject;
  private splits = 0;
  private rmpupdates = 0;
  private rmpFaults = 0;

  constructor(inject: Inject) {
    this.inject = inject;
  }

  /** Counts an attempted split; true where it is the one that fails. */
  splitFails(): boolean {
    this.splits += 1;
    return this.splits === this.inject.splitFailure?.nth;
  }

  /** Counts an RMPUPDATE execution; the code that it returns instead of running, or null. */
  rmpupdateCode(): number | null {
    this.rmpupdates += 1;
    const { rmpupdate } = this.inject;
    return rmpupdate !== undefined && this.rmpupdates === rmpupdate.nth ? rmpupdate.code : null;
  }

  /** RMPUPDATE executions before the one that fails; null where none will. */
  executionsBeforeFailure(): number | null {
    const nth = this.inject.rmpupdate?.nth ?? 0;
    return nth > this.rmpupdates ? nth - this.rmpupdates - 1 : null;
  }

  /** Counts executions of which none is the one that fails. */
  skipRmpupdates(executions: number): void {
    this.rmpupdates += executions;
  }

  /** Counts an RMP fault; what another thread does after it, or null. */
  between(): Between | null {
    this.rmpFaults += 1;
    const { between } = this.inject;
    return between !== undefined && this.rmpFaults === between.nth ? between : null;
  }

  /** The code that the next RMPUPDATE execution would return instead of running, or null. */
  nextRmpupdateCode(): number | null {
    const { rmpupdate } = this.inject;
    return rmpupdate !== undefined && this.rmpupdates + 1 === rmpupdate.nth ? rmpupdate.code : null;
  }

  /** Whether another thread would act after the next RMP fault. */
  betweenIsNext(): boolean {
    return this.rmpFaults + 1 === this.inject.between?.nth;
  }

  lookupFailsAt(pfn: number): boolean {
    return this.inject.lookupFailure?.pfn === pfn;
  }

  /** Counts towards what has not fired yet: as long as this moves, a store that faults again is not where it was. */
  progress(): number {
    const { splitFailure, rmpupdate, between } = this.inject;
    return waiting(this.splits, splitFailure?.nth) + waiting(this.rmpupdates, rmpupdate?.nth) + waiting(this.rmpFaults, between?.nth);
  }

  counts(): readonly number[] {
    return [this.splits, this.rmpupdates, this.rmpFaults];
  }

  static restore(inject: Inject, counts: readonly number[]): InjectCounters {
    const restored = new InjectCounters(inject);
    [restored.splits, restored.rmpupdates, restored.rmpFaults] = counts;
    return restored;
  }
}

/** What an injection names has to be there: a guest page in a memslot, a frame that the RMP covers. */
export function checkInject(layout: Layout, inject: Inject | undefined): Rejection | null {
  const gfn = inject?.between?.gfn;
  if (gfn !== undefined && layout.slotAtGfn(gfn) === null) {
    return reject(
      'address-out-of-range',
      '/inject/between/gpa',
      `guest page 0x${gfn.toString(16)} is in no memslot`,
      'name a page of the VM, or leave gpa out for the page that is written',
    );
  }
  const pfn = inject?.lookupFailure?.pfn;
  if (pfn !== undefined && pfn >= layout.covered) {
    return reject(
      'address-out-of-range',
      '/inject/lookupFailure/pfn',
      `frame 0x${pfn.toString(16)} has no RMP entry, so its look-up fails anyway`,
      `give a frame below 0x${layout.covered.toString(16)}`,
    );
  }
  return null;
}

function waiting(count: number, nth: number | undefined): number {
  return nth === undefined ? 0 : Math.min(count, nth);
}
