/**
 * One-time tickets for the stream: a browser cannot send an Authorization header with a WebSocket, and a token does not belong in a URL,
 * which proxies and histories keep. So the page fetches a ticket with its token and puts that into the URL: it is good for one handshake,
 * for a short time, and for nothing else.
 *
 * Kept by its hash: a look-up tells nothing about tickets that are near to what was guessed, and a dump of the memory shows none.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from './clock.js';
import type { StreamLimits } from './stream-limits.js';

/** 256 bits: nobody guesses one. */
const TICKET_BYTES = 32;

export class StreamTickets {
  /** Hash → when it ends, in the order of issue, which is the order of their ends too. */
  private readonly open = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly limits: Pick<StreamLimits, 'ticketsMax' | 'ticketMs'>,
  ) {}

  /** null: as many are open as are allowed. */
  issue(): string | null {
    this.dropEnded();
    if (this.open.size >= this.limits.ticketsMax) return null;
    const ticket = randomBytes(TICKET_BYTES).toString('base64url');
    this.open.set(hashOf(ticket), this.clock.now() + this.limits.ticketMs);
    return ticket;
  }

  /** Whether it may open a stream; whatever the answer, never again. */
  redeem(ticket: string): boolean {
    this.dropEnded();
    return this.open.delete(hashOf(ticket));
  }

  get size(): number {
    return this.open.size;
  }

  private dropEnded(): void {
    const now = this.clock.now();
    for (const [hash, end] of this.open) {
      if (end > now) return;
      this.open.delete(hash);
    }
  }
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64');
}
