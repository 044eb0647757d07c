/** Errors of the layers below the routes, as refusals: what Fastify answers itself, and bytes that are no HTTP. */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { PROBLEM_TYPE, problemDocument, PROBLEMS, refuse, type Refusal } from './problem.js';

/** Of a request's body, and which setting says so. */
export interface BodyLimit {
  readonly bytesMax: number;
  readonly setting: string;
}

/** null: not the caller's doing. */
export function refusalOfError(error: { readonly code?: string; readonly message: string }, limit: BodyLimit): Refusal | null {
  switch (error.code ?? '') {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refuse('body-too-large', '', `the body is longer than ${limit.bytesMax} bytes`, `send less, or raise ${limit.setting}`);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return refuse(
        'malformed-http',
        'Content-Length',
        'the body has another length than Content-Length says',
        'let the client compute the header',
      );
    case 'FST_ERR_BAD_URL':
      return refuse('malformed-url', '', 'the path cannot be decoded', 'write a percent sign as %25');
    case 'FST_ERR_MAX_PARAM_LENGTH':
    case 'FST_ERR_PARAM_TOO_LONG':
      return refuse('unknown-route', '', 'a part of the path is longer than any name here', 'GET /docs lists every route');
    case 'ECONNRESET':
    case 'ABORT_ERR':
      return refuse('malformed-http', '', 'the request ended before it was whole', 'send it again');
    default:
      return null;
  }
}

/** The request never became one, so the answer is written by hand. */
export function answerMalformedHttp(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else answerOnSocket(socket, refusalOfClientError(error.code));
}

/** CONNECT asks a proxy for a tunnel; Node gives the bare socket, and nobody is a proxy here. */
export function refuseTunnel(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  answerOnSocket(socket, {
    ...refuse('method-not-allowed', '', 'CONNECT is not possible here', 'use GET, POST or DELETE'),
    headers: { Allow: 'GET, HEAD, POST, DELETE' },
  });
}

function answerOnSocket(socket: Duplex, refusal: Refusal): void {
  const { status, title } = PROBLEMS[refusal.code];
  const requestId = randomUUID();
  const body = JSON.stringify(problemDocument(refusal, requestId));
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    ...Object.entries(refusal.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function refusalOfClientError(code: string | undefined): Refusal {
  switch (code ?? '') {
    case 'HPE_HEADER_OVERFLOW':
      return refuse(
        'headers-too-large',
        '',
        'the request line and headers are too long',
        'send shorter headers, or raise RAMPART_HEADER_BYTES_MAX',
      );
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refuse(
        'request-timeout',
        '',
        'the request did not arrive whole in time',
        'send it faster, or raise RAMPART_REQUEST_TIMEOUT_MS',
      );
    default:
      return refuse('malformed-http', '', 'the bytes received are no HTTP/1.1 request', 'use an HTTP client');
  }
}
