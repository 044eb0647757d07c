/**
 * The tail file: commits in order, each appended and synced at once, until the tables have them (engine.ts, `checkpoint`). One append
 * and one sync is the least that a durable commit can cost; a transaction of the tables costs two syncs and more writing.
 *
 *     0  header     512  the same header     4096  frame, frame, …     a frame is a commit; beyond the last one all is zero
 *
 * A new generation begins with an empty file after the headers, so what was never written reads as zeros. That tells a frame whose
 * writing was cut short from one that is all there and wrong.
 */
import type { TailFile, WritePace } from './engine-disk.js';
import type { Change, Span } from './key-values.js';
import { frameLength, FRAMES_AT, writeFrame } from './tail-frame.js';
import { encodeHeader, HEADER_PLACES, type TailHeader } from './tail-header.js';

/** A longer frame gets a buffer of its own. */
const SCRATCH_BYTES_MAX = 2 ** 20;

export class Tail {
  /** Where the next frame goes. */
  private end = FRAMES_AT;
  /** Up to where the disk has it. */
  private syncedTo = FRAMES_AT;
  /** For one frame after the other: a new buffer each time would cost more than all the rest. */
  private scratch = Buffer.alloc(0);

  /** `restart` has to come before any frame. */
  constructor(
    private readonly file: TailFile,
    private generation: number,
    /** The place of the header that may be written over: the other one has the newest. */
    private spare: 0 | 1 = 0,
  ) {}

  get bytes(): number {
    return this.end;
  }

  get hasUnsynced(): boolean {
    return this.syncedTo < this.end;
  }

  /**
   * What was in the frames is in the tables, and on disk there. A new generation begins: the header first and then the cut, since the other
   * way round a power cut between them would lose the frames.
   */
  async restart(header: Omit<TailHeader, 'generation'>): Promise<void> {
    const generation = this.generation + 1;
    const bytes = encodeHeader({ ...header, generation });
    const first = this.spare;
    await this.file.write(bytes, HEADER_PLACES[first], 'now');
    await this.file.sync();
    this.spare = first === 0 ? 1 : 0;
    await this.file.write(bytes, HEADER_PLACES[this.spare], 'now');
    await this.file.cut(FRAMES_AT);
    this.generation = generation;
    this.end = FRAMES_AT;
    this.syncedTo = FRAMES_AT;
  }

  /** Into the page cache: it outlives this process, not a power cut. */
  async append(changes: readonly Change[], { firstRecord, records }: Span, pace: WritePace): Promise<void> {
    const { generation, syncedTo, end } = this;
    const length = frameLength(changes);
    if (length > this.scratch.length && length <= SCRATCH_BYTES_MAX)
      this.scratch = Buffer.allocUnsafe(Math.min(2 * length, SCRATCH_BYTES_MAX));
    const into = length <= this.scratch.length ? this.scratch : Buffer.allocUnsafe(length);
    const frame = writeFrame(into, { generation, firstRecord, records, syncedTo }, changes);
    await this.file.write(frame, end, pace);
    this.end = end + frame.length;
  }

  async sync(): Promise<void> {
    const { end } = this;
    await this.file.sync();
    this.syncedTo = Math.max(this.syncedTo, end);
  }

  /** Takes back what was appended from `end` on, in whole or in part. */
  async cut(end: number): Promise<void> {
    this.end = end;
    this.syncedTo = Math.min(this.syncedTo, end);
    await this.file.cut(end);
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
