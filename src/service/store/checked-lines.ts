/**
 * Text that can tell whether it is still itself: `<CRC-32, 8 hex digits> <number of further lines> <line>` and the further lines.
 * A record, an operation's events, a snapshot, an answer: everything kept is such a unit, so one that is torn or rotten is found.
 */
import { crc32 } from 'node:zlib';

/** More than the checksum and any number of lines take. */
const HEAD_BYTES = 24;
const HEAD = /^([0-9a-f]{8}) (\d+) /;
const NEWLINE = 0x0a;

/** Sound; read as text only when asked. */
export interface Unit {
  /** Lines after the first one. */
  readonly further: number;
  lines(): readonly string[];
}

/** One unit of one line. */
export function checked(line: string): string {
  return `${crc32(line).toString(16).padStart(8, '0')} 0 ${line}\n`;
}

/** The units of a block; null in place of one that does not match its checksum, and nothing after it. */
export function* unitsOf(block: Buffer): Generator<Unit | null, void> {
  for (let at = 0; at < block.length; ) {
    const found = unitAt(block, at);
    yield found?.unit ?? null;
    if (found === null) return;
    at = found.end;
  }
}

/** A block of one unit of one line, as JSON; null where it does not match. */
export function soleJson(block: Buffer): unknown {
  const found = unitAt(block, 0);
  return found === null || found.end !== block.length ? null : parse(found.unit.lines()[0] ?? '');
}

function unitAt(block: Buffer, at: number): { readonly unit: Unit; readonly end: number } | null {
  const head = HEAD.exec(block.toString('latin1', at, at + HEAD_BYTES));
  if (head === null) return null;
  const [whole, sum, count] = head;
  const further = Number(count);
  const start = at + whole.length;
  const end = endOfLines(block, start, further + 1);
  if (end === -1 || crc32(block.subarray(start, end)) !== Number.parseInt(sum ?? '', 16)) return null;
  return { unit: { further, lines: () => block.toString('utf8', start, end).split('\n') }, end: end + 1 };
}

/** Index of the newline that ends the last of `lines` lines. */
function endOfLines(block: Buffer, start: number, lines: number): number {
  let end = start - 1;
  for (let line = 0; line < lines; line++) {
    end = block.indexOf(NEWLINE, end + 1);
    if (end === -1) return -1;
  }
  return end;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
