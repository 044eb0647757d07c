/** A history: who asked for what, when it was sent and when it was answered, by one counter. */
import type { Command } from '../../src/core/index.js';

export interface Call {
  readonly client: number;
  readonly command: Command | { readonly op: 'look' };
  /** Operation counter that the VM was to have; null: whichever. */
  readonly ifMatch: string | null;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly answer: Answer;
}

export interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}
