/** Why RMPUPDATE, PSMASH and PVALIDATE would fail: their checks in the order of hardware.md 3.4, each with the code that it answers. */
import { asPfn, asVpn, type Gfn, isAligned, LEVEL_2M, REGION_PAGES, RMP_GFN_END } from '../address.js';
import type { Psmash, Pvalidate, Rmpupdate } from '../command.js';
import { NPF_ENC, NPF_SIZEM, PF_PRESENT, PF_RMP, PF_USER } from '../fault-code.js';
import { overlaps, pagesOfSize, statusOf } from '../instructions.js';
import { type Slot, vpnOf } from '../layout.js';
import type { Machine } from '../machine.js';
import { ownershipRefusal, sizeRefusal } from '../nested-fault.js';
import { frameOf, isMapped, isMappedByHost, type NestedLeaf, nestedLeaf } from '../nested-leaf.js';
import { IMMUTABLE, VALIDATED } from '../region-bits.js';
import { type CheckName, type Explanation, type Handler, inspect, type Pending, type Saw, type Verdict } from './explanation.js';

const FAIL_INPUT = 1;
const FAIL_PERMISSION = 2;
const FAIL_INUSE = 3;
const FAIL_OVERLAP = 4;
const FAIL_SIZEMISMATCH = 6;
const FAIL_BADADDR = 7;

const answers = (code: number): Verdict => ({ kind: 'status', status: statusOf(code), code });

/** A check whose failure is a return code. */
function coded(check: CheckName, source: string, code: number, look: Pending['look']): Pending {
  return { check, source, look, otherwise: () => answers(code) };
}

export function explainRmpupdate(m: Machine, c: Omit<Rmpupdate, 'inject'>): Explanation {
  const { pfn, pageSize, gfn, gpaOffset, assigned, asid, immutable } = c;
  const huge = pageSize === LEVEL_2M;
  const entry = (): Saw => ({ entry: m.rmp.entryAt(pfn), assignedInRegion: m.rmp.assignedAround(pfn) });
  const injected = m.vmInject?.nextRmpupdateCode() ?? null;
  const mutable = coded('mutable', 'APM2 15.36.5', FAIL_PERMISSION, () => ({ holds: !m.rmp.isImmutable(pfn), saw: entry() }));
  const overlap = coded(
    'overlap',
    'APM3 RMPUPDATE: 4K and 2M entries do not overlap; hardware.md 10, D4, D12 and D16',
    FAIL_OVERLAP,
    () => ({
      holds: !overlaps(m.rmp, m.config.doubts, c),
      saw: { ...entry(), wanted: { pageSize } },
    }),
  );
  const checks: Pending[] = [
    coded('operands', 'APM3 RMPUPDATE: the address is aligned to the page size', FAIL_INPUT, () => ({
      holds: !huge || isAligned(pfn, LEVEL_2M),
      saw: { wanted: { pageSize } },
    })),
    coded('covered', 'APM2 15.36.4: RMP_END', FAIL_INPUT, () => ({
      holds: pfn < m.layout.covered,
      saw: { wanted: { frames: m.layout.covered } },
    })),
    coded('operands', 'APM3 RMPUPDATE: the gpa field is aligned and in 39 bits of pages', FAIL_INPUT, () => ({
      holds: (!huge || isAligned(gfn, LEVEL_2M)) && gpaOffset === 0 && gfn < RMP_GFN_END,
      saw: { wanted: { gfn, offset: gpaOffset } },
    })),
    coded('un-assign-is-zero', 'hardware.md 10, D2', m.config.doubts.D2 === 'input' ? FAIL_INPUT : FAIL_PERMISSION, () => ({
      holds: assigned || (asid === 0 && !immutable),
      saw: { wanted: { assigned, asid, immutable } },
    })),
    coded('in-use', 'APM2 15.36.12', FAIL_INUSE, () => ({ holds: !m.guest.isInUse(pfn, pagesOfSize(pageSize)), saw: entry() })),
    ...(m.config.doubts.D1 === 'permission-first' ? [mutable, overlap] : [overlap, mutable]),
    coded('mutable', 'hardware.md 7: frames of the host that nobody may have', FAIL_PERMISSION, () => ({
      holds: !huge || !m.rmp.anyInRegion(pfn, IMMUTABLE),
      saw: entry(),
    })),
  ];
  if (injected !== null) {
    // The instruction is not executed at all: the injected code stands in for it.
    checks.unshift(
      coded('injection', "the VM's inject.rmpupdate", injected, () => ({ holds: false, saw: { wanted: { code: injected } } })),
    );
  }
  return { op: 'rmpupdate', place: placeOf(m, pfn), bytesBefore: 0, ...inspect(checks, () => ({ kind: 'completed', carry: null })) };
}

export function explainPsmash(m: Machine, { pfn }: Psmash): Explanation {
  const checks = [
    coded('operands', 'APM3 PSMASH: the address is 2M aligned', FAIL_INPUT, () => ({ holds: isAligned(pfn, LEVEL_2M), saw: {} })),
    coded('covered', 'APM2 15.36.4: RMP_END', FAIL_INPUT, () => ({
      holds: pfn < m.layout.covered,
      saw: { wanted: { frames: m.layout.covered } },
    })),
    coded('huge-entry', 'APM2 15.36.11', FAIL_BADADDR, () => ({
      holds: m.rmp.isHugeAssigned(pfn),
      saw: { entry: m.rmp.entryAt(pfn) },
    })),
    coded('mutable', 'APM2 15.36.11', FAIL_PERMISSION, () => ({
      holds: (m.rmp.bitsAt(pfn) & IMMUTABLE) === 0,
      saw: { entry: m.rmp.entryAt(pfn) },
    })),
    coded('in-use', 'APM2 15.36.12', FAIL_INUSE, () => ({
      holds: !m.guest.isInUse(pfn, REGION_PAGES),
      saw: { entry: m.rmp.entryAt(pfn) },
    })),
  ];
  return { op: 'psmash', place: placeOf(m, pfn), bytesBefore: 0, ...inspect(checks, () => ({ kind: 'completed', carry: null })) };
}

function placeOf(m: Machine, pfn: number): Explanation['place'] {
  const gfn = m.frames.gfnOf(pfn);
  const slot = gfn === null ? null : m.layout.slotAtGfn(gfn);
  return { gfn, vpn: gfn === null || slot === null ? null : asVpn(gfn + slot.shift), pfn: asPfn(pfn) };
}

/** PVALIDATE meets the checks of a private access, then its own of the sizes; `slot` is that of its gpa. */
export function explainPvalidate(m: Machine, c: Omit<Pvalidate, 'inject' | 'fallback'>, slot: Slot): Explanation {
  const { gfn, pageSize, offset, vmpl, validate } = c;
  const pfn = asPfn(frameOf(m, gfn));
  const leaf = (): NestedLeaf => nestedLeaf(m, gfn, vpn);
  const reason = () => ownershipRefusal(m, gfn, pfn)?.reason ?? null;
  const size = () => sizeRefusal(m, leaf(), pageSize);
  const vpn = asVpn(gfn + slot.shift);
  const entry = (): Saw => ({ entry: m.rmp.entryAt(pfn) });
  const owned = 'APM2 15.36.10, table 15-38';
  const faulting = (check: CheckName, source: string, look: Pending['look'], sizem = false): Pending => ({
    check,
    source,
    look,
    otherwise: () => nestedFault(m, c, sizem),
  });
  const checks: readonly Pending[] = [
    {
      check: 'privilege',
      source: 'hardware.md 10, D7',
      look: () => ({ holds: vmpl === 0, saw: { wanted: { vmpl } } }),
      otherwise: () =>
        m.config.doubts.D7 === 'permission' ? answers(FAIL_PERMISSION) : { kind: 'status', status: 'GENERAL_PROTECTION', code: null },
    },
    coded('operands', 'APM3 PVALIDATE: the address is aligned to the page size', FAIL_INPUT, () => ({
      holds: offset === 0 && isAligned(gfn, pageSize),
      saw: { wanted: { offset, pageSize } },
    })),
    {
      check: 'present',
      source: 'kvm_mmu_page_fault(): the nested page table has a leaf',
      look: () => ({ holds: isMapped(m, gfn, vpn), saw: { leaf: m.pageTable.walk(vpn, slot) } }),
      otherwise: () => ({
        kind: 'nested-fault',
        errorLow: PF_USER,
        errorHigh: NPF_ENC,
        handler: isForVmm(m, gfn) ? nestedHandler(m, gfn, false) : mapping(m, vpn),
      }),
    },
    faulting('lock', 'APM2 15.36.10: an entry that another CPU holds; hardware.md 10, D15', () => ({
      holds: m.config.doubts.D15 === 'off' || pfn >= m.layout.covered,
      saw: entry(),
    })),
    faulting('covered', owned, () => ({ holds: reason() !== 'not-covered', saw: { wanted: { frames: m.layout.covered } } })),
    faulting('guest-owned', owned, () => ({ holds: reason() !== 'not-owned', saw: { ...entry(), wanted: { asid: m.config.asid } } })),
    faulting('reverse-map', owned, () => ({ holds: reason() !== 'reverse-map', saw: { ...entry(), wanted: { gfn } } })),
    faulting('mutable', owned, () => ({ holds: reason() !== 'immutable', saw: entry() })),
    faulting(
      'page-size',
      'hardware.md 3.4: a 4K request on a 2M entry is SIZEM; hardware.md 10, D6',
      () => ({ holds: !isSizem(size()), saw: { ...entry(), wanted: { pageSize } } }),
      true,
    ),
    coded('page-size', 'hardware.md 3.4: a 2M request on 4K entries; hardware.md 10, D6', FAIL_SIZEMISMATCH, () => ({
      holds: size() !== 'mismatch',
      saw: { ...entry(), wanted: { pageSize } },
    })),
    faulting('nested-size', 'hardware.md 10, D6', () => ({
      holds: size() === null,
      saw: { leaf: m.pageTable.walk(vpn, slot), ...entry() },
    })),
  ];
  const carry = (): boolean => ((m.rmp.bitsAt(pfn) & VALIDATED) !== 0) === validate;
  return { op: 'pvalidate', place: { gfn, vpn, pfn }, bytesBefore: 0, ...inspect(checks, () => ({ kind: 'completed', carry: carry() })) };
}

function isSizem(refusal: ReturnType<typeof sizeRefusal>): boolean {
  return refusal !== null && refusal !== 'mismatch' && refusal.sizem === true;
}

/** The page is not one that KVM would map through the VMM's page table: guest_memfd's, or one of the other kind. */
function isForVmm(m: Machine, gfn: Gfn): boolean {
  return !isMappedByHost(m, gfn) || m.layout.privateBacking === 'separate';
}

/** Without a VMA KVM has nothing to map: KVM_RUN fails with -EFAULT. */
function mapping(m: Machine, vpn: number): Handler {
  return m.vmas.at(vpn) === null
    ? { decision: null, lookedUp: null, repairs: [], then: 'efault' }
    : { decision: null, lookedUp: null, repairs: ['map'], then: 'retry' };
}

function nestedHandler(m: Machine, gfn: Gfn, sizem: boolean): Handler {
  const { pfn, level } = nestedLeaf(m, gfn, vpnOf(m.layout.slotOf(gfn), gfn));
  const plan = m.generation.onNestedFault({ gfn, pfn, cBit: true, sizem, nestedLevel: level }, m.view);
  return {
    decision: null,
    lookedUp: null,
    repairs: (plan?.repairs ?? []).map(({ kind }) => kind),
    then: plan?.then ?? 'retry',
  };
}

function nestedFault(m: Machine, { gfn }: Pick<Pvalidate, 'gfn'>, sizem: boolean): Verdict {
  const handler = nestedHandler(m, gfn, sizem);
  return { kind: 'nested-fault', errorLow: PF_PRESENT | PF_USER | PF_RMP, errorHigh: NPF_ENC | (sizem ? NPF_SIZEM : 0), handler };
}
