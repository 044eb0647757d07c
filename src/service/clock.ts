/** Time, handed in. Everything outside `core` that needs the time takes a Clock; tests move one by hand. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `then` once after so many milliseconds; the answer cancels it. Never keeps the process alive. */
  after(delayMs: number, then: () => void): () => void;
}

/** setTimeout's own limit: a longer delay would fire at once. */
const TIMER_DELAY_MAX_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, then) {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, TIMER_DELAY_MAX_MS);
      timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : then()), stepMs);
      timer.unref();
    };
    wait(Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
