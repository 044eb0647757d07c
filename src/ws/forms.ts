/** How events look in WebSocket frames, framed once and written as they are to every socket that wants them. */
import type { Slice } from '../service/event-read.js';
import type { Form } from '../service/hub.js';
import { Packer } from '../service/packer.js';
import { headerBytes, packHeader } from './text-frame.js';

/** The largest header, which a frame of more than 64 KiB has. */
const HEADER_BYTES_MAX = 10;

/** One event object per message. */
export const messagePerEvent: Form = {
  key: 'message',
  frame({ events, bytes }: Slice): Buffer {
    const packer = new Packer(bytes + events.length * HEADER_BYTES_MAX);
    for (const event of events) packHeader(packer, event.end - event.start).event(event);
    return packer.take();
  },
};

/** One `events` frame of `rampart.v1.json`. */
export function eventsFrame(id: number): Form {
  return {
    key: `events ${id}`,
    frame({ to, events, bytes, more }: Slice, told: number): Buffer {
      const before = `{"t":"events","id":${id},"from":${told},"to":${to},"events":[`;
      const after = `],"more":${more}}`;
      const payloadBytes = before.length + bytes + (events.length - 1) + after.length;
      const packer = packHeader(new Packer(headerBytes(payloadBytes) + payloadBytes), payloadBytes).text(before);
      events.forEach((event, index) => {
        if (index > 0) packer.text(',');
        packer.event(event);
      });
      return packer.text(after).take();
    },
  };
}
