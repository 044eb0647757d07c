/**
 * Cursors: `"<epoch>.<position>"` names a place in the log for good, a bare `seq` one in the events of a VM, and `head` and
 * `oldest` where the log ends and begins now.
 */
import type { EventLog } from './event-log.js';
import { type StreamRefusal, streamRefusal } from './stream-refusal.js';

export type After =
  | { readonly kind: 'cursor'; readonly epoch: string; readonly position: number }
  | { readonly kind: 'seq'; readonly seq: number }
  | { readonly kind: 'head' }
  | { readonly kind: 'oldest' };

/** null: it is none. */
export function parseAfter(text: string): After | null {
  if (text === 'head' || text === 'oldest') return { kind: text };
  const match = /^(?:([A-Za-z0-9-]{1,32})\.)?(\d{1,16})$/.exec(text);
  if (match === null) return null;
  const number = Number(match[2]);
  if (!Number.isSafeInteger(number)) return null;
  return match[1] === undefined ? { kind: 'seq', seq: number } : { kind: 'cursor', epoch: match[1], position: number };
}

/** The position after which to read, or why there is none. `vm` is one that the log knows. */
export function positionOf(log: EventLog, after: After, vm: string | null): number | StreamRefusal {
  switch (after.kind) {
    case 'head':
      return log.head;
    case 'oldest':
      return log.oldest - 1;
    case 'seq':
      return positionOfSeq(log, after.seq, vm);
    case 'cursor':
      if (after.epoch !== log.epoch) {
        return streamRefusal(
          'epoch-mismatch',
          'after',
          `the cursor is of epoch ${after.epoch}, this log is ${log.epoch}`,
          'read from the oldest event of this log: what the other one held is gone',
          { epoch: log.epoch },
        );
      }
      return checked(log, after.position);
  }
}

function checked(log: EventLog, position: number): number | StreamRefusal {
  if (position > log.head) return future(log, `position ${position} is beyond the newest event, ${log.head}`);
  if (position < log.oldest - 1) return compacted(log, `events after position ${position} are not kept any more`);
  return position;
}

function positionOfSeq(log: EventLog, seq: number, vm: string | null): number | StreamRefusal {
  if (vm === null) {
    return streamRefusal(
      'invalid-field',
      'after',
      'a bare number is the seq of a VM, and no VM is named',
      `name a VM, or give a cursor like ${log.cursor(log.head)}`,
    );
  }
  const position = log.positionOfSeq(vm, seq);
  if (position === 'future') return future(log, `seq ${seq} is beyond the newest event of ${vm}`);
  if (position === 'compacted') return compacted(log, `events of ${vm} after seq ${seq} are not kept any more`);
  return position;
}

function future(log: EventLog, detail: string): StreamRefusal {
  return streamRefusal('cursor-future', 'after', detail, 'use a cursor that this service gave', { head: log.head });
}

function compacted(log: EventLog, detail: string): StreamRefusal {
  return streamRefusal('compacted', 'after', detail, `read on from ${log.cursor(log.oldest - 1)}, or without after`, {
    oldest: log.oldest,
  });
}
