/** The end of a VM: every assigned frame is taken back, and those that RMPUPDATE refuses are leaked (generations.md 9, row 39). */
import { asGfn, asPfn } from '../../src/core/address.js';
import { HOST_CPUS_DEFAULT } from '../../src/core/config.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { rulesOf } from './kernel-rules.js';
import { firstPrivateFrames, REGION } from './layout.js';
import { entryAt, gfnOfFrame } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { baseOf, rmpLevel } from './rmp.js';

const PERMISSION = 2;

export function tearDown(state: NaiveState, log: EventLog): { readonly unassigned: number; readonly leaked: number } {
  let unassigned = 0;
  let leaked = 0;
  for (const pfn of assignedFrames(state)) {
    const huge = rmpLevel(state, pfn) === 2;
    if (huge && pfn !== baseOf(pfn)) continue;
    const pages = huge ? REGION : 1;
    const code = takeBack(state, pfn);
    if (code === 0) {
      unassigned += pages;
      continue;
    }
    leaked += pages;
    state.leakedPages += pages;
    const gfn = gfnOfFrame(state, pfn);
    emit(log, {
      type: 'page-leaked',
      gfn: gfn === null ? null : asGfn(gfn),
      pfn: asPfn(pfn),
      pages,
      cause: 'teardown',
      code,
      dmesg: ['failed'],
    });
  }
  return { unassigned, leaked };
}

function assignedFrames(state: NaiveState): number[] {
  const known = new Set(state.rmp.keys());
  for (const slot of state.config.memslots) for (const pfn of firstPrivateFrames(state.config, slot)) known.add(pfn);
  return [...known].filter((pfn) => entryAt(state, pfn).assigned).sort((a, b) => a - b);
}

/** RMPUPDATE by the kernel's rule of trying again. The frame itself goes with the VM and is left alone. */
function takeBack(state: NaiveState, pfn: number): number {
  const { retryOn, triesPerCpu } = rulesOf(state.config);
  const most = triesPerCpu === null ? Number.POSITIVE_INFINITY : triesPerCpu * (state.config.hostCpus ?? HOST_CPUS_DEFAULT);
  for (let tries = 1; ; tries++) {
    const count = state.vmInject;
    if (count !== null) count.rmpupdates++;
    const wanted = count?.inject.rmpupdate;
    const injected = count !== null && wanted?.nth === count.rmpupdates ? wanted.code : null;
    const code = injected ?? (entryAt(state, pfn).immutable ? PERMISSION : 0);
    if (code === 0 || !retryOn(code) || tries >= most) return code;
  }
}
