/** Long work in slices, so that everybody else is served in between. */

/** Milliseconds that a slice takes, about. */
const SLICE_MS = 8;

export class Breather {
  /** Milliseconds of all slices that are over. */
  private spentMs = 0;
  private began: number;

  /** `now` in milliseconds, from whenever. */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.began = now();
  }

  /** Milliseconds that the work itself took until now. */
  get workedMs(): number {
    return this.spentMs + this.now() - this.began;
  }

  /** Between two steps. null: the slice is not over; else to be awaited: what is due comes first. */
  pause(): Promise<void> | null {
    const slice = this.now() - this.began;
    if (slice < SLICE_MS) return null;
    this.spentMs += slice;
    return new Promise((resume) => {
      setImmediate(() => {
        this.began = this.now();
        resume();
      });
    });
  }
}
