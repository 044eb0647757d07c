/**
 * What an upgrade request asks for: nothing of ours, a stream that needs no message, the protocol, or something to refuse. A
 * refusal is an ordinary HTTP answer with a problem document.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AccessRefusal } from '../service/access.js';
import type { EventLog } from '../service/event-log.js';
import { type StreamQuery, type Wanted, wantedBy } from '../service/stream-query.js';
import { isStreamRefusal, type StreamRefusalCode, streamRefusal } from '../service/stream-refusal.js';
import { SUBPROTOCOL } from './messages.js';

export const STREAM_PATH = '/v1/stream';

export interface UpgradeRefusal {
  readonly rejected: true;
  readonly code: StreamRefusalCode | AccessRefusal['code'] | 'too-many-connections' | 'unknown-route' | 'malformed-http' | 'shutting-down';
  readonly pointer: string;
  readonly detail: string;
  readonly hint: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

export type Upgrade =
  | { readonly kind: 'not-websocket' }
  | { readonly kind: 'plain'; readonly wanted: Wanted }
  | { readonly kind: 'protocol' }
  | { readonly kind: 'refused'; readonly refusal: UpgradeRefusal };

const PARAMETERS: readonly (keyof StreamQuery)[] = ['vm', 'after', 'types', 'gpa'];

/** Whether it is a WebSocket handshake at all: clients also offer `Upgrade: h2c` with ordinary requests. */
export function asksForWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}

/** Whether the caller may open a stream, by the ticket of its URL where it has one; null: yes. */
export type StreamAccess = (request: IncomingMessage, ticket: string | undefined) => Omit<UpgradeRefusal, 'rejected'> | null;

export function decideUpgrade(request: IncomingMessage, log: EventLog, access: StreamAccess): Upgrade {
  if (!asksForWebSocket(request)) return { kind: 'not-websocket' };
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const parameters = new URLSearchParams(query);
  const [ticket, another] = parameters.getAll('ticket');
  if (another !== undefined) return refuse('invalid-field', 'ticket', 'it is there twice', 'give it once');
  // Before anything of the URL is repeated in an answer.
  parameters.delete('ticket');
  const refused = access(request, ticket);
  if (refused !== null) return { kind: 'refused', refusal: { rejected: true, ...refused } };
  if (path !== STREAM_PATH) return refuse('unknown-route', '', `there is no stream at ${path.slice(0, 200)}`, `open ${STREAM_PATH}`);
  const offered = request.headers['sec-websocket-protocol'];
  if (offered === undefined) return plain(log, parameters);
  if (!offered.split(',').some((name) => name.trim() === SUBPROTOCOL)) {
    return refuse(
      'invalid-field',
      'sec-websocket-protocol',
      'none of these protocols is spoken here',
      `offer ${SUBPROTOCOL}, or none and say what you want in the URL`,
    );
  }
  const [parameter] = parameters.keys();
  if (parameter !== undefined)
    return refuse(
      'unknown-field',
      parameter.slice(0, 100),
      `with ${SUBPROTOCOL} the URL has no parameters but ticket`,
      'send subscribe messages instead',
    );
  return { kind: 'protocol' };
}

function plain(log: EventLog, parameters: URLSearchParams): Upgrade {
  const query: Record<string, string> = {};
  for (const [name, value] of parameters) {
    if (!PARAMETERS.some((known) => known === name))
      return refuse('unknown-field', name.slice(0, 100), 'there is no such parameter', `there are ${PARAMETERS.join(', ')} and ticket`);
    if (Object.hasOwn(query, name)) return refuse('invalid-field', name, 'it is there twice', 'give it once');
    query[name] = value;
  }
  const wanted = wantedBy(log, query);
  return isStreamRefusal(wanted) ? { kind: 'refused', refusal: wanted } : { kind: 'plain', wanted };
}

function refuse(code: UpgradeRefusal['code'], pointer: string, detail: string, hint: string): Upgrade {
  return { kind: 'refused', refusal: { rejected: true, code, pointer, detail, hint } };
}

export const TOO_MANY_CONNECTIONS: UpgradeRefusal = streamRefusal(
  'too-many-streams',
  '',
  'as many streams are open as are allowed',
  'close one, or put several subscriptions on one connection',
);

export const TOO_MANY_SUBSCRIPTIONS: UpgradeRefusal = streamRefusal(
  'too-many-streams',
  '',
  'all streams together have as many subscriptions as are allowed',
  'end one, or wait until somebody does',
);

export const SHUTTING_DOWN: UpgradeRefusal = {
  rejected: true,
  code: 'shutting-down',
  pointer: '',
  detail: 'the service is stopping',
  hint: 'come back in a moment',
};

export const BAD_HANDSHAKE: UpgradeRefusal = {
  rejected: true,
  code: 'malformed-http',
  pointer: '',
  detail: 'it is no WebSocket handshake that this service knows',
  hint: 'use GET, Sec-WebSocket-Version 13 and a Sec-WebSocket-Key of 16 bytes in base64',
};

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
}

/** Answers on the bare socket, which no HTTP response belongs to any more, and ends it. */
export function answerAndEnd(socket: Duplex, { status, body, requestId }: HttpAnswer): void {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Sec-WebSocket-Version: 13',
    'Connection: close',
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
