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
  'unknown-vma': {
    status: 404,
    title: 'Unknown mapping',
    when: 'nothing is mapped at the address, and the request does not say how far it goes',
  },
  'unknown-generation': { status: 404, title: 'Unknown generation', when: 'no kernel generation of this version has this name' },
  'unknown-scenario': { status: 404, title: 'Unknown scenario', when: 'the library has no scenario of this name' },
  'unknown-map': { status: 404, title: 'Unknown kernel map', when: 'the VM holds no kernel map of this number' },
  'method-not-allowed': { status: 405, title: 'Method not allowed', when: 'the path exists, with other methods: see the Allow header' },
  'not-acceptable': { status: 406, title: 'Not acceptable', when: 'the Accept header names none of the formats that exist here' },
  'request-timeout': { status: 408, title: 'Request timeout', when: 'the request did not arrive whole in time' },
  'vm-killed': { status: 409, title: 'VM killed', when: 'the VMM of this VM has ended; reading, reset and delete still work' },
  'guest-not-running': {
    status: 409,
    title: 'Guest not running',
    when: 'the guest is asked to do something and the firmware has not launched it, or has decommissioned it',
  },
  'vcpu-state': { status: 409, title: 'Other vCPU state', when: 'the vCPU runs already, or does not run' },
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
  'log-too-large': { status: 413, title: 'Log too large', when: 'a log to decode is longer than the limit' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type', when: 'the body is not sent as the type that the route takes' },
  'expect-not-supported': {
    status: 417,
    title: 'Expect header not supported',
    when: 'the Expect header asks for anything but 100-continue',
  },
  'bundle-damaged': { status: 400, title: 'Bundle damaged', when: 'the bundle is not as it was written, or never was one' },
  'bundle-newer': { status: 422, title: 'Bundle newer', when: 'the bundle has a later form, or parts that only a later version knows' },
  'bundle-differs': {
    status: 422,
    title: 'Bundle differs',
    when: 'what the bundle tells does not come to the state that it says: it was changed by hand',
  },
  'backing-refused': { status: 422, title: 'Backing refused', when: 'this memory cannot be laid out so, or the generation refuses it' },
  'upgrade-required': { status: 426, title: 'Upgrade required', when: 'the stream is asked for without a WebSocket handshake' },
  'idempotency-mismatch': {
    status: 422,
    title: 'Idempotency key of another request',
    when: 'this Idempotency-Key was sent with another body before',
  },
  'too-many-connections': {
    status: 429,
    title: 'Too many connections',
    when: 'as many connections are open as the limit allows; health checks and pages are still answered',
  },
  'too-many-tickets': {
    status: 429,
    title: 'Too many tickets',
    when: 'as many stream tickets are issued and not used as the limit allows',
  },
  'too-many-streams': { status: 429, title: 'Too many streams', when: 'as many streams or subscriptions are open as the limit allows' },
  'too-many-imports': { status: 429, title: 'Too many imports', when: 'as many bundles are being imported as the limit allows' },
  'too-many-runs': { status: 429, title: 'Too many runs', when: 'as many scenarios are run at once as the limit allows' },
  'too-many-comparisons': { status: 429, title: 'Too many comparisons', when: 'as many comparisons run as the limit allows' },
  'headers-too-large': { status: 431, title: 'Headers too large', when: 'the request line and headers are longer than the limit' },
  'store-failed': {
    status: 503,
    title: 'Store failed',
    when: 'the disk does not take what is written: nothing was carried out, reading goes on',
  },
  'shutting-down': { status: 503, title: 'Shutting down', when: 'the service is stopping' },
  'stuck-reader': {
    status: 429,
    title: 'Results not read',
    when: 'a client sends operations and does not read their results; the last line of the answer says so',
  },
  'content-limit': { status: 507, title: 'Contents limit', when: 'the VM keeps as many page contents as the limit allows' },
  'content-total-limit': {
    status: 507,
    title: 'Contents limit of all VMs',
    when: 'all VMs together keep as many page contents as the limit allows',
  },
  'touched-limit': { status: 507, title: 'Touched memory limit', when: 'the tables of the VM are as large as the limit allows' },
  'touched-total-limit': {
    status: 507,
    title: 'Touched memory limit of all VMs',
    when: 'the tables of all VMs together are as large as the limit allows',
  },
  'vm-limit': { status: 507, title: 'VM limit', when: 'as many VMs exist as the limit allows' },
  'origin-limit': {
    status: 507,
    title: 'Origin limit',
    when: 'forked and imported VMs keep as much of what they began with as the limit allows',
  },
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

/** `sent`: the type of the body; empty where it has none. */
export function unsupportedMediaType(sent: string, wanted = 'application/json'): Refusal {
  const how = sent === '' ? 'without a Content-Type' : `as ${sent.slice(0, 100)}`;
  return refuse('unsupported-media-type', 'Content-Type', `the body was sent ${how}`, `send the header Content-Type: ${wanted}`);
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
