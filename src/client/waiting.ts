/** Waiting between attempts: longer each time, never twice the same, ended at once by a signal. */
export interface RetryPolicy {
  /** Upper bound of the first wait, in milliseconds; doubles with each attempt. */
  readonly baseMs: number;
  readonly capMs: number;
  /** Requests: attempts in all. */
  readonly attempts: number;
}

export const RETRY_DEFAULT: RetryPolicy = { baseMs: 100, capMs: 5000, attempts: 5 };

/** Milliseconds before attempt number `failures` + 1, evenly spread so that many callers do not come back together. */
export function jitteredMs({ baseMs, capMs }: RetryPolicy, failures: number): number {
  return Math.random() * Math.min(capMs, baseMs * 2 ** Math.min(failures, 30));
}

export function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(reasonOf(signal));
    const aborted = (): void => {
      clearTimeout(timer);
      reject(reasonOf(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    }, ms);
    signal?.addEventListener('abort', aborted, { once: true });
  });
}

export function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
