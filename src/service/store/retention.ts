/**
 * What may go: events by size (by age they go from the log, and the store follows it), records by size and by age. Pure. Events are for readers
 * and go from the front. Records are for recovery and go only where every VM has a snapshot that covers them; where one has not, it is named, so
 * that it gets one.
 */
import type { Extent } from './extents.js';

export interface RetentionLimits {
  readonly eventBytesMax: number;
  readonly recordBytesMax: number;
  readonly recordAgeMsMax: number;
}

export const RETENTION_LIMITS: RetentionLimits = {
  eventBytesMax: 4 * 2 ** 30,
  recordBytesMax: 256 * 2 ** 20,
  recordAgeMsMax: 86_400_000,
};

export interface Kept {
  readonly head: { readonly record: number; readonly position: number };
  readonly events: readonly Extent[];
  readonly records: readonly Extent[];
  /** Last record that the newest snapshot of each VM covers. */
  readonly snapshots: readonly { readonly vm: string; readonly record: number }[];
  readonly nowMs: number;
}

export interface RetentionPlan {
  /** As in a batch; 0: none. */
  readonly dropEventsTo: number;
  readonly dropRecordsTo: number;
  /** VMs whose snapshot is too old to let the records go that should; oldest first. */
  readonly snapshotsWanted: readonly string[];
}

export function planRetention({ head, events, records, snapshots, nowMs }: Kept, limits: RetentionLimits): RetentionPlan {
  const dropEventsTo = surplus(events, head.position, limits.eventBytesMax, -Infinity);
  const wanted = surplus(records, head.record, limits.recordBytesMax, nowMs - limits.recordAgeMsMax);
  const late = snapshots.filter(({ record }) => record < wanted).sort((a, b) => a.record - b.record);
  const [oldest] = late;
  return { dropEventsTo, dropRecordsTo: oldest?.record ?? wanted, snapshotsWanted: late.map(({ vm }) => vm) };
}

/** The last number of the stretches from the front that are too old or too many. */
function surplus(extents: readonly Extent[], head: number, bytesMax: number, oldestAt: number): number {
  let bytes = extents.reduce((sum, extent) => sum + extent.bytes, 0);
  let to = 0;
  for (const [i, extent] of extents.entries()) {
    if (bytes <= bytesMax && extent.at >= oldestAt) break;
    bytes -= extent.bytes;
    const next = extents[i + 1];
    to = next === undefined ? head : next.first - 1;
  }
  return to;
}
