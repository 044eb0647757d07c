/**
 * A socket without a network: what the service writes lies in a buffer of bounded size until the client takes it, so that a client that
 * does not read stalls the service as a real one does. Nothing here waits for anything but the client.
 */
import { Socket } from 'node:net';

/** What lies between the two sides, as the kernel's buffers would: small, so that stalls come soon. */
const BETWEEN_BYTES = 8 * 2 ** 10;

export class SimSocket extends Socket {
  private between: Buffer[] = [];
  private betweenBytes = 0;
  private held: (() => void) | null = null;

  /** Everything that the client can read now; what was held up goes on. */
  drain(): Buffer {
    const bytes = Buffer.concat(this.between);
    this.between = [];
    this.betweenBytes = 0;
    const { held } = this;
    this.held = null;
    held?.();
    return bytes;
  }

  /** From the client. */
  give(bytes: Buffer): void {
    if (!this.destroyed) this.push(bytes);
  }

  /** The client is gone. */
  hangUp(): void {
    this.held = null;
    this.destroy();
  }

  override _read(): void {
    // The client gives when it likes.
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.accept([typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk], done);
  }

  override _writev(chunks: { chunk: Buffer | string; encoding: BufferEncoding }[], done: (error?: Error | null) => void): void {
    this.accept(
      chunks.map(({ chunk, encoding }) => (typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk)),
      done,
    );
  }

  /** Copied: the service may write into the same memory again once it was told that these are gone. */
  private accept(chunks: readonly Buffer[], done: () => void): void {
    for (const chunk of chunks) {
      this.between.push(Buffer.from(chunk));
      this.betweenBytes += chunk.length;
    }
    if (this.betweenBytes <= BETWEEN_BYTES) done();
    else this.held = done;
  }
}
