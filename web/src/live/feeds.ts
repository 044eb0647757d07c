/** What is asked for again because events say that it has changed: never twice at once, and never more often than a person can see. */

/** One thing that is read again and again. A change while it is being read is not lost: it is read once more. */
export class Feed {
  private dirty = false;
  private running = false;
  private stopped = false;

  constructor(
    private readonly read: () => Promise<void>,
    /** Least time from the end of one reading to the next, in milliseconds. */
    private readonly pauseMs: number,
  ) {}

  /** It may be different now. */
  touch(): void {
    this.dirty = true;
    if (!this.running && !this.stopped) void this.run();
  }

  stop(): void {
    this.stopped = true;
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.dirty && !this.stopped) {
      this.dirty = false;
      await this.read();
      await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
    }
    this.running = false;
  }
}
