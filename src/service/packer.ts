/** Puts events and text one after the other into one piece of memory, ready for a socket. */
import type { EventBytes } from './event-read.js';

export class Packer {
  private readonly target: Buffer;
  private used = 0;

  /** `bytesMax`: at least what will be put in. */
  constructor(bytesMax: number) {
    this.target = Buffer.allocUnsafe(bytesMax);
  }

  event({ source, start, end }: EventBytes): this {
    this.used += source.copy(this.target, this.used, start, end);
    return this;
  }

  /** ASCII only. */
  text(ascii: string): this {
    this.used += this.target.write(ascii, this.used, 'latin1');
    return this;
  }

  /** Big-endian, as the network has it. */
  number(value: number, bytes: 1 | 2 | 4): this {
    this.used = this.target.writeUIntBE(value, this.used, bytes);
    return this;
  }

  take(): Buffer {
    return this.target.subarray(0, this.used);
  }
}
