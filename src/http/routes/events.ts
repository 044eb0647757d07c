/** The log: a page as JSON, lines that end or follow as NDJSON, server-sent events; by `Accept`. */
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Clock } from '../../service/clock.js';
import { positionOf } from '../../service/cursor.js';
import type { EventLog } from '../../service/event-log.js';
import type { Hub } from '../../service/hub.js';
import { LogCursor } from '../../service/log-cursor.js';
import type { StreamLimits } from '../../service/stream-limits.js';
import { type Wanted, wantedBy } from '../../service/stream-query.js';
import { isStreamRefusal, type StreamRefusal } from '../../service/stream-refusal.js';
import { preferred } from '../accept.js';
import { type LineForm, NDJSON, pageOf, serverSentEvents } from '../event-forms.js';
import { EventStream } from '../event-stream.js';
import { type ProblemCode, refuse, type Refusal } from '../problem.js';
import { ANSWERED, type Call, defineRoute, type Route } from '../route.js';
import { limitOf, VmParams } from '../schemas/basics.js';
import { EventPage, EventsQuery } from '../schemas/event.js';

export interface EventRouteParts {
  readonly log: EventLog;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly limits: StreamLimits;
}

type Query = z.infer<typeof EventsQuery>;
type EventsCall = Pick<Call<unknown, Query, unknown>, 'query' | 'request' | 'reply'>;
type Answer = Refusal | typeof ANSWERED;

const JSON_TYPE = 'application/json';
const NDJSON_TYPE = 'application/x-ndjson';
const SSE_TYPE = 'text/event-stream';
const TYPES = [JSON_TYPE, NDJSON_TYPE, SSE_TYPE] as const;
type Type = (typeof TYPES)[number];

const PROBLEMS: readonly ProblemCode[] = ['cursor-future', 'epoch-mismatch', 'compacted', 'not-acceptable', 'too-many-streams'];

/** A page looks through so many times what one turn of a stream may look through. */
const SCANS_PER_PAGE = 16;

export function eventRoutes(parts: EventRouteParts): readonly Route[] {
  const reader = new EventReader(parts);
  const answer = { status: 200, description: 'A page, or a stream, of events', schema: EventPage, types: [NDJSON_TYPE, SSE_TYPE] } as const;
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/events',
      operationId: 'listEvents',
      tag: 'events',
      summary: 'The events of all VMs',
      query: EventsQuery,
      answer,
      problems: PROBLEMS,
      handle: (call) => reader.answer(null, call),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/vms/:vm/events',
      operationId: 'listVmEvents',
      tag: 'events',
      summary: 'The events of one VM, also of a deleted one',
      params: VmParams,
      query: EventsQuery,
      answer,
      problems: ['unknown-vm', ...PROBLEMS],
      handle: (call) => reader.answer(call.params.vm, call),
    }),
  ];
}

class EventReader {
  private openStreams = 0;
  private readonly sse: LineForm;

  constructor(private readonly parts: EventRouteParts) {
    this.sse = serverSentEvents(parts.log);
  }

  answer(vm: string | null, { query, request, reply }: EventsCall): Answer {
    const { log } = this.parts;
    const type = preferred(request.headers.accept, TYPES);
    if (type === null) return refuse('not-acceptable', 'Accept', 'events come in none of these formats', `accept ${TYPES.join(', ')}`);
    const objection = objectionTo(query, type);
    if (objection !== null) return objection;
    const lastEventId = type === SSE_TYPE ? headerText(request.headers['last-event-id']) : undefined;
    const wanted = wantedBy(log, { vm: vm ?? undefined, after: lastEventId ?? query.after, types: query.types, gpa: query.gpa });
    const blame = (refusal: StreamRefusal): StreamRefusal =>
      lastEventId !== undefined && refusal.pointer === 'after' ? { ...refusal, pointer: 'Last-Event-ID' } : refusal;
    if (isStreamRefusal(wanted)) return blame(wanted);
    const position = positionOf(log, wanted.after ?? { kind: 'oldest' }, wanted.vm);
    if (isStreamRefusal(position)) return blame(position);
    if (type === JSON_TYPE) return this.page(reply, wanted, position, limitOf(query.limit));
    return this.stream(reply, wanted, position, type, query);
  }

  private page(reply: FastifyReply, { filter }: Wanted, after: number, eventsMax: number): Answer {
    const { log, limits } = this.parts;
    const head = log.head;
    const positionsMax = SCANS_PER_PAGE * limits.scanPositionsMax;
    const slice = log.read({ after, upTo: head, filter, eventsMax, bytesMax: Number.POSITIVE_INFINITY, positionsMax, cut: 'event' });
    reply.header('content-type', `${JSON_TYPE}; charset=utf-8`).send(pageOf(log, slice, head));
    return ANSWERED;
  }

  private stream(reply: FastifyReply, { vm, filter }: Wanted, position: number, type: Type, { follow, limit }: Query): Answer {
    const { log, hub, clock, limits } = this.parts;
    if (this.openStreams >= limits.httpStreamsMax) {
      return refuse('too-many-streams', '', `${this.openStreams} streams are open, as many as are allowed`, 'close one, or read pages');
    }
    const form = type === SSE_TYPE ? this.sse : NDJSON;
    const end = type === SSE_TYPE || follow === 'true' ? null : log.head;
    const cursor = new LogCursor({ log, hub, limits, filter, form, position, cut: 'event', ...(end === null ? {} : { end }) });
    const eventsMax = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
    const stream = new EventStream({ log, hub, clock, limits, vm, form, cursor, eventsMax, end });
    this.openStreams++;
    stream.once('close', () => this.openStreams--);
    reply.headers({
      'content-type': `${type}; charset=utf-8`,
      'x-accel-buffering': 'no',
      'rampart-epoch': log.epoch,
      'rampart-head': String(end ?? log.head),
    });
    reply.send(stream);
    // A client that waits for events should know that it waits for events.
    reply.raw.flushHeaders();
    return ANSWERED;
  }
}

function objectionTo({ follow, limit }: Query, type: Type): Refusal | null {
  if (follow !== undefined && type !== NDJSON_TYPE)
    return refuse('invalid-field', 'follow', `only ${NDJSON_TYPE} has a choice`, `leave it out, or accept ${NDJSON_TYPE}`);
  if (limit !== undefined && type === SSE_TYPE) return refuse('invalid-field', 'limit', `${SSE_TYPE} has no end`, 'leave it out');
  return null;
}

function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
