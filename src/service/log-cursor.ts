/**
 * A reader's place in the log, all that the service keeps of it. It moves forward a step at a time, past what its filter hides
 * too, and it says when what it should read next is gone.
 */
import type { EventFilter } from './event-index.js';
import type { EventLog } from './event-log.js';
import type { Form, Hub } from './hub.js';
import type { StreamLimits } from './stream-limits.js';

export type Step =
  | { readonly kind: 'frames'; readonly bytes: Buffer; readonly events: number }
  /** The filter hid all of a stretch. */
  | { readonly kind: 'hidden' }
  | { readonly kind: 'caught-up' }
  /** The next event is to be seen, and there is no credit for it. */
  | { readonly kind: 'starved' }
  | { readonly kind: 'gap'; readonly gap: Gap };

export interface Gap {
  /** What the frame before ended at. */
  readonly from: number;
  /** First and last position lost. */
  readonly lost: readonly [number, number];
  readonly why: 'compacted' | 'slow';
}

export interface LogCursorOptions {
  readonly log: EventLog;
  readonly hub: Hub;
  readonly limits: Pick<StreamLimits, 'frameBytesMax' | 'scanPositionsMax'>;
  readonly filter: EventFilter;
  readonly form: Form;
  readonly position: number;
  readonly cut: 'operation' | 'event';
  /** Where to stop; without it, it follows the log. */
  readonly end?: number;
}

export class LogCursor {
  /** The last position looked at. */
  position: number;
  /** The last position that the reader was told of. */
  told: number;

  constructor(private readonly options: LogCursorOptions) {
    this.position = options.position;
    this.told = options.position;
  }

  /** Events not looked at yet. */
  get lag(): number {
    return this.upTo - this.position;
  }

  /** What it should read next is gone. */
  get isOvertaken(): boolean {
    return this.position < this.options.log.oldest - 1;
  }

  /** At most `eventsMax` events; fewer where the reader has less credit. */
  step(eventsMax: number, credit: number): Step {
    const { log } = this.options;
    if (this.isOvertaken) return { kind: 'gap', gap: this.skipTo(log.oldest - 1, 'compacted') };
    if (this.lag <= 0) return { kind: 'caught-up' };
    const wide = this.framed(eventsMax);
    if (wide.events > credit && credit === 0) return { kind: 'starved' };
    const framed = wide.events > credit ? this.framed(credit) : wide;
    this.position = framed.to;
    if (framed.events === 0) return { kind: 'hidden' };
    this.told = framed.to;
    return { kind: 'frames', bytes: framed.bytes, events: framed.events };
  }

  /** Leaves out everything up to a position. */
  skipTo(position: number, why: Gap['why']): Gap {
    const gap: Gap = { from: this.told, lost: [this.position + 1, position], why };
    this.position = position;
    this.told = position;
    return gap;
  }

  /** The reader is told of all that was looked at. */
  mark(): { readonly from: number; readonly to: number } {
    const from = this.told;
    this.told = this.position;
    return { from, to: this.told };
  }

  private get upTo(): number {
    return Math.min(this.options.log.head, this.options.end ?? Number.POSITIVE_INFINITY);
  }

  private framed(eventsMax: number) {
    const { hub, form, filter, cut, limits, end } = this.options;
    const request = {
      after: this.position,
      upTo: this.upTo,
      filter,
      eventsMax,
      bytesMax: limits.frameBytesMax,
      positionsMax: limits.scanPositionsMax,
      cut,
    };
    return hub.framed(form, this.told, request, end !== undefined);
  }
}

/** Where what a gap lost can still be read; after a compaction, where what is left begins. */
export function fetchPath(log: EventLog, vm: string | null, gap: Gap): string {
  const after = gap.why === 'slow' ? gap.lost[0] - 1 : gap.lost[1];
  const path = vm === null ? '/v1/events' : `/v1/vms/${encodeURIComponent(vm)}/events`;
  return `${path}?after=${log.cursor(after)}`;
}

/** A gap among plain events: WebSocket without protocol, SSE, NDJSON. */
export function gapEvent(log: EventLog, vm: string | null, gap: Gap): string {
  return JSON.stringify({ type: 'gap', ...gap, fetch: fetchPath(log, vm, gap) });
}
