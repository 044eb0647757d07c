/** The place of the stream, for those who come without an upgrade, and tickets for it; the stream itself is `ws/`. */
import type { StreamLimits } from '../../service/stream-limits.js';
import type { StreamTickets } from '../../service/stream-tickets.js';
import { refuse } from '../problem.js';
import { defineRoute, type Route } from '../route.js';
import { StreamTicket } from '../schemas/stream.js';

export function streamRoutes(tickets: StreamTickets, limits: Pick<StreamLimits, 'ticketMs' | 'ticketsMax'>): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/stream',
      operationId: 'openStream',
      tag: 'events',
      summary: 'The log, live, on a WebSocket',
      description:
        'Two ways in, which asyncapi.json describes: with parameters and no subprotocol, or with the subprotocol `rampart.v1.json`. Where the caller cannot send a header, `ticket` takes the place of the token.',
      answer: { status: 101, description: 'A WebSocket' },
      problems: ['upgrade-required', 'unknown-vm', 'cursor-future', 'epoch-mismatch', 'compacted', 'too-many-streams', 'shutting-down'],
      handle: () => ({
        ...refuse(
          'upgrade-required',
          '',
          'this is a WebSocket, and the request asks for none',
          'use a WebSocket client, or read GET /v1/events',
        ),
        headers: { upgrade: 'websocket', connection: 'upgrade' },
      }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/stream-tickets',
      operationId: 'issueStreamTicket',
      tag: 'events',
      summary: 'A ticket that opens the stream once',
      description:
        'For browsers, which cannot send the token with a WebSocket: `/v1/stream?ticket=…`. It is good for one handshake, whatever comes of that, and for a short time.',
      effect: 'none',
      answer: { status: 201, description: 'The ticket', schema: StreamTicket },
      problems: ['too-many-tickets'],
      handle({ reply }) {
        reply.header('cache-control', 'no-store');
        const ticket = tickets.issue();
        if (ticket !== null) return { ticket, expiresInMs: limits.ticketMs };
        return refuse(
          'too-many-tickets',
          '',
          `${limits.ticketsMax} tickets are issued and not used, as many as are allowed`,
          `use them, or wait: each ends after ${limits.ticketMs} ms`,
        );
      },
    }),
  ];
}
