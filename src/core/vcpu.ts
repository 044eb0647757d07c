/** VMRUN and #VMEXIT, as far as memory is concerned: between the two the VMSA and the VMCB are in use (APM2 15.36.12). */
import type { Gfn } from './address.js';
import type { EnterVcpu, ExitVcpu } from './command.js';
import { VCPUS_MAX } from './config.js';
import { reject, type Rejection } from './error.js';
import { notInMemslot } from './guest.js';
import type { Machine } from './machine.js';
import { ownershipRefusal } from './nested-fault.js';
import { frameOf } from './nested-leaf.js';
import type { Result, VcpuOutcome, VmsaCheck } from './outcome.js';
import { VMSA } from './region-bits.js';

export function enterVcpu(m: Machine, c: EnterVcpu): Result {
  const wrong = checkEntry(m, c);
  if (wrong !== null) return wrong;
  m.begin(undefined);
  if (c.vmcb !== null && m.rmp.isAssigned(c.vmcb)) return done(m, 'vcpu-enter', 'general-protection');
  const vmsa = frameOf(m, c.vmsa);
  if (m.guest.isInUse(vmsa, 1)) return done(m, 'vcpu-enter', 'vmexit-busy');
  const refused = vmsaCheck(m, c.vmsa, vmsa);
  if (refused !== null) return done(m, 'vcpu-enter', 'vmexit-invalid', refused);
  if (c.flushTlb) m.guest.flushTranslations();
  m.guest.enter({ number: c.vcpu, vmsa, vmcb: c.vmcb });
  m.emit({ seq: m.nextSeq(), type: 'vcpu-entered', gfn: c.vmsa, pfn: vmsa, pages: 1, vcpu: c.vcpu });
  return done(m, 'vcpu-enter', 'entered');
}

export function exitVcpu(m: Machine, c: ExitVcpu): Result {
  const wrong = checkNumber(c.vcpu);
  if (wrong !== null) return wrong;
  const vcpu = m.guest.vcpu(c.vcpu);
  if (vcpu === null) return reject('vcpu-state', '', `vCPU ${c.vcpu} does not run`, 'enter it first');
  m.begin(undefined);
  m.guest.exit(c.vcpu);
  m.emit({ seq: m.nextSeq(), type: 'vcpu-exited', gfn: m.frames.gfnOf(vcpu.vmsa), pfn: vcpu.vmsa, pages: 1, vcpu: c.vcpu });
  return done(m, 'vcpu-exit', 'exited');
}

function checkEntry(m: Machine, c: EnterVcpu): Rejection | null {
  const wrong = checkNumber(c.vcpu);
  if (wrong !== null) return wrong;
  if (m.layout.slotAtGfn(c.vmsa) === null) return { ...notInMemslot(c.vmsa), pointer: '/vmsa' };
  if (c.vmcb !== null && c.vmcb >= m.layout.frames) {
    const last = (m.layout.frames - 1).toString(16);
    return reject('address-out-of-range', '/vmcb', `the host has frames 0x0 to 0x${last}`, 'name a frame that the host has');
  }
  if (m.guest.vcpu(c.vcpu) === null) return null;
  return reject('vcpu-state', '', `vCPU ${c.vcpu} runs already`, 'exit it first');
}

function checkNumber(vcpu: number): Rejection | null {
  if (vcpu < VCPUS_MAX) return null;
  return reject('limit-exceeded', 'n', `vCPUs are numbered 0 to ${VCPUS_MAX - 1}`, 'choose a smaller number');
}

/** Covered, Guest-Owned, Reverse-Map, Mutable, the VMSA bit, 4K: the first that fails. */
function vmsaCheck(m: Machine, gfn: Gfn, pfn: number): VmsaCheck | null {
  const refusal = ownershipRefusal(m, gfn, pfn)?.reason;
  if (refusal === 'not-covered' || refusal === 'not-owned' || refusal === 'reverse-map' || refusal === 'immutable') return refusal;
  if (!(m.rmp.bitsAt(pfn) & VMSA)) return 'not-vmsa';
  return m.rmp.isHuge(pfn) ? 'page-size' : null;
}

function done(m: Machine, op: VcpuOutcome['op'], outcome: VcpuOutcome['outcome'], reason: VmsaCheck | null = null): Result {
  return { outcome: { op, outcome, reason }, events: m.takeEvents() };
}
