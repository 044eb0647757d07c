/**
 * Answers of hot routes, written at the end of the turn of the event loop in which they were made. A client that waits for answers falls asleep
 * between two writes that other work lies between, and each write then has to wake it, which costs the writer more than the request did; of
 * writes that follow one another only the first does.
 */
import type { FastifyReply } from 'fastify';

interface Ready {
  readonly reply: FastifyReply;
  readonly body: string;
}

export class TickReplies {
  private ready: Ready[] = [];

  /** Status and headers are set already. */
  send(reply: FastifyReply, body: string): void {
    if (this.ready.push({ reply, body }) === 1) setImmediate(() => this.flush());
  }

  private flush(): void {
    const { ready } = this;
    this.ready = [];
    for (const { reply, body } of ready) reply.send(body);
  }
}
