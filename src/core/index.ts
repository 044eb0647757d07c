/**
 * The public door of the machine. Nothing outside `core` imports any other file of it.
 *
 * The whole machine is a value: the same configuration and the same commands give the same outcomes, events and digest, on any
 * computer and at any time.
 */
export * from './address.js';
export * from './command.js';
export * from './config.js';
export * from './doubts.js';
export * from './error.js';
export type * from './event.js';
export * from './outcome.js';
export type * from './page-cipher.js';
export * from './page-state.js';
export type * from './query-types.js';
export * from './firmware-request.js';
export { OWN_CONTEXT } from './firmware-state.js';
export type { GuestContext } from './firmware-state.js';
export { asidCounters } from './asid-counters.js';
export { RMP_LAYOUTS, rmpTable } from './rmp-table.js';
export type { RmpTable } from './rmp-table.js';
export { GENERATION_NAMES } from './generations/generation.js';
export type { Generation, GenerationName } from './generations/generation.js';
export type { GenerationFacts, RuleName } from './generations/facts.js';
export { RULE_NAMES, RULE_SUBJECTS } from './generations/facts.js';
export { generationOf } from './generations/index.js';
export { faultFlagNames, nestedErrorText, pageFaultBitNames, nestedErrorBitNames } from './fault-code.js';
export { rawEntryOf } from './rmp-entry.js';
export { apply } from './apply.js';
export { VC_PAGE_NOT_VALIDATED } from './guest-exception.js';
export { compatibilityOf } from './compatibility.js';
export type { Compatibility } from './compatibility.js';
export { explain } from './explain/index.js';
export type * from './explain/explanation.js';
export { createMachine, KILL_CAUSES } from './machine.js';
export type { Machine } from './machine.js';
export { coveredFrames, isCovered, kernelMapsOf, mapCells, pageTableWalk, pageView, rmpSlice, statsOf, vmasOf } from './query.js';
export { applyDelta, beginFrom, restore, snapshotOf, takeDelta, trackDeltas } from './snapshot.js';
export type { Delta, Snapshot } from './snapshot.js';
export { digestOf } from './digest.js';
