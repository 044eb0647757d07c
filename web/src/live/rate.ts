/** Events a second, over the last few seconds. */
const SPAN_MS = 2000;

export class RateMeter {
  private readonly marks: { readonly at: number; readonly count: number }[] = [];

  add(count: number, at: number): void {
    this.marks.push({ at, count });
    this.forget(at);
  }

  perSecond(now: number): number {
    this.forget(now);
    return (this.marks.reduce((sum, { count }) => sum + count, 0) * 1000) / SPAN_MS;
  }

  clear(): void {
    this.marks.length = 0;
  }

  private forget(now: number): void {
    while (this.marks[0] !== undefined && this.marks[0].at < now - SPAN_MS) this.marks.shift();
  }
}
