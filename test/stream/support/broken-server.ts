/**
 * Servers that break one promise each: they stand between a client and the honest service and change what passes. What they
 * send is otherwise as right as can be, so that a validator has to notice the lie itself.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { SUBPROTOCOL } from '../../../src/ws/messages.js';
import type { EventObject, Frame } from '../validators.js';

type EventsFrame = Extract<Frame, { t: 'events' }>;

/** Changes the frames on their way to the client; one frame may become none or several. A new one for each connection. */
export interface Breakage {
  readonly name: string;
  readonly breaks: () => (frame: Frame) => readonly Frame[];
  /** Changes where the client asked to begin. */
  readonly shift?: number;
}

const honest = (frame: Frame): readonly Frame[] => [frame];

/** Acts on the first frame for which `change` gives another. */
function atFirst(change: (frame: EventsFrame) => readonly Frame[] | null): () => (frame: Frame) => readonly Frame[] {
  return () => {
    let done = false;
    return (frame) => {
      const changed = done || frame.t !== 'events' ? null : change(frame);
      done ||= changed !== null;
      return changed ?? [frame];
    };
  };
}

const withEvents = (frame: EventsFrame, events: readonly EventObject[]): EventsFrame => ({ ...frame, events });

/** Where the second event of an operation stands; -1 where there is none. */
function insideOperation({ events }: EventsFrame): number {
  return events.findIndex(
    (event, index) => index > 0 && event.vm === events[index - 1]?.vm && event.operation === events[index - 1]?.operation,
  );
}

export const HONEST: Breakage = { name: 'honest', breaks: () => honest };

export const BREAKAGES: readonly Breakage[] = [
  {
    name: 'drops an event',
    breaks: atFirst((frame) => (frame.events.length < 3 ? null : [withEvents(frame, frame.events.toSpliced(1, 1))])),
  },
  {
    name: 'drops the last event of a frame',
    breaks: atFirst((frame) => (frame.events.length < 3 ? null : [withEvents(frame, frame.events.slice(0, -1))])),
  },
  {
    name: 'sends an event twice',
    breaks: atFirst((frame) => [
      withEvents(
        frame,
        frame.events.flatMap((event, index) => (index === 0 ? [event, event] : [event])),
      ),
    ]),
  },
  {
    name: 'sends a frame twice',
    breaks: atFirst((frame) => [frame, frame]),
  },
  {
    name: 'reorders two events',
    breaks: atFirst((frame) => {
      const [first, second, ...rest] = frame.events;
      return first === undefined || second === undefined ? null : [withEvents(frame, [second, first, ...rest])];
    }),
  },
  { name: 'loses a frame', breaks: atFirst(() => []) },
  {
    name: 'loses a frame and hides it',
    breaks: () => {
      let lostFrom: number | null = null;
      let lost = false;
      return (frame) => {
        if (frame.t === 'events' && !lost) {
          lost = true;
          lostFrom = frame.from;
          return [];
        }
        const shown = lostFrom === null ? frame : { ...frame, from: lostFrom };
        lostFrom = null;
        return [shown];
      };
    },
  },
  {
    name: 'covers lost events by a mark',
    breaks: atFirst(({ id, from, to }) => [{ t: 'mark', id, from, to, head: to }]),
  },
  {
    name: 'splits an operation without saying more',
    breaks: atFirst((frame) => {
      const at = insideOperation(frame);
      const to = frame.events[at - 1]?.position;
      if (to === undefined) return null;
      return [
        { ...frame, to, events: frame.events.slice(0, at), more: false },
        { ...frame, from: to, events: frame.events.slice(at) },
      ];
    }),
  },
  {
    name: 'says more where nothing follows',
    breaks: atFirst((frame) => (frame.more ? null : [{ ...frame, more: true }])),
  },
  { name: 'resumes one too late', breaks: () => honest, shift: 1 },
  { name: 'resumes one too early', breaks: () => honest, shift: -1 },
  {
    name: 'resumes one too late and denies it',
    shift: 1,
    breaks: () => {
      let asked: number | null = null;
      return (frame) => {
        if (frame.t === 'subscribed') asked = frame.from - 1;
        if (asked === null) return [frame];
        const told = { ...frame, from: asked };
        asked = frame.t === 'subscribed' ? asked : null;
        return [told];
      };
    },
  },
  {
    name: 'a gap that names less than was lost',
    breaks: atFirst(({ id, from, to }) => (to - from < 3 ? null : [{ t: 'gap', id, from, lost: [from + 2, to], why: 'slow' }])),
  },
  {
    name: 'sends what the filter should hide',
    breaks: atFirst((frame) => {
      const at = frame.events.findIndex((event, index) => index > 0 && event.position - 1 > (frame.events[index - 1]?.position ?? 0));
      const next = frame.events[at];
      if (next === undefined) return null;
      return [
        withEvents(frame, frame.events.toSpliced(at, 0, { ...next, type: 'vm-killed', position: next.position - 1, seq: next.seq - 1 })),
      ];
    }),
  },
];

export interface BrokenServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startBrokenServer(honestUrl: string, { breaks, shift = 0 }: Breakage): Promise<BrokenServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => SUBPROTOCOL });
  await once(server, 'listening');
  server.on('connection', (client) => {
    const upstream = new WebSocket(`ws://${honestUrl}/v1/stream`, SUBPROTOCOL);
    const change = breaks();
    const early: string[] = [];
    upstream.on('open', () => {
      for (const text of early) upstream.send(text);
    });
    client.on('message', (data: Buffer) => {
      const text = shifted(data.toString(), shift);
      if (upstream.readyState === WebSocket.OPEN) upstream.send(text);
      else early.push(text);
    });
    upstream.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame;
      const frames = 'id' in frame ? change(frame) : [frame];
      for (const one of frames) client.send(JSON.stringify(one));
    });
    client.on('close', () => {
      upstream.terminate();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `127.0.0.1:${port}`,
    async close() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function shifted(text: string, shift: number): string {
  const message = JSON.parse(text) as { t: string; after?: string };
  const [epoch, position] = message.after?.split('.') ?? [];
  if (message.t !== 'subscribe' || position === undefined) return text;
  return JSON.stringify({ ...message, after: `${epoch}.${Number(position) + shift}` });
}
