/**
 * Everything that is not a 2xx answer: the closed list of codes, each with its status, and the problem document (RFC 9457).
 * This is the only place of the service with status codes for errors.
 */
import type { FastifyReply } from 'fastify';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** For the documentation: when it is answered. */
  readonly when: string;
}

export const PROBLEMS = {
  'malformed-http': { status: 400, title: 'Malformed HTTP', when: 'the bytes received are no HTTP request' },
  'malformed-url': {
    status: 400,
    title: 'Malformed URL',
    when: 'the path has a percent sign without two hex digits after it, or the like',
  },
  'malformed-json': { status: 400, title: 'Malformed JSON', when: 'the body is missing, no JSON, or no UTF-8' },
  'duplicate-key': { status: 400, title: 'Duplicate key', when: 'an object of the body has the same key twice' },
  'forbidden-key': { status: 400, title: 'Forbidden key', when: 'an object of the body has the key __proto__' },
  'unknown-field': { status: 400, title: 'Unknown field', when: 'the body has a field, or the URL a parameter, that does not exist there' },
  'invalid-field': {
    status: 400,
    title: 'Invalid field',
    when: 'a field, parameter or header is missing, or its value is none that it can have',
  },
  'not-available': {
    status: 400,
    title: 'Not available',
    when: 'the field or value belongs to the interface and is not built in this version',
  },
  'address-out-of-range': {
    status: 400,
    title: 'Address out of range',
    when: 'an address lies outside every memslot, is no user address, or the range runs past either',
  },
  'limit-exceeded': { status: 400, title: 'Limit exceeded', when: 'a size or count is above a limit that GET /v1/about names' },
  'cursor-future': { status: 400, title: 'Cursor from the future', when: 'a cursor lies beyond the last event' },
  unauthorized: { status: 401, title: 'Token needed', when: 'the service has a token and the request carries none, or another' },
  'host-not-allowed': { status: 403, title: 'Host not allowed', when: 'the Host header names no host of this service' },
  'origin-not-allowed': { status: 403, title: 'Origin not allowed', when: 'a page of another origin calls' },
  'unknown-route': { status: 404, title: 'Unknown route', when: 'there is nothing at this path' },
  'unknown-vm': { status: 404, title: 'Unknown VM', when: 'no VM has this id, or not any more' },
  'unknown-generation': { status: 404, title: 'Unknown generation', when: 'no kernel generation of this version has this name' },
  'unknown-map': { status: 404, title: 'Unknown kernel map', when: 'the VM holds no kernel map of this number' },
  'method-not-allowed': { status: 405, title: 'Method not allowed', when: 'the path exists, with other methods: see the Allow header' },
  'not-acceptable': { status: 406, title: 'Not acceptable', when: 'the Accept header names none of the formats that exist here' },
  'request-timeout': { status: 408, title: 'Request timeout', when: 'the request did not arrive whole in time' },
  'vm-killed': { status: 409, title: 'VM killed', when: 'the VMM of this VM has ended; reading, reset and delete still work' },
  'expectation-failed': {
    status: 409,
    title: 'Expectation failed',
    when: 'what the request expects did not happen, and it asked to fail then',
  },
  'epoch-mismatch': { status: 409, title: 'Epoch mismatch', when: 'a cursor belongs to an earlier log of this service' },
  'idempotency-running': {
    status: 409,
    title: 'Idempotency key in use',
    when: 'the first request with this Idempotency-Key is not answered yet',
  },
  compacted: { status: 410, title: 'Compacted', when: 'events after this cursor are not kept any more' },
  'etag-mismatch': { status: 412, title: 'ETag mismatch', when: 'If-Match names another state of the VM' },
  'body-too-large': { status: 413, title: 'Body too large', when: 'the body is longer than the limit' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type', when: 'the body is not sent as application/json' },
  'expect-not-supported': {
    status: 417,
    title: 'Expect header not supported',
    when: 'the Expect header asks for anything but 100-continue',
  },
  'backing-refused': { status: 422, title: 'Backing refused', when: 'this memory cannot be laid out so, or the generation refuses it' },
  'upgrade-required': { status: 426, title: 'Upgrade required', when: 'the stream is asked for without a WebSocket handshake' },
  'idempotency-mismatch': {
    status: 422,
    title: 'Idempotency key of another request',
    when: 'this Idempotency-Key was sent with another body before',
  },
  'too-many-streams': { status: 429, title: 'Too many streams', when: 'as many streams or subscriptions are open as the limit allows' },
  'too-many-comparisons': { status: 429, title: 'Too many comparisons', when: 'as many comparisons run as the limit allows' },
  'headers-too-large': { status: 431, title: 'Headers too large', when: 'the request line and headers are longer than the limit' },
  'store-failed': {
    status: 503,
    title: 'Store failed',
    when: 'the disk does not take what is written: nothing was carried out, reading goes on',
  },
  'shutting-down': { status: 503, title: 'Shutting down', when: 'the service is stopping' },
  'content-limit': { status: 507, title: 'Contents limit', when: 'the VM keeps as many page contents as the limit allows' },
  'vm-limit': { status: 507, title: 'VM limit', when: 'as many VMs exist as the limit allows' },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** Why a request is not carried out. Rejections of the core and refusals of the service have this shape too. */
export interface Refusal {
  readonly rejected: true;
  readonly code: ProblemCode;
  /** JSON pointer into the body, or the name of a parameter or header; empty where no one of them is to blame. */
  readonly pointer: string;
  readonly detail: string;
  readonly hint: string;
  /** Further members of the document: `result` of a failed expectation, `oldest` of a compacted cursor. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export function refuse(code: ProblemCode, pointer: string, detail: string, hint: string): Refusal {
  return { rejected: true, code, pointer, detail, hint };
}

export function isRefusal(value: object): value is Refusal {
  return 'rejected' in value;
}

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly pointer: string;
  readonly hint: string;
  readonly requestId: string;
}

export function problemDocument(refusal: Refusal, requestId: string): ProblemDocument {
  const { status, title } = PROBLEMS[refusal.code];
  return {
    type: `/docs/problems#${refusal.code}`,
    title,
    status,
    detail: refusal.detail,
    code: refusal.code,
    pointer: refusal.pointer,
    hint: refusal.hint,
    requestId,
    ...refusal.extra,
  };
}

export const PROBLEM_TYPE = 'application/problem+json';

/** Bytes, since to text of a JSON type Fastify adds a charset, which this type does not have. */
export function sendProblem(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { id } = reply.request;
  if (refusal.headers !== undefined) reply.headers(refusal.headers);
  return reply
    .code(PROBLEMS[refusal.code].status)
    .header('content-type', PROBLEM_TYPE)
    .header('x-request-id', id)
    .send(Buffer.from(JSON.stringify(problemDocument(refusal, id))));
}
