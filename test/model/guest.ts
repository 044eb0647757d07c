/** Guest accesses, RMPADJUST, RMPQUERY, nested maps and vCPUs, by the manual's tables (hardware.md 3.4, 3.5, 4). */
import { asGfn, asPfn } from '../../src/core/address.js';
import type { EnterVcpu, ExitVcpu, GuestAccess, MapNested, Rmpadjust, Rmpquery, Rmpread } from '../../src/core/command.js';
import { NESTED_MAPS_MAX, READ_BYTES_MAX, TRANSLATIONS_MAX, WRITE_BYTES_MAX } from '../../src/core/config.js';
import { reject } from '../../src/core/error.js';
import type { Rejection } from '../../src/core/error.js';
import type {
  GuestAccessEnd,
  GuestAccessOutcome,
  NestedAccess,
  NestedFault,
  NestedMapOutcome,
  RmpadjustOutcome,
  RmpqueryOutcome,
  RmpreadOutcome,
  VcpuOutcome,
  VmsaCheck,
} from '../../src/core/outcome.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import { PAGE } from './access.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { blockStart, coveredFrames, ramFrames, REGION, slotOfGfn } from './layout.js';
import { entryAt, gfnOfFrame } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { forgetPages, frameOf, isThere, nestedLeaf, ownership, sizes, tryUntilDone } from './nested.js';
import type { NestedLeaf, Refusal } from './nested.js';
import { anyAssigned, baseOf, describe, effectiveEntry, inUse, regionFrames, rmpLevel } from './rmp.js';

const outside = (): Rejection => reject('address-out-of-range', '', 'outside', '');

/** What an attempt of the guest came to where no fault kept it. */
type End = 'ok' | 'vc' | 'reserved';

export function guestAccess(state: NaiveState, log: EventLog, c: GuestAccess): GuestAccessOutcome | Rejection {
  if (c.size < 1 || c.size > (isLoad(c) || c.access === 'execute' ? READ_BYTES_MAX : WRITE_BYTES_MAX))
    return reject('limit-exceeded', '', 'size', '');
  const pages = Math.ceil((c.offset + c.size) / PAGE);
  for (let i = 0; i < pages; i++) if (slotOfGfn(state.config, c.gfn + i) === null) return outside();
  const faults: NestedFault[] = [];
  const bytes: number[] = [];
  let outcome = 'completed' as GuestAccessEnd;
  let last = c.gfn as number;
  let done = 0;
  for (let i = 0; i < pages && outcome === 'completed'; i++) {
    last = c.gfn + i;
    const offset = i === 0 ? c.offset : 0;
    const length = Math.min(PAGE - offset, c.size - done);
    // vTOM takes the C-bit's place, which is reserved then.
    const end = state.config.sevFeatures?.virtualTom !== undefined && c.cBit === true ? 'reserved' : onePage(state, log, c, last, faults);
    if (end === 'ok') {
      transfer(state, c, last, offset, length, done, bytes);
      done += length;
    } else outcome = end === null ? 'nested-fault' : end === 'vc' ? 'vc-exception' : end === 'exit' ? 'memory-fault-exit' : 'page-fault';
  }
  const reserved = outcome === 'page-fault';
  if (outcome === 'vc-exception') outcome = throwVc(state, log, last, c.access);
  const leaf = nestedLeaf(state, last);
  return {
    op: 'guest-access',
    outcome,
    bytesDone: done,
    ...(isLoad(c) ? { data: Uint8Array.from(bytes) } : {}),
    faults,
    exception: reserved
      ? { vector: 14, errorCode: c.access === 'write' ? 11 : c.access === 'execute' ? 25 : 9, gfn: asGfn(last) }
      : outcome === 'vc-exception' || outcome === 'vmexit-vc'
        ? { vector: 29, errorCode: 0x404, gfn: asGfn(last) }
        : null,
    translation: isThere(state, last)
      ? { gfn: asGfn(last), pfn: asPfn(leaf.pfn), nestedLevel: leaf.level, tlbLevel: tlbLevel(c, leaf) }
      : null,
  };
}

function isLoad({ access }: GuestAccess): boolean {
  return access === 'read' || access === 'page-table-read';
}

/** Data as the guest, or vTOM, says; instructions and the guest's tables always. */
function isPrivate(state: NaiveState, { access, cBit }: GuestAccess, gfn: number): boolean {
  const data = access === 'read' || access === 'write';
  const top = state.config.sevFeatures?.virtualTom;
  if (!data || (top !== undefined && gfn < top)) return true;
  return top === undefined && cBit !== false;
}

/** To the guest, or with ReflectVC to whoever runs it. */
function throwVc(state: NaiveState, log: EventLog, gfn: number, access: NestedAccess): 'vc-exception' | 'vmexit-vc' {
  const reflected = state.config.sevFeatures?.reflectVc === true;
  emit(log, { type: 'vc-exception', gfn: asGfn(gfn), pfn: asPfn(frameOf(state, gfn)), pages: 1, access, reflected });
  return reflected ? 'vmexit-vc' : 'vc-exception';
}

function transfer(state: NaiveState, c: GuestAccess, gfn: number, offset: number, length: number, done: number, bytes: number[]): void {
  const pfn = frameOf(state, gfn);
  // What lies in memory is enciphered by the guest's key; the C-bit puts the cipher between.
  const stored = state.contents.get(pfn) ?? new Uint8Array(PAGE);
  const cipher = memoryCipher(state.config.seed, state.config.asid);
  const secret = isPrivate(state, c, gfn);
  const page = secret ? Uint8Array.from(cipher.decipher(asPfn(pfn), Uint8Array.from(stored))) : Uint8Array.from(stored);
  if (isLoad(c)) for (let i = 0; i < length; i++) bytes.push(page[offset + i]);
  const { content } = c;
  if (content === undefined) return;
  for (let i = 0; i < length; i++) page[offset + i] = typeof content === 'number' ? content : content[done + i];
  state.contents.set(pfn, secret ? Uint8Array.from(cipher.encipher(asPfn(pfn), page)) : page);
}

function onePage(state: NaiveState, log: EventLog, c: GuestAccess, gfn: number, faults: NestedFault[]): End | 'exit' | null {
  const encrypted = isPrivate(state, c, gfn);
  const doing = { gfn, access: c.access, encrypted, faults };
  return tryUntilDone<End>(state, log, doing, (leaf) => {
    if (!encrypted) {
      const blocked = leaf.level === 2 ? anyAssigned(state, leaf.pfn) : entryAt(state, leaf.pfn).assigned;
      return (c.access === 'write' || c.access === 'page-table-write') && blocked ? { reason: 'not-hypervisor-owned' } : { done: 'ok' };
    }
    const refusal = ownership(state, gfn, leaf.pfn);
    if (refusal !== null) return refusal;
    if (rmpLevel(state, leaf.pfn) !== leaf.level) return { reason: 'page-size' };
    const entry = effectiveEntry(state, leaf.pfn);
    if (!entry.validated) return { done: 'vc' };
    return permitted(state, c, gfn, leaf, (entry.vmpl >>> (8 * c.vmpl)) & 0xff);
  });
}

function permitted(state: NaiveState, c: GuestAccess, gfn: number, leaf: NestedLeaf, mask: number): { readonly done: End } | Refusal {
  const needed = isLoad(c) ? 1 : c.access !== 'execute' ? 2 : c.privilege === 'user' ? 4 : 8;
  const stale = state.config.doubts.D13 === 'stale-vmpl';
  const held = stale ? state.tlb.find((t) => t.vmpl === c.vmpl && t.gfn === gfn && t.pfn === leaf.pfn) : undefined;
  if (((mask | (held?.mask ?? 0)) & needed) === 0) return { reason: 'vmpl', mask };
  if (stale && held === undefined) {
    const pages = tlbLevel(c, leaf) === 2 ? REGION : 1;
    const start = blockStart(gfn, pages);
    const group = state.tlbGroups++;
    const groups = [...new Set(state.tlb.map((t) => t.group))];
    if (groups.length >= TRANSLATIONS_MAX) state.tlb = state.tlb.filter((t) => t.group !== groups[0]);
    for (let i = 0; i < pages; i++) state.tlb.push({ vmpl: c.vmpl, gfn: start + i, pfn: leaf.pfn - (gfn - start) + i, mask, group });
  }
  return { done: 'ok' };
}

/** Translations are no larger than the smaller leaf. */
function tlbLevel(c: GuestAccess, leaf: NestedLeaf): 1 | 2 {
  return c.guestLevel === 1 ? 1 : leaf.level;
}

// --- permissions of the VMPLs -------------------------------------------------------------------------------------------------

const STATUS = { 0: 'SUCCESS', 1: 'FAIL_INPUT', 2: 'FAIL_PERMISSION', 6: 'FAIL_SIZEMISMATCH' } as const;
type Code = keyof typeof STATUS;

export function rmpadjust(state: NaiveState, log: EventLog, c: Rmpadjust): RmpadjustOutcome | Rejection {
  if (slotOfGfn(state.config, c.gfn) === null) return outside();
  const faults: NestedFault[] = [];
  const early = c.offset !== 0 || (c.pageSize === 2 && c.gfn % REGION !== 0) ? 1 : c.targetVmpl <= c.vmpl ? 2 : isPossible(c.mask) ? 0 : 1;
  const answer =
    early !== 0
      ? early
      : tryUntilDone<Code | 'vc'>(state, log, { gfn: c.gfn, access: 'rmpadjust', encrypted: true, faults }, (leaf) =>
          adjust(state, log, c, leaf),
        );
  return { op: 'rmpadjust', ...ended(state, log, c.gfn, 'rmpadjust', answer), faults };
}

/** Nothing without read; no shadow stack that can be executed; a supervisor that may execute only where the user may. */
function isPossible(mask: number): boolean {
  const [read, , user, supervisor, stack] = [1, 2, 4, 8, 16].map((bit) => (mask & bit) !== 0);
  if (!read) return mask === 0;
  if (stack && (user || supervisor)) return false;
  return user || !supervisor;
}

function adjust(state: NaiveState, log: EventLog, c: Rmpadjust, leaf: NestedLeaf): { readonly done: Code | 'vc' } | Refusal {
  const refusal = ownership(state, c.gfn, leaf.pfn);
  if (refusal !== null) return refusal;
  if (!effectiveEntry(state, leaf.pfn).validated) return { done: 'vc' };
  const size = sizes(state, leaf, c.pageSize);
  if (size === 'mismatch') return { done: 6 };
  if (size !== null) return size;
  const pfn = rmpLevel(state, leaf.pfn) === 2 ? baseOf(leaf.pfn) : leaf.pfn;
  const entry = entryAt(state, pfn);
  const masks = [0, 8, 16, 24].map((shift) => (entry.vmpl >>> shift) & 0xff);
  if (c.mask & ~masks[c.vmpl]) return { done: 2 };
  masks[c.targetVmpl] = c.mask;
  const vmpl = masks[0] + masks[1] * 256 + masks[2] * 65536 + masks[3] * 16777216;
  const vmsa = c.vmpl === 0 ? c.vmsa : entry.vmsa;
  state.rmp.set(pfn, { ...entry, vmpl, vmsa });
  const { targetVmpl, mask, pageSize } = c;
  emit(log, { type: 'rmp-adjusted', gfn: c.gfn, pfn: asPfn(pfn), pages: pageSize === 2 ? 512 : 1, pageSize, targetVmpl, mask, vmsa });
  return { done: 0 };
}

function ended(state: NaiveState, log: EventLog, gfn: number, access: 'rmpadjust' | 'rmpquery', answer: Code | 'vc' | 'exit' | null) {
  if (answer === null || answer === 'exit') return { outcome: 'nested-fault', status: 'NESTED_FAULT', code: null } as const;
  if (answer !== 'vc') return { outcome: 'completed', status: STATUS[answer], code: answer } as const;
  return { outcome: throwVc(state, log, gfn, access), status: 'VC_EXCEPTION', code: null } as const;
}

export function rmpquery(state: NaiveState, log: EventLog, c: Rmpquery): RmpqueryOutcome | Rejection {
  const gfn = c.pageSize === 2 ? blockStart(c.gfn, REGION) : c.gfn;
  if (slotOfGfn(state.config, gfn) === null) return outside();
  const faults: NestedFault[] = [];
  const answer =
    c.targetVmpl <= c.vmpl
      ? 2
      : tryUntilDone<Code | 'vc'>(state, log, { gfn, access: 'rmpquery', encrypted: true, faults }, (leaf) => {
          const refusal = ownership(state, gfn, leaf.pfn);
          if (refusal !== null) return refusal;
          return { done: effectiveEntry(state, leaf.pfn).validated ? 0 : 'vc' };
        });
  const entry = effectiveEntry(state, frameOf(state, gfn));
  const seen = { mask: (entry.vmpl >>> (8 * c.targetVmpl)) & 0xff, pageSize: entry.pageSize, vmsa: entry.vmsa };
  return { op: 'rmpquery', ...ended(state, log, gfn, 'rmpquery', answer), faults, answer: answer === 0 ? seen : null };
}

export function rmpread(state: NaiveState, c: Rmpread): RmpreadOutcome {
  if (c.pfn >= coveredFrames(state.config)) return { op: 'rmpread', status: 'FAIL_INPUT', code: 1, entry: null };
  const { pfn, gfn, assigned, pageSize, immutable, asid } = describe(state, c.pfn);
  const others = regionFrames(pfn).filter((p) => p !== pfn && entryAt(state, p).assigned);
  const regionAssigned = pfn % REGION === 0 && others.length > 0;
  return { op: 'rmpread', status: 'SUCCESS', code: 0, entry: { pfn, gfn, assigned, pageSize, regionAssigned, immutable, asid } };
}

// --- the hypervisor's nested table, and vCPUs ---------------------------------------------------------------------------------

export function mapNested(state: NaiveState, log: EventLog, c: MapNested): NestedMapOutcome | Rejection {
  const pages = c.pageSize === 2 ? REGION : 1;
  if (c.gfn % pages !== 0 || (c.pfn ?? 0) % pages !== 0) return reject('invalid-field', '', 'unaligned', '');
  for (let i = 0; i < pages; i++) if (slotOfGfn(state.config, c.gfn + i) === null) return outside();
  if (c.pfn !== null && c.pfn + pages > ramFrames(state.config)) return outside();
  if (c.pfn !== null && state.nested.size >= NESTED_MAPS_MAX * REGION) return reject('limit-exceeded', '', 'maps', '');
  for (let i = 0; i < pages; i++) dropMap(state, c.gfn + i);
  forgetPages(state, c.gfn, pages);
  if (c.pfn !== null) {
    for (let i = 0; i < pages; i++)
      state.nested.set(c.gfn + i, { pfn: c.pfn + i, stretch: pages === 1 ? 1 : 512, fixed: pages === REGION });
  }
  const pfn = asPfn(frameOf(state, c.gfn));
  emit(log, { type: 'nested-mapped', gfn: c.gfn, pfn, pages });
  return { op: 'nested-map', pfn };
}

/** One page takes its whole stretch with it. */
function dropMap(state: NaiveState, gfn: number): void {
  const stretch = state.nested.get(gfn)?.stretch ?? 1;
  const start = blockStart(gfn, stretch);
  for (let i = start; i < start + stretch; i++) state.nested.delete(i);
}

export function enterVcpu(state: NaiveState, log: EventLog, c: EnterVcpu): VcpuOutcome | Rejection {
  if (c.vcpu >= 512) return reject('limit-exceeded', '', 'number', '');
  if (slotOfGfn(state.config, c.vmsa) === null || (c.vmcb ?? 0) >= ramFrames(state.config)) return outside();
  if (state.vcpus.has(c.vcpu)) return reject('vcpu-state', '', 'runs', '');
  const said = (outcome: VcpuOutcome['outcome'], reason: VmsaCheck | null = null): VcpuOutcome => ({ op: 'vcpu-enter', outcome, reason });
  if (c.vmcb !== null && entryAt(state, c.vmcb).assigned) return said('general-protection');
  const pfn = frameOf(state, c.vmsa);
  if (inUse(state, pfn)) return said('vmexit-busy');
  const refusal = ownership(state, c.vmsa, pfn);
  if (refusal !== null) return said('vmexit-invalid', refusal.reason as VmsaCheck);
  const entry = effectiveEntry(state, pfn);
  if (!entry.vmsa) return said('vmexit-invalid', 'not-vmsa');
  if (entry.pageSize === 2) return said('vmexit-invalid', 'page-size');
  if (c.flushTlb) state.tlb = [];
  state.vcpus.set(c.vcpu, { vmsa: pfn, vmcb: c.vmcb });
  emit(log, { type: 'vcpu-entered', gfn: c.vmsa, pfn: asPfn(pfn), pages: 1, vcpu: c.vcpu });
  return said('entered');
}

export function exitVcpu(state: NaiveState, log: EventLog, c: ExitVcpu): VcpuOutcome | Rejection {
  if (c.vcpu >= 512) return reject('limit-exceeded', '', 'number', '');
  const vcpu = state.vcpus.get(c.vcpu);
  if (vcpu === undefined) return reject('vcpu-state', '', 'does not run', '');
  state.vcpus.delete(c.vcpu);
  const gfn = gfnOfFrame(state, vcpu.vmsa);
  emit(log, { type: 'vcpu-exited', gfn: gfn === null ? null : asGfn(gfn), pfn: asPfn(vcpu.vmsa), pages: 1, vcpu: c.vcpu });
  return { op: 'vcpu-exit', outcome: 'exited', reason: null };
}
