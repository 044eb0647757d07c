/** Bytes that arrive in any pieces → lines, without copying those that arrive whole. A line is at most `lineBytesMax` long. */
const NEWLINE = 10;

export class LineSplitter {
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  /** The beginning of a line whose end has not come yet. */
  private begun: Buffer[] = [];
  private begunBytes = 0;

  constructor(private readonly lineBytesMax: number) {}

  /** More bytes; the lines of those fed before have all been taken. */
  feed(bytes: Buffer): void {
    this.bytes = bytes;
    this.at = 0;
  }

  /** The next line without its end; null where more bytes are needed, 'too-long' where it can be none. */
  next(): Buffer | null | 'too-long' {
    const end = this.bytes.indexOf(NEWLINE, this.at);
    if (end < 0) {
      const rest = this.bytes.subarray(this.at);
      this.at = this.bytes.length;
      return this.keep(rest) ? null : 'too-long';
    }
    const piece = this.bytes.subarray(this.at, end);
    this.at = end + 1;
    if (this.begun.length === 0) return piece.length > this.lineBytesMax ? 'too-long' : piece;
    return this.keep(piece) ? this.take() : 'too-long';
  }

  /** A last line that no newline ends; null where there is none. */
  end(): Buffer | null {
    return this.begunBytes === 0 ? null : this.take();
  }

  private keep(piece: Buffer): boolean {
    if (piece.length > 0) this.begun.push(piece);
    this.begunBytes += piece.length;
    return this.begunBytes <= this.lineBytesMax;
  }

  private take(): Buffer {
    const line = this.begun.length === 1 ? this.begun[0] : Buffer.concat(this.begun);
    this.begun = [];
    this.begunBytes = 0;
    return line;
  }
}
