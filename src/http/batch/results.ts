/** Results on their way to a client that may still be sending. What it has not read is kept up to a limit; then the work waits for it. */
import { Readable } from 'node:stream';
import type { Clock } from '../../service/clock.js';

/** Bytes of results that wait for a client that does not read. */
export const RESULTS_UNREAD_BYTES_MAX = 4 * 2 ** 20;
/** How long such a client is waited for. */
export const RESULTS_STUCK_MS = 10_000;

export class Results extends Readable {
  private onRead: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly unreadBytesMax = RESULTS_UNREAD_BYTES_MAX,
    private readonly stuckMs = RESULTS_STUCK_MS,
  ) {
    super();
  }

  override _read(): void {
    this.onRead?.();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.onRead?.();
    done(error);
  }

  give(bytes: Buffer): void {
    if (bytes.length > 0 && !this.destroyed) this.push(bytes);
  }

  finish(): void {
    if (!this.destroyed) this.push(null);
  }

  /** Until less waits than may: at once as a rule. */
  async room(): Promise<'room' | 'stuck' | 'gone'> {
    while (!this.destroyed && this.readableLength >= this.unreadBytesMax) {
      const waited = await new Promise<'read' | 'stuck'>((resolve) => {
        const cancel = this.clock.after(this.stuckMs, () => resolve('stuck'));
        this.onRead = () => {
          cancel();
          resolve('read');
        };
      });
      this.onRead = null;
      if (waited === 'stuck') return 'stuck';
    }
    return this.destroyed ? 'gone' : 'room';
  }
}
