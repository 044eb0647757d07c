/**
 * Operations of any number, carried out as they arrive: recorded in chunks, their results released as their chunk is kept. Between two slices
 * others have their turn, also at the same VM.
 */
import type { Readable } from 'node:stream';
import { Breather } from '../../service/breather.js';
import type { Operations } from '../../service/operations/operations.js';
import { refuse, type Refusal } from '../problem.js';
import type { Entry, Sink, Source } from './forms.js';
import { hasFailed } from './item.js';
import type { Results } from './results.js';
import { Summary } from './summary.js';
import { itemOf, type WholeParts } from './together.js';

/** Operations of a chunk: a record of the store. */
export const CHUNK_OPERATIONS = 1024;
/** Chunks whose results wait for the store while the next ones are carried out. */
const CHUNKS_UNKEPT_MAX = 4;

/** How it ended. `gone`: the client is, and hears nothing of it. */
type Ended = 'all' | 'stopped' | 'bad-input' | 'stuck-reader' | 'store-failed' | 'unknown-vm' | 'gone';

/** Ends that records have no word for: their answer is broken off instead. */
const BROKEN_OFF: readonly Ended[] = ['stuck-reader', 'store-failed', 'unknown-vm'];

export interface StreamParts extends Omit<WholeParts, 'onItem' | 'mode'> {
  readonly mode: 'continue' | 'stop';
  readonly body: Readable;
  readonly source: Source;
  readonly sink: Sink;
  readonly results: Results;
}

export class StreamRun {
  /** Of what is kept. */
  private readonly summary = new Summary();
  /** Of the chunk that is not recorded yet. */
  private chunk = new Summary();
  private readonly operations: Operations;
  private readonly breather = new Breather();
  private pause: Promise<void> | null = null;
  private index = 0;
  private unrecorded = 0;
  /** Results in the order of their chunks, each when it is kept. */
  private released: Promise<void> = Promise.resolve();
  private unkept = 0;
  private failure: 'store-failed' | 'unknown-vm' | null = null;

  constructor(private readonly parts: StreamParts) {
    this.operations = parts.services.executor.begin(parts.vm, parts.requestId, 'final');
  }

  /** Resolves when the last word is said. */
  async run(): Promise<void> {
    const { results, sink } = this.parts;
    const wanted = await this.carryOutAll();
    this.record();
    await this.released;
    const ended = this.failure ?? wanted;
    if (ended === 'gone') return;
    if (!sink.hasWords && BROKEN_OFF.includes(ended)) {
      results.destroy(new Error(ended));
      return;
    }
    results.give(sink.last(this.summary.object, ended));
    results.finish();
  }

  private async carryOutAll(): Promise<Ended> {
    const { services, vm, body, source } = this.parts;
    const held = (): Promise<void> | null => services.machines.heldUntil(vm.id);
    // What is not read of the body is discarded when the answer has gone out; leaving the loop must not destroy its socket.
    for await (const bytes of body.iterator({ destroyOnReturn: false })) {
      source.feed(bytes as Buffer);
      for (let entry = source.next(); entry !== null; entry = source.next()) {
        for (let other = held(); other !== null; other = held()) await other;
        const ended = this.one(entry) ?? (this.isDue() ? await this.breathe() : null);
        if (ended !== null) return ended;
      }
      // A client that sends slowly hears of what it sent.
      this.record();
    }
    const rest = source.end();
    for (let other = held(); other !== null; other = held()) await other;
    return (rest === null ? null : this.one(rest)) ?? 'all';
  }

  private one(entry: Entry): Ended | null {
    const { kinds, sink, mode } = this.parts;
    this.unrecorded += 1;
    if ('bad' in entry) {
      sink.bad(entry.bad, this.index);
      return 'bad-input';
    }
    const item = itemOf(this.operations, kinds, entry);
    this.chunk.note(item);
    sink.item(item, this.index);
    this.index += 1;
    return mode === 'stop' && hasFailed(item) ? 'stopped' : null;
  }

  /** A chunk is full, or a slice is over. */
  private isDue(): boolean {
    this.pause = this.breather.pause();
    return this.pause !== null || this.unrecorded >= CHUNK_OPERATIONS;
  }

  private async breathe(): Promise<Ended | null> {
    const { results, sink } = this.parts;
    this.record();
    await this.pause;
    if (this.unkept > CHUNKS_UNKEPT_MAX) await this.released;
    if (this.failure !== null) return this.failure;
    const room = await results.room();
    if (room === 'gone') return 'gone';
    if (room === 'room') return null;
    sink.bad(STUCK_READER, this.index);
    results.give(sink.take());
    return 'stuck-reader';
  }

  /** What was carried out since the last time becomes a record; its results go out when that is kept. */
  private record(): void {
    const { services, results, sink } = this.parts;
    if (this.unrecorded === 0 || this.failure !== null) return;
    this.unrecorded = 0;
    const objection = this.operations.objection();
    if (objection !== null) {
      this.failure = objection.code === 'unknown-vm' ? 'unknown-vm' : 'store-failed';
      return;
    }
    this.operations.keep();
    const { chunk } = this;
    this.chunk = new Summary();
    const bytes = sink.take();
    const known = (): void => {
      this.summary.add(chunk);
      results.give(bytes);
    };
    const settled = services.journal.settled();
    if (settled === null && this.unkept === 0) return known();
    this.unkept += 1;
    this.released = this.released
      .then(() => settled)
      .then(known, () => {
        this.failure = 'store-failed';
      })
      .finally(() => {
        this.unkept -= 1;
      });
  }
}

const STUCK_READER: Refusal = refuse(
  'stuck-reader',
  '',
  'the results are not read while operations are sent',
  'read them meanwhile, or ask for reply=summary',
);
