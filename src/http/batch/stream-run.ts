/**
 * Operations of any number, carried out as they arrive: recorded in chunks, their results released as their chunk is kept. Between two slices
 * others have their turn, also at the same VM.
 */
import type { Readable } from 'node:stream';
import { Breather } from '../../service/breather.js';
import type { Operations } from '../../service/operations/operations.js';
import { refuse, type Refusal } from '../problem.js';
import type { Entry, Sink, Source } from './forms.js';
import { hasFailed, type Item } from './item.js';
import type { Results } from './results.js';
import { Summary } from './summary.js';
import { itemOf, untilFree, type WholeParts } from './together.js';

/** Operations of a chunk: a record of the store. */
export const CHUNK_OPERATIONS = 1024;
/** Chunks whose results wait for the store while the next ones are carried out. */
const CHUNKS_UNKEPT_MAX = 4;

type Ended = 'all' | 'stopped' | 'bad-input' | 'stuck-reader' | 'store-failed' | 'gone';

export interface StreamParts extends Omit<WholeParts, 'onItem' | 'mode'> {
  readonly mode: 'continue' | 'stop';
  readonly body: Readable;
  readonly source: Source;
  readonly sink: Sink;
  readonly results: Results;
}

export class StreamRun {
  private readonly summary = new Summary();
  private readonly operations: Operations;
  private readonly breather = new Breather();
  private index = 0;
  private unrecorded = 0;
  /** Results in the order of their chunks, each when it is kept. */
  private released: Promise<void> = Promise.resolve();
  private unkept = 0;
  private storeFailed = false;

  constructor(private readonly parts: StreamParts) {
    this.operations = parts.services.executor.begin(parts.vm, parts.requestId, 'final');
  }

  /** Resolves when the last word is said. */
  async run(): Promise<void> {
    const { results, sink } = this.parts;
    const ended = await this.carryOutAll();
    this.record();
    await this.released;
    if (ended === 'gone') return;
    const how = this.storeFailed ? 'store-failed' : ended;
    if (!sink.hasWords && (how === 'store-failed' || how === 'stuck-reader')) {
      results.destroy(new Error(how));
      return;
    }
    results.give(sink.last(this.summary.object, how));
    results.finish();
  }

  private async carryOutAll(): Promise<Ended> {
    const { services, vm, body, source } = this.parts;
    await untilFree(services, vm);
    // What is not read of the body is discarded when the answer has gone out; leaving the loop must not destroy its socket.
    for await (const bytes of body.iterator({ destroyOnReturn: false })) {
      source.feed(bytes as Buffer);
      for (let entry = source.next(); entry !== null; entry = source.next()) {
        const ended = this.one(entry) ?? (await this.breathe());
        if (ended !== null) return ended;
      }
    }
    const rest = source.end();
    return (rest === null ? null : this.one(rest)) ?? 'all';
  }

  private one(entry: Entry): Ended | null {
    const { kinds, sink, mode } = this.parts;
    if ('bad' in entry) {
      sink.bad(entry.bad, this.index);
      return 'bad-input';
    }
    const item = itemOf(this.operations, kinds, entry);
    this.summary.note(item);
    sink.item(item, this.index);
    this.index += 1;
    this.unrecorded += 1;
    if (storeFailedAt(item)) return 'store-failed';
    return mode === 'stop' && hasFailed(item) ? 'stopped' : null;
  }

  /** Where a chunk is full or a slice is over. */
  private async breathe(): Promise<Ended | null> {
    const pause = this.breather.pause();
    if (pause === null && this.unrecorded < CHUNK_OPERATIONS) return null;
    const { services, vm, results, sink, requestId } = this.parts;
    this.record();
    if (pause !== null) await pause;
    if (this.unkept > CHUNKS_UNKEPT_MAX) await this.released;
    if (this.storeFailed) return 'store-failed';
    const room = await results.room();
    if (room === 'stuck') {
      sink.bad(stuckReader(), this.index);
      results.give(sink.take());
      return 'stuck-reader';
    }
    if (room === 'gone') return 'gone';
    await untilFree(services, vm);
    return this.operations.objection() === null ? null : this.refuseRest(requestId);
  }

  private refuseRest(_requestId: string): Ended {
    return 'store-failed';
  }

  private record(): void {
    const { services, results, sink } = this.parts;
    if (this.unrecorded === 0) return;
    this.unrecorded = 0;
    if (this.operations.objection() !== null) {
      this.storeFailed = true;
      return;
    }
    this.operations.keep();
    const bytes = sink.take();
    const settled = services.journal.settled();
    if (settled === null && this.unkept === 0) return results.give(bytes);
    this.unkept += 1;
    this.released = this.released
      .then(() => settled)
      .then(
        () => results.give(bytes),
        () => {
          this.storeFailed = true;
        },
      )
      .finally(() => {
        this.unkept -= 1;
      });
  }
}

function storeFailedAt(item: Item): boolean {
  return item.kind === 'refused' && item.refusal.code === 'store-failed';
}

function stuckReader(): Refusal {
  return refuse('stuck-reader', '', 'the results are not read while operations are sent', 'read them meanwhile, or ask for reply=summary');
}
