/** The place of the stream, for those who come without an upgrade; the stream itself is `ws/`. */
import { refuse } from '../problem.js';
import { defineRoute, type Route } from '../route.js';

export function streamRoutes(): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/stream',
      operationId: 'openStream',
      tag: 'events',
      summary: 'The log, live, on a WebSocket',
      description:
        'Two ways in, which asyncapi.json describes: with parameters and no subprotocol, or with the subprotocol `rampart.v1.json`.',
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
  ];
}
