/**
 * The mail's question, which memory a VMM may use, answered by the machine itself: for each backing a small VM is made, one page of it private,
 * and the VMM stores to the page beside it.
 */
import { apply } from './apply.js';
import { asGfn, asVpn, GIB_PAGES, REGION_PAGES } from './address.js';
import { type Backing, BACKINGS, HVA_BASE_VPN, type MachineConfig } from './config.js';
import { DEFAULT_DOUBTS } from './doubts.js';
import { isRejection } from './error.js';
import type { RuleName } from './generations/facts.js';
import type { GenerationName } from './generations/generation.js';
import { generationOf } from './generations/index.js';
import { createMachine } from './machine.js';
import type { WriteOutcome } from './outcome.js';
import type { PageCipherOf } from './page-cipher.js';

export interface Compatibility {
  readonly backing: Backing;
  readonly verdict: 'ok' | 'sigbus' | 'livelock' | 'ping-pong' | 'refused';
  readonly reason: string;
  /** The rule that made it; null where none was met. */
  readonly rule: RuleName | null;
  /** Reasoned from the code, seen by nobody. */
  readonly derived: boolean;
}

/** What the VMM meets on each backing under a generation, with the generation's own private backing. */
export function compatibilityOf(name: GenerationName, cipherOf: PageCipherOf): readonly Compatibility[] {
  return BACKINGS.map((backing) => probe(name, backing, cipherOf));
}

function probe(generation: GenerationName, backing: Backing, cipherOf: PageCipherOf): Compatibility {
  const pages = backing === 'hugetlb-1G' ? GIB_PAGES : 2 * REGION_PAGES;
  const config: MachineConfig = {
    generation,
    memslots: [{ gfn: asGfn(0), pages, vpn: asVpn(HVA_BASE_VPN), backing, initialState: 'shared' }],
    asid: 1,
    seed: 1,
    onSigbus: 'report',
    doubts: DEFAULT_DOUBTS,
  };
  const made = createMachine(config, cipherOf);
  if (isRejection(made)) return { backing, verdict: 'refused', reason: made.detail, rule: 'hugetlbGuard', derived: false };
  const m = made.machine;
  const neighbour = { gfn: asGfn(1), pages: 1, pageSize: 1, operation: 'private' } as const;
  apply(m, { op: 'page-state-change', entries: [neighbour], validate: true, strictGuest: false });
  const target = { space: 'gpa', page: asGfn(0), offset: 0 } as const;
  const result = apply(m, { op: 'hypervisor-write', target, size: 8, via: 'user', pagefaultDisabled: false });
  if (isRejection(result) || result.outcome.op !== 'hypervisor-write')
    throw new Error('invariant broken: a store of the probe was refused');
  const { outcome } = result;
  const rule = m.ruling;
  const derived = outcome.outcome !== 'completed' && rule !== null && generationOf(generation).derived.includes(rule);
  return { backing, verdict: verdictOf(outcome), reason: reasonOf(outcome), rule, derived };
}

function verdictOf({ outcome }: WriteOutcome): Compatibility['verdict'] {
  switch (outcome) {
    case 'completed':
      return 'ok';
    case 'sigbus':
    case 'livelock':
    case 'ping-pong':
      return outcome;
    case 'efault':
    case 'ebusy':
    case 'oops':
    case 'segv':
      throw new Error(`invariant broken: a store of the VMM ended in ${outcome}`);
  }
}

function reasonOf({ outcome, faults }: WriteOutcome): string {
  const took = faults.map(({ kind, decision, action }) => `${kind === 'rmp' ? (decision ?? 'no decision') : kind}: ${action}`).join(', ');
  const store = 'a store beside a private page';
  if (faults.length === 0) return `${store} does not fault`;
  if (outcome === 'completed') return `${store} faults and then completes (${took})`;
  if (outcome === 'livelock') return `${store} faults without end, and nothing changes between (${took})`;
  if (outcome === 'ping-pong') return `${store} faults without end: the huge leaf goes and comes back (${took})`;
  return `${store} ends in a signal (${took})`;
}
