/** The two streamed forms of a list of operations: lines of JSON, and binary records. Each way in and out. */
import type { Command } from '../../core/index.js';
import { type BadRecord, RecordDecoder } from '../../service/operations/binary-records.js';
import { canonicalCommand } from '../../service/operations/canonical-line.js';
import { LineSplitter } from '../../service/operations/line-splitter.js';
import type { Vm } from '../../service/machines.js';
import { parseJsonText } from '../json-body.js';
import { problemDocument, refuse, type Refusal } from '../problem.js';
import { putResult, REFUSED, RESULT_BYTES } from './binary-results.js';
import { hasFailed, type Item, resultOf } from './item.js';
import type { SummaryObject } from './summary.js';

export const LINES_TYPE = 'application/x-ndjson';
export const RECORDS_TYPE = 'application/vnd.rampart.ops';

export type ReplyKind = 'full' | 'summary' | 'problems';

/** One operation as it came: understood at once, still to be read, or nothing that anything can come after. */
export type Entry = { readonly command: Command } | { readonly value: unknown } | { readonly bad: Refusal };

export interface Source {
  feed(bytes: Buffer): void;
  /** null: more bytes are needed. */
  next(): Entry | null;
  /** What is left when no more bytes come. */
  end(): Entry | null;
}

export interface Sink {
  item(item: Item, index: number): void;
  /** Nothing after this one is carried out. */
  bad(refusal: Refusal, index: number): void;
  /** What was added since the last time. */
  take(): Buffer;
  last(summary: SummaryObject, ended: string): Buffer;
  /** false: what goes wrong at the end can only be shown by breaking off. */
  readonly hasWords: boolean;
}

// --- lines ---------------------------------------------------------------------------------------------------------------------

export class Lines implements Source {
  private readonly splitter: LineSplitter;

  constructor(private readonly lineBytesMax: number) {
    this.splitter = new LineSplitter(lineBytesMax);
  }

  feed(bytes: Buffer): void {
    this.splitter.feed(bytes);
  }

  next(): Entry | null {
    for (;;) {
      const line = this.splitter.next();
      if (line === null) return null;
      if (line === 'too-long')
        return {
          bad: refuse('limit-exceeded', '', `a line is longer than ${this.lineBytesMax} bytes`, 'end every operation with a newline'),
        };
      const entry = this.entryOf(line);
      if (entry !== null) return entry;
    }
  }

  end(): Entry | null {
    const line = this.splitter.end();
    return line === null ? null : this.entryOf(line);
  }

  /** null: an empty line, which is none. */
  private entryOf(line: Buffer): Entry | null {
    const command = canonicalCommand(line);
    if (command !== null) return { command };
    const text = line.toString('utf8').trim();
    if (text === '') return null;
    const parsed = parseJsonText(text);
    return 'rejected' in parsed ? { bad: parsed } : parsed;
  }
}

export class LineResults implements Sink {
  readonly hasWords = true;
  private text = '';

  constructor(
    private readonly vm: Vm,
    private readonly requestId: string,
    private readonly reply: ReplyKind,
  ) {}

  item(item: Item, index: number): void {
    if (this.reply === 'summary' || (this.reply === 'problems' && !hasFailed(item))) return;
    this.text += `${JSON.stringify(resultOf(item, index, this.vm, this.requestId))}\n`;
  }

  bad(refusal: Refusal, index: number): void {
    this.text += `${JSON.stringify({ index, problem: problemDocument(refusal, this.requestId) })}\n`;
  }

  take(): Buffer {
    const bytes = Buffer.from(this.text);
    this.text = '';
    return bytes;
  }

  last(summary: SummaryObject, ended: string): Buffer {
    return Buffer.from(`${JSON.stringify({ seq: this.vm.machine.seq, summary, ended })}\n`);
  }
}

// --- records -------------------------------------------------------------------------------------------------------------------

export class Records implements Source {
  private readonly decoder = new RecordDecoder();

  feed(bytes: Buffer): void {
    this.decoder.feed(bytes);
  }

  next(): Entry | null {
    return entryOf(this.decoder.next());
  }

  end(): Entry | null {
    return entryOf(this.decoder.end());
  }
}

function entryOf(decoded: Command | BadRecord | null): Entry | null {
  if (decoded === null) return null;
  return 'bad' in decoded ? { bad: refuse('invalid-field', '', decoded.detail, decoded.hint) } : { command: decoded };
}

/** Results that one buffer has room for; more begin another. */
const RESULTS_PER_BUFFER = 1024;

export class RecordResults implements Sink {
  readonly hasWords = false;
  private bytes = Buffer.alloc(RESULTS_PER_BUFFER * RESULT_BYTES);
  private view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  private used = 0;

  item(item: Item): void {
    putResult(this.view, this.room(), item);
  }

  bad(): void {
    this.view.setUint8(this.room(), REFUSED);
  }

  take(): Buffer {
    const taken = this.bytes.subarray(0, this.used);
    this.bytes = Buffer.alloc(RESULTS_PER_BUFFER * RESULT_BYTES);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    this.used = 0;
    return taken;
  }

  last(): Buffer {
    return Buffer.alloc(0);
  }

  private room(): number {
    if (this.used === this.bytes.length) {
      const larger = Buffer.alloc(this.bytes.length * 2);
      this.bytes.copy(larger);
      this.bytes = larger;
      this.view = new DataView(larger.buffer, larger.byteOffset, larger.length);
    }
    this.used += RESULT_BYTES;
    return this.used - RESULT_BYTES;
  }
}

/** For whoever only wants the numbers: one JSON object, whatever the form of the request. */
export class SummaryOnly implements Sink {
  readonly hasWords = true;
  private problem: object | null = null;

  constructor(
    private readonly vm: Vm,
    private readonly requestId: string,
  ) {}

  item(): void {
    // Counted elsewhere.
  }

  bad(refusal: Refusal, index: number): void {
    this.problem = { index, problem: problemDocument(refusal, this.requestId) };
  }

  take(): Buffer {
    return Buffer.alloc(0);
  }

  last(summary: SummaryObject, ended: string): Buffer {
    return Buffer.from(
      `${JSON.stringify({ seq: this.vm.machine.seq, results: this.problem === null ? [] : [this.problem], summary, ended })}\n`,
    );
  }
}
