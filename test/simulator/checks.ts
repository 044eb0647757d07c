/** Checks of a whole run: what the log says beside what clients sent and were answered. */
import type { VmModel } from './vm-model.js';
import type { SeenEvent } from './witness.js';

/** Each event of a VM is the one that the machine made, by the request that asked for it. */
export function checkVmEvents(vm: VmModel, events: readonly SeenEvent[]): string[] {
  const expected = vm.steps.flatMap(({ key, events: types }) => types.map((type) => ({ key, type })));
  const complaints: string[] = [];
  for (const { seq, type, requestId } of events.filter((event) => event.vm === vm.id)) {
    if (type === 'vm-deleted') continue;
    const made = expected[seq - 1];
    if (made === undefined) complaints.push(`event ${seq} of ${vm.id} (${type}) was made by nobody`);
    else if (made.type !== type || made.key !== requestId)
      complaints.push(`event ${seq} of ${vm.id} is ${type} by ${requestId} instead of ${made.type} by ${made.key}`);
  }
  return complaints;
}

/** What was answered before another thing was asked for comes before it. */
export function checkRealTimeOrder(vms: readonly VmModel[], events: readonly SeenEvent[]): string[] {
  const steps = new Map(vms.flatMap((vm) => vm.steps.map((step) => [step.key, step] as const)));
  let earliestAnswerLater = Number.POSITIVE_INFINITY;
  for (const { requestId, position } of events.toReversed()) {
    const step = steps.get(requestId ?? '');
    if (step === undefined) continue;
    if (earliestAnswerLater < step.sentAt) return [`event ${position} comes before one whose request was answered before its own was sent`];
    earliestAnswerLater = Math.min(earliestAnswerLater, step.ackedAt ?? Number.POSITIVE_INFINITY);
  }
  return [];
}
