/** Everything that anybody was told of the log, by position: whoever looks at a position sees the same event there, for ever. */
import type { EventObject } from '../stream/validators.js';

export type SeenEvent = EventObject & { readonly requestId: string | null };

export class Witness {
  private readonly byPosition = new Map<number, { readonly text: string; readonly event: SeenEvent }>();

  get events(): readonly SeenEvent[] {
    return [...this.byPosition.values()].map(({ event }) => event).sort((a, b) => a.position - b.position);
  }

  /** A complaint where somebody was told something else, else null. */
  see(event: SeenEvent, who: string): string | null {
    const text = JSON.stringify(event);
    const known = this.byPosition.get(event.position);
    if (known === undefined) this.byPosition.set(event.position, { text, event });
    return known === undefined || known.text === text ? null : `${who} was told ${text} where ${known.text} was told before`;
  }
}
