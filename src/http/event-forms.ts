/** How events look in HTTP answers: a page, lines, server-sent events. */
import type { Backwards } from '../service/event-history.js';
import type { EventLog } from '../service/event-log.js';
import type { EventBytes, Slice } from '../service/event-read.js';
import type { Form } from '../service/hub.js';
import { Packer } from '../service/packer.js';

export interface LineForm extends Form {
  /** An object that is no event, at a position of the log. */
  line(json: string, position: number): string;
  /** Said now and then while there is nothing else to say; null: nothing. */
  heartbeat(position: number): string | null;
  /** Said at once, so that the client hears of its success. */
  readonly greeting: string | null;
}

export const NDJSON: LineForm = {
  key: 'ndjson',
  greeting: null,
  frame({ events, bytes }: Slice): Buffer {
    const packer = new Packer(bytes + events.length);
    for (const event of events) packer.event(event).text('\n');
    return packer.take();
  },
  line: (json) => `${json}\n`,
  heartbeat: () => null,
};

/** Milliseconds after which a browser comes back. */
const RETRY_MS = 1000;

/** A heartbeat is a comment with an id: it moves the browser's bookmark although there is no event to see. */
export function serverSentEvents(log: EventLog): LineForm {
  const idBytesMax = `id: ${log.cursor(Number.MAX_SAFE_INTEGER)}\ndata: \n\n`.length;
  return {
    key: 'sse',
    greeting: `retry: ${RETRY_MS}\n\n`,
    frame({ events, bytes }: Slice): Buffer {
      const packer = new Packer(bytes + events.length * idBytesMax);
      for (const event of events)
        packer
          .text(`id: ${log.cursor(event.position)}\ndata: `)
          .event(event)
          .text('\n\n');
      return packer.take();
    },
    line: (json, position) => `id: ${log.cursor(position)}\ndata: ${json}\n\n`,
    heartbeat: (position) => `: heartbeat\nid: ${log.cursor(position)}\n\n`,
  };
}

export function pageOf(log: EventLog, { to, events, bytes }: Slice, head: number): Buffer {
  return listed(events, bytes, `"next":${JSON.stringify(log.cursor(to))},"head":${head},"oldest":${log.oldest}`);
}

export function historyOf(log: EventLog, { events, next, end }: Backwards): Buffer {
  const bytes = events.reduce((sum, event) => sum + event.end - event.start, 0);
  return listed(events, bytes, `"next":${JSON.stringify(next === null ? null : log.cursor(next))},"end":${JSON.stringify(end)}`);
}

/** A JSON object with the events, and the members that follow them. */
function listed(events: readonly EventBytes[], bytes: number, members: string): Buffer {
  const after = `],${members}}`;
  const before = '{"events":[';
  const packer = new Packer(before.length + bytes + events.length + after.length).text(before);
  events.forEach((event, index) => {
    if (index > 0) packer.text(',');
    packer.event(event);
  });
  return packer.text(after).take();
}
