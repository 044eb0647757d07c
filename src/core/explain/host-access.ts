/** Why a host access would fault: the page walk, then the RMP check of stores (APM2 table 15-38), then what the generation would answer. */
import { asGfn, asVpn, type Gfn, LEVEL_2M, LEVEL_4K, type Level, PAGE_BYTES, type Pfn, type Vpn } from '../address.js';
import type { HypervisorRead, HypervisorWrite } from '../command.js';
import { PF_PRESENT, PF_RMP, PF_USER, PF_WRITE } from '../fault-code.js';
import type { HostFault, Plan, PlanOrProceed } from '../generations/generation.js';
import { pagesTouched, pfnAt, vpnAt } from '../host-access.js';
import { gfnAt, type Slot } from '../layout.js';
import type { Machine } from '../machine.js';
import type { StoreRefusal } from '../outcome.js';
import { storeRefusal } from '../store-check.js';
import type { VmArea } from '../vmas.js';
import { type Explanation, type Handler, inspect, type Pending, type Place, type Saw, type Verdict } from './explanation.js';

type HostAccess = Omit<HypervisorWrite, 'inject'> | HypervisorRead;

const COMPLETED = (): Verdict => ({ kind: 'completed', carry: null });

/** The first page of the range that would fault, or the first one. The range was checked. */
export function explainHostAccess(m: Machine, c: HostAccess): Explanation {
  const pages = pagesTouched(c.target.offset, c.size);
  let first: Explanation | null = null;
  for (let i = 0; i < pages; i++) {
    const bytesBefore = i === 0 ? 0 : i * PAGE_BYTES - c.target.offset;
    const of = c.via === 'direct-map' ? directMapPage(m, c, i) : userPage(m, c, i);
    const explanation: Explanation = { op: c.op, bytesBefore, ...of };
    if (explanation.verdict.kind !== 'completed') return explanation;
    first ??= explanation;
  }
  if (first === null) throw new Error('invariant broken: an access touches a page');
  return first;
}

type OfPage = Pick<Explanation, 'place' | 'checks' | 'verdict'>;

function userPage(m: Machine, c: HostAccess, i: number): OfPage {
  const vpn = vpnAt(m, c.target, i);
  const slot = m.layout.slotAtVpn(vpn);
  const area = m.vmas.at(vpn);
  const gfn = slot === null ? null : gfnAt(slot, vpn);
  const place: Place = { gfn, vpn, pfn: gfn === null || area === null ? null : m.frames.of(gfn) };
  const offset = i === 0 ? c.target.offset : 0;
  const write = c.op === 'hypervisor-write';
  const kernelMode = c.via !== 'user';
  const fault = { space: 'user', vpn, offset, kernelMode, pagefaultDisabled: write && c.pagefaultDisabled } as const;
  const errorCode = (write ? PF_WRITE : 0) | (kernelMode ? 0 : PF_USER);
  const notPresent = (handler: Handler): Verdict => ({ kind: 'fault', fault: 'not-present', errorCode, reason: null, handler });
  const checks: Pending[] = [
    {
      check: 'vma',
      source: 'do_user_addr_fault(): find_vma()',
      look: () => ({ holds: area !== null, saw: { vma: vmaSeen(area) } }),
      otherwise: () => notPresent(nothingThen(kernelMode ? 'efault' : 'segv')),
    },
    ...(write && c.via === 'kvm' ? [kvmGuard(m, () => known(gfn))] : []),
    ...(write ? [writable(m, vpn, area, errorCode, nothingThen(kernelMode ? 'efault' : 'segv'))] : []),
    {
      check: 'present',
      source: 'APM2 5.3: page translation',
      look: () => {
        // A dead VMM is read post mortem, without a fault.
        const holds = m.state === 'killed' || m.pageTable.presentLevel(vpn) !== 0;
        return { holds, saw: { leaf: m.pageTable.walk(vpn, known(slot)) } };
      },
      otherwise: () => notPresent(onNotPresent(m, { ...fault, gfn: known(gfn) }, known(slot))),
    },
  ];
  if (write && m.generation.facts.checksHostWrites && slot !== null) {
    const pfn = (): Pfn => m.frames.of(vpn - slot.shift);
    const cause: HostFault = { ...fault, gfn: gfnAt(slot, vpn), backing: slot.backing };
    checks.push(
      ...ownership(m, pfn, () => m.pageTable.presentLevel(vpn) as Level, { leafAt: vpn, slot }, errorCode | PF_PRESENT | PF_RMP, cause),
    );
  }
  return { place, ...inspect(checks, COMPLETED) };
}

function vmaSeen(area: VmArea | null): NonNullable<Saw['vma']> | null {
  return area === null ? null : { backing: area.slot.backing, memslot: area.slot.number, protection: area.protection };
}

/** What the generation does before KVM itself writes: it may refuse, or force the page shared. */
function kvmGuard(m: Machine, gfnNow: () => Gfn): Pending {
  const plan = (): PlanOrProceed => m.generation.beforeKvmWrite({ gfn: gfnNow(), pfn: m.frames.of(gfnNow()) }, m.view);
  return {
    check: 'kvm-guard',
    source: 'KVM: before kvm_write_guest_page(), by generation',
    look: () => ({ holds: plan() === null, saw: { entry: m.rmp.entryAt(m.frames.of(gfnNow())) } }),
    otherwise: () => ({ kind: 'kvm-guard', handler: handlerOf(known(plan()), 'decides') }),
  };
}

/** A store into a read-only VMA: through a leaf that is there the hardware refuses it, else access_error() does. */
function writable(m: Machine, vpn: Vpn, area: VmArea | null, errorCode: number, handler: Handler): Pending {
  return {
    check: 'writable',
    source: 'APM2 5.6.1: R/W; access_error()',
    look: () => ({ holds: area?.protection === 'read-write', saw: { vma: vmaSeen(area) } }),
    otherwise: () => {
      const present = m.pageTable.presentLevel(vpn) !== 0;
      const fault = present ? 'protection' : 'not-present';
      return { kind: 'fault', fault, errorCode: present ? errorCode | PF_PRESENT : errorCode, reason: null, handler };
    },
  };
}

function directMapPage(m: Machine, c: HostAccess, i: number): OfPage {
  const pfn = known(pfnAt(m, c.target, i));
  const gfn = m.frames.gfnOf(pfn);
  const offset = i === 0 ? c.target.offset : 0;
  const level = m.rmp.isDirectMapSplit(pfn) ? LEVEL_4K : LEVEL_2M;
  const cause: HostFault = { space: 'direct-map', pfn, offset };
  const write = c.op === 'hypervisor-write';
  const checks: Pending[] = m.generation.facts.directMap === 'removed' ? [inDirectMap(m, pfn, write)] : [];
  if (write && m.generation.facts.checksHostWrites) {
    checks.push(
      ...ownership(
        m,
        () => pfn,
        () => level,
        null,
        PF_RMP | PF_WRITE | PF_PRESENT,
        cause,
      ),
    );
  }
  const slot = gfn === null ? null : m.layout.slotAtGfn(gfn);
  const place: Place = { gfn: gfn === null ? null : asGfn(gfn), vpn: slot === null || gfn === null ? null : asVpn(gfn + slot.shift), pfn };
  return { place, ...inspect(checks, COMPLETED) };
}

/** A page that the generation took out of the direct map: an oops, whether loaded or stored. */
function inDirectMap(m: Machine, pfn: Pfn, write: boolean): Pending {
  return {
    check: 'present',
    source: 'APM2 5.3: page translation',
    // A dead VMM is read post mortem, without a fault.
    look: () => ({ holds: m.state === 'killed' || !m.rmp.isDirectMapAbsent(pfn), saw: { leaf: m.view.walkDirectMap(pfn) } }),
    otherwise: () => ({
      kind: 'fault',
      fault: 'not-present',
      errorCode: write ? PF_WRITE : 0,
      reason: null,
      handler: nothingThen('oops'),
    }),
  };
}

/** Hypervisor-Owned: the page's own entry through a 4K leaf, all 512 of its 2M region through a larger one; then the pages in use. */
function ownership(
  m: Machine,
  pfnNow: () => Pfn,
  levelNow: () => Level,
  walked: { readonly leafAt: Vpn; readonly slot: Slot | null } | null,
  errorCode: number,
  cause: HostFault,
): Pending[] {
  const seen = (): Saw => {
    const leaf = walked === null ? m.view.walkDirectMap(pfnNow()) : m.pageTable.walk(walked.leafAt, known(walked.slot));
    return { leaf, entry: m.rmp.entryAt(pfnNow()), assignedInRegion: m.rmp.assignedAround(pfnNow()) };
  };
  const refusal = (): StoreRefusal | null => storeRefusal(m, pfnNow(), levelNow());
  const otherwise = (): Verdict => ({
    kind: 'fault',
    fault: 'rmp',
    errorCode,
    reason: refusal(),
    handler:
      cause.space === 'user' && m.vmInject?.betweenIsNext() === true ? null : handlerOf(m.generation.onRmpFault(cause, m.view), 'decides'),
  });
  return [
    {
      check: 'hypervisor-owned',
      source: 'APM2 15.36.10, table 15-38',
      look: () => ({ holds: refusal() === null || refusal() === 'page-in-use', saw: seen() }),
      otherwise,
    },
    {
      check: 'in-use',
      source: 'APM2 15.36.12; hardware.md 3.5, Milan and Genoa',
      look: () => ({ holds: refusal() === null, saw: seen() }),
      otherwise,
    },
  ];
}

function onNotPresent(m: Machine, fault: Omit<Extract<HostFault, { space: 'user' }>, 'backing'>, slot: Slot): Handler {
  if (fault.pagefaultDisabled) return nothingThen('efault');
  const plan = m.generation.onNotPresent({ ...fault, backing: slot.backing }, m.view);
  return plan === null ? { decision: null, lookedUp: null, repairs: ['map'], then: 'retry' } : handlerOf(plan, 'silent');
}

/** Faults that are not present carry no decision. */
function handlerOf(plan: Plan, decides: 'decides' | 'silent'): Handler {
  return {
    decision: decides === 'decides' ? plan.decision : null,
    lookedUp: plan.lookedUp,
    repairs: plan.repairs.map(({ kind }) => kind),
    then: plan.then,
  };
}

const nothingThen = (then: Handler['then']): Handler => ({ decision: null, lookedUp: null, repairs: [], then });

function known<T>(value: T | null): T {
  if (value === null) throw new Error('invariant broken: an earlier check found it');
  return value;
}
