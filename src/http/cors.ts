/**
 * What a browser has to be told before it gives an answer to a page of another origin. Only origins of RAMPART_ALLOWED_ORIGINS come this
 * far, each is named alone, and no cookie is ever part of it: what opens the service is a header that the page sets itself.
 */
import type { FastifyRequest } from 'fastify';

/** Headers of answers that a page may read besides those that any page may. */
const EXPOSED = ['etag', 'location', 'x-request-id', 'idempotency-replayed', 'rampart-epoch', 'rampart-head'];

/** Headers of requests that a page may set besides those that any page may. */
const SETTABLE = ['authorization', 'content-type', 'idempotency-key', 'if-match', 'last-event-id', 'x-request-id'];

/** Seconds for which a browser need not ask again. */
const PREFLIGHT_SECONDS = 600;

export function isPreflight(request: FastifyRequest): boolean {
  return (
    request.method === 'OPTIONS' && request.headers.origin !== undefined && request.headers['access-control-request-method'] !== undefined
  );
}

/** On every answer to a page of this origin, problems included. */
export function corsHeaders(origin: string): Readonly<Record<string, string>> {
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED.join(', '), vary: 'Origin' };
}

/** On the answer to the question whether the page may, which comes without a token. */
export function preflightHeaders(request: FastifyRequest, methods: readonly string[]): Readonly<Record<string, string>> {
  const network = request.headers['access-control-request-private-network'] === 'true';
  return {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': SETTABLE.join(', '),
    'access-control-max-age': String(PREFLIGHT_SECONDS),
    ...(network ? { 'access-control-allow-private-network': 'true' } : {}),
  };
}
