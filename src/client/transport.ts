/**
 * Requests that are repeated where that is safe: what changes nothing, what may be done twice, and what carries an
 * Idempotency-Key, which every changing request of this client does. The service answers a repeated key with its first answer.
 */
import { RampartUnreachable } from './errors.js';
import { jitteredMs, reasonOf, type RetryPolicy, wait } from './waiting.js';

export type Fetch = (request: Request) => Promise<Response>;

export interface TransportOptions {
  readonly fetch: Fetch;
  readonly retry: RetryPolicy;
  /** For one attempt, in milliseconds. */
  readonly timeoutMs: number;
}

/** Requests that change nothing although they are POSTs. */
const READING_POSTS = /^\/v1\/(decode|comparisons|scenario-runs|scenarios\/[^/]+\/runs|vms\/[^/]+\/explain)$/;

export function retryingFetch({ fetch, retry, timeoutMs }: TransportOptions): Fetch {
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= retry.attempts || !isRepeatable(request);
      const answer = await attemptOnce(fetch, request, timeoutMs);
      if (answer instanceof Response) {
        if (last || !(await isPassing(answer))) return repeatedDelete(request, answer, attempt);
        await answer.body?.cancel();
      } else if (last) {
        throw new RampartUnreachable(new URL(request.url).origin, answer.message, { cause: answer });
      }
      await wait(Math.max(jitteredMs(retry, attempt - 1), retryAfterMs(answer)), request.signal);
    }
  };
}

/** The response, or why there is none; throws only where the caller has aborted. */
async function attemptOnce(fetch: Fetch, request: Request, timeoutMs: number): Promise<Response | Error> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    return await fetch(new Request(request.clone(), { signal }));
  } catch (error) {
    if (request.signal.aborted) throw reasonOf(request.signal);
    return rootCause(error);
  }
}

/** fetch says "fetch failed" and hides the reason. */
function rootCause(error: unknown): Error {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  if (at instanceof AggregateError && at.errors[0] instanceof Error) return at.errors[0];
  return at instanceof Error ? at : new Error(String(error));
}

function isRepeatable({ method, headers, url }: Request): boolean {
  return method !== 'POST' || headers.has('idempotency-key') || READING_POSTS.test(new URL(url).pathname);
}

/** Whether another attempt can be answered otherwise. */
async function isPassing(response: Response): Promise<boolean> {
  if ([429, 502, 503, 504].includes(response.status)) return true;
  if (response.status !== 409) return false;
  const problem = (await response
    .clone()
    .json()
    .catch(() => null)) as { code?: unknown } | null;
  return problem?.code === 'idempotency-running';
}

/** A DELETE whose first answer was lost finds nothing any more: it has done its work. */
function repeatedDelete({ method }: Request, response: Response, attempt: number): Response {
  return method === 'DELETE' && attempt > 1 && response.status === 404 ? new Response(null, { status: 204 }) : response;
}

function retryAfterMs(answer: Response | Error): number {
  const seconds = answer instanceof Response ? Number(answer.headers.get('retry-after') ?? 0) : 0;
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}

/** Not guessable, and unlike randomUUID also there for a page without TLS. */
export function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
