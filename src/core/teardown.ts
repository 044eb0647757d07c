/**
 * The end of a VM: KVM takes every frame of the guest back, and those that RMPUPDATE refuses are lost to the host (generations.md 9, row 39).
 *
 * The machine goes away with it, so nothing is changed here: what each RMPUPDATE would answer is worked out, injection and retry included.
 */
import { asPfn, LEVEL_2M, LEVEL_4K, REGION_PAGES } from './address.js';
import { RMPUPDATE_EXECUTIONS_MAX } from './config.js';
import { dumpLines, leakLines, rmpupdateFailedLine } from './dmesg.js';
import { checkRmpupdate, pagesOfSize, SUCCESS } from './instructions.js';
import { injectedCode, toHost } from './kernel-rmp.js';
import { emitLeaked } from './leak.js';
import type { Machine } from './machine.js';
import { IMMUTABLE } from './region-bits.js';

export interface Teardown {
  /** 4K pages. */
  readonly unassigned: number;
  readonly leaked: number;
}

export function tearDown(m: Machine): Teardown {
  let unassigned = 0;
  let leaked = 0;
  for (const base of m.rmp.assignedRegions(m.layout.frames)) {
    const failed = takeBack(m, base);
    leaked += failed;
    unassigned += m.rmp.assignedAround(base) - failed;
  }
  return { unassigned, leaked };
}

/** Un-assigns the region's entries; how many 4K pages stay assigned. */
function takeBack(m: Machine, base: number): number {
  const huge = m.rmp.isHuge(base);
  const executions = huge ? 1 : m.rmp.assignedAround(base);
  if (!m.rmp.anyInRegion(base, IMMUTABLE) && skipsInjection(m, executions)) return 0;
  const pageSize = huge ? LEVEL_2M : LEVEL_4K;
  let failed = 0;
  for (let pfn = base; pfn < base + REGION_PAGES; pfn += pagesOfSize(pageSize)) {
    if (!m.rmp.isAssigned(pfn)) continue;
    const { code, dmesg } = answerOf(m, pfn, pageSize);
    if (code === SUCCESS) continue;
    lose(m, pfn, pageSize, code, dmesg);
    failed += pagesOfSize(pageSize);
  }
  return failed;
}

/** Counts so many executions at once, where the injection fails none of them. */
function skipsInjection(m: Machine, executions: number): boolean {
  const before = m.vmInject?.executionsBeforeFailure() ?? null;
  if (before !== null && before < executions) return false;
  m.vmInject?.skipRmpupdates(executions);
  return true;
}

interface Answer {
  readonly code: number;
  /** What the generation printed about a failed execution. */
  readonly dmesg: readonly string[];
}

function answerOf(m: Machine, pfn: number, pageSize: 1 | 2): Answer {
  const input = toHost(pfn, pageSize);
  const change = { pfn: asPfn(pfn), pageSize, assigned: false };
  const dmesg: string[] = [];
  let code = SUCCESS;
  for (let executions = 1; executions <= RMPUPDATE_EXECUTIONS_MAX; executions++) {
    code = injectedCode(m) ?? checkRmpupdate(m, input);
    const plan = m.generation.afterRmpupdate(change, code, executions, m.view);
    if (plan !== null) dmesg.push(...plan.dmesg);
    if (plan === null || plan.then !== 'retry') break;
  }
  return { code, dmesg };
}

/** A kernel with a leak list names the pages; one without it logs the failure and lets go of them, freed or poisoned. */
function lose(m: Machine, pfn: number, pageSize: 1 | 2, code: number, printed: readonly string[]): void {
  const pages = pagesOfSize(pageSize);
  const leaks = m.generation.onTeardown({ pfn: asPfn(pfn), count: pages }, m.view) !== null;
  const logged = printed.length > 0 || leaks ? printed : [rmpupdateFailedLine(pfn, pageSize, code), ...dumpLines(m, pfn)];
  const dmesg = leaks ? [...logged, ...leakLines(m, pfn, pages)] : logged;
  emitLeaked(m, { pfn: asPfn(pfn), gfn: m.frames.gfnOf(pfn), pages, cause: 'teardown', code, dmesg });
}
