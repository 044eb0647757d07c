/** Our core as the measurements drive it: through its door alone, and nothing but success will do. */
import { apply, createMachine, type Gfn, isRejection, type Machine, type MachineConfig, type Result } from '../src/core/index.js';
import { memoryCipher } from '../src/service/memory-cipher.js';
import { ASID, pfnOf } from './workload.js';

export function machineOf(config: MachineConfig): Machine {
  const created = createMachine(config, memoryCipher);
  if (isRejection(created)) throw new Error(`rejected: ${JSON.stringify(created)}`);
  return created.machine;
}

/** One 4K RMPUPDATE that gives the page to the guest; `entryGfn` is what the entry says of its place. */
export function makePrivate(machine: Machine, gfn: Gfn, entryGfn: Gfn = gfn): void {
  const page = { pfn: pfnOf(gfn), gfn: entryGfn, gpaOffset: 0, asid: ASID, pageSize: 1 } as const;
  const outcome = outcomeOf(apply(machine, { op: 'rmpupdate', ...page, assigned: true, immutable: false, directMap: true }));
  if (outcome.op !== 'rmpupdate' || outcome.status !== 'SUCCESS') throw new Error(`an RMPUPDATE gave ${JSON.stringify(outcome)}`);
}

export function outcomeOf(result: Result) {
  if (isRejection(result)) throw new Error(`rejected: ${JSON.stringify(result)}`);
  return result.outcome;
}

/** Bytes that live objects and buffers take, after everything dead is gone. */
export function liveBytes(): number {
  if (globalThis.gc === undefined) throw new Error('run node with --expose-gc');
  // Buffers are let go in a second step, after the objects that own them.
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
