/** How long something took, as counts by bound: noting one costs a few comparisons. */

/** Upper bounds in seconds. */
export const TIME_BOUNDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export class Histogram {
  /** By bound, not cumulative; the last is for those above all bounds. */
  readonly counts: number[] = Array.from({ length: TIME_BOUNDS.length + 1 }, () => 0);
  sumSeconds = 0;

  note(seconds: number): void {
    let i = 0;
    while (i < TIME_BOUNDS.length && seconds > (TIME_BOUNDS[i] ?? 0)) i++;
    this.counts[i] = (this.counts[i] ?? 0) + 1;
    this.sumSeconds += seconds;
  }
}
