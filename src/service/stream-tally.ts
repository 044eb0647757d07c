/** What happened on the WebSockets since the start, as counts for `/metrics`. */
import type { Count } from './tally.js';

/** Codes that have a count of their own; a peer can make up thousands of others. */
const CODES = [1000, 1001, 1005, 1006, 1007, 1008, 1009, 4400, 4401, 4403, 4408, 4410, 4416];

export class StreamTally {
  readonly opened = { labels: {}, value: 0 };
  readonly closed = new Map<string, Count>();
  readonly events = { labels: {}, value: 0 };
  readonly bytes = { labels: {}, value: 0 };
  readonly stuck = { labels: {}, value: 0 };

  /** In the words of a connection. */
  readonly meter = {
    opened: (): void => void this.opened.value++,
    closed: (code: number): void => this.noteClose(CODES.includes(code) ? String(code) : 'other'),
    delivered: (events: number, bytes: number): void => {
      this.events.value += events;
      this.bytes.value += bytes;
    },
    stuck: (): void => void this.stuck.value++,
  };

  private noteClose(code: string): void {
    const count = this.closed.get(code);
    if (count === undefined) this.closed.set(code, { labels: { code }, value: 1 });
    else count.value++;
  }
}
