/** What all calls share: options, and problem documents as errors. */
import { RampartProblem, RampartUnreachable } from './errors.js';
import { newIdempotencyKey } from './transport.js';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** For a request that was begun elsewhere; one is made where it is left out. */
  readonly idempotencyKey?: string;
  /** ETag of the VM that the caller has seen. */
  readonly ifMatch?: string;
}

export type CallInit = { readonly headers: Record<string, string>; readonly signal?: AbortSignal };

export function callInit({ signal, ifMatch }: CallOptions = {}): CallInit {
  return { headers: ifMatch === undefined ? {} : { 'if-match': ifMatch }, ...(signal === undefined ? {} : { signal }) };
}

/** Of a request that changes something: it can be repeated, the service carries it out once. */
export function changing(options: CallOptions = {}): CallInit {
  const init = callInit(options);
  return { ...init, headers: { ...init.headers, 'idempotency-key': options.idempotencyKey ?? newIdempotencyKey() } };
}

/** The body of a success; everything else is thrown. */
export async function answered<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  if (typeof error === 'object' && error !== null && 'code' in error && 'detail' in error)
    throw new RampartProblem(error as ConstructorParameters<typeof RampartProblem>[0]);
  throw new RampartUnreachable(new URL(response.url).origin, `something else answers there, with status ${response.status}`);
}
