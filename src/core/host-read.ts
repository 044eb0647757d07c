/** A hypervisor read: no RMP check is made of host loads (APM2 table 15-38), so only an absent page can fault. A killed VM is read post mortem. */
import { PAGE_BYTES, type Pfn } from './address.js';
import type { HypervisorRead } from './command.js';
import { READ_BYTES_MAX } from './config.js';
import { type Rejection, reject } from './error.js';
import { FaultList } from './fault-list.js';
import { checkDirectMap, checkRange, pfnAt, vpnAt } from './host-access.js';
import { directMapAbsent, noVma, notPresent } from './host-fault.js';
import { endAccess } from './host-write.js';
import type { Machine } from './machine.js';
import type { AccessOutcome, Result } from './outcome.js';

const MODE = { kernelMode: false, pagefaultDisabled: false };

/** Why a read makes no sense for this machine, or null. */
export function checkRead(m: Machine, c: HypervisorRead): Rejection | null {
  if (c.size < 1 || c.size > READ_BYTES_MAX) {
    return reject('limit-exceeded', '/size', `a read has 1 to ${READ_BYTES_MAX} bytes, not ${c.size}`, 'split it into smaller reads');
  }
  return checkRange(m, c.target, c.size) ?? (c.via === 'direct-map' ? checkDirectMap(m, c.target, c.size) : null);
}

export function hostRead(m: Machine, c: HypervisorRead): Result {
  const wrong = checkRead(m, c);
  if (wrong !== null) return wrong;
  m.operationInject = null;
  m.ruling = null;
  const data = new Uint8Array(c.size);
  const faults = new FaultList(m);
  let outcome: AccessOutcome = 'completed';
  let done = 0;
  let { offset } = c.target;
  for (let i = 0; done < c.size; i++) {
    const length = Math.min(PAGE_BYTES - offset, c.size - done);
    outcome = c.via === 'direct-map' ? reachDirect(m, faults, c, i, offset) : reachUser(m, faults, c, i, offset);
    const pfn = outcome === 'completed' ? pfnAt(m, c.target, i) : null;
    if (pfn === null) break;
    if (isHidden(m, pfn)) data.fill(HIDDEN_BYTE, done, done + length);
    else m.contents.load(pfn, offset, data.subarray(done, done + length));
    done += length;
    offset = 0;
  }
  if (!faults.isEmpty) {
    // One that faulted has events, and perhaps another mapping: that is an operation.
    m.operations += 1;
    endAccess(m, faults, outcome);
  }
  return {
    outcome: { op: 'hypervisor-read', outcome, bytesRead: done, data: data.subarray(0, done), faults: faults.listed },
    events: m.takeEvents(),
  };
}

/** A page that its generation took out of the direct map cannot be read there. */
function reachDirect(m: Machine, faults: FaultList, c: HypervisorRead, i: number, offset: number): AccessOutcome {
  const pfn = pfnAt(m, c.target, i);
  if (pfn === null || m.state === 'killed' || !m.rmp.isDirectMapAbsent(pfn)) return 'completed';
  return directMapAbsent(m, faults, pfn, offset, 'read');
}

/** What a processor that hides ciphertext gives for every byte of a guest's private page (doubt D14). */
const HIDDEN_BYTE = 0xff;

function isHidden(m: Machine, pfn: Pfn): boolean {
  return m.config.doubts.D14 === 'hidden' && m.rmp.isAssigned(pfn) && m.rmp.ownerAt(pfn).asid !== 0;
}

/** Makes the page present. */
function reachUser(m: Machine, faults: FaultList, c: HypervisorRead, i: number, offset: number): AccessOutcome {
  const vpn = vpnAt(m, c.target, i);
  const slot = m.vmas.at(vpn)?.slot ?? null;
  // Whoever reads what a dead VMM left takes no fault and gets no signal.
  if (m.state === 'killed') return slot === null ? 'segv' : 'completed';
  if (slot === null) return noVma(m, faults, MODE, vpn, offset, 'read');
  if (m.pageTable.presentLevel(vpn) !== 0) return 'completed';
  const end = notPresent(m, faults, MODE, slot, vpn, offset, 'read');
  return end === 'retry' ? 'completed' : end;
}
