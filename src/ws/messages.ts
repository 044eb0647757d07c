/** The messages of `rampart.v1.json`, both ways: what a client may send, checked to the last field, and what it is sent. */
import { z } from 'zod';
import { expectation, fieldsAt, pointerOf, valueAt } from '../service/schema-words.js';
import { STREAM_REFUSAL_CODES } from '../service/stream-refusal.js';
import type { StreamLimits } from '../service/stream-limits.js';

export const SUBPROTOCOL = 'rampart.v1.json';

export const CLOSE = {
  goingAway: 1001,
  policy: 1008,
  tooBig: 1009,
  badFrame: 4400,
  stuck: 4408,
  compacted: 4410,
  cursor: 4416,
} as const;

export const ERROR_CODES = [...STREAM_REFUSAL_CODES, 'bad-frame', 'id-in-use', 'unknown-id'] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export const SLOW_POLICIES = ['wait', 'gap', 'close'] as const;
export type SlowPolicy = (typeof SLOW_POLICIES)[number];

const count = z.number().int();
/** A subscription's name, chosen by the client. */
const id = count.min(0).max(2 ** 31 - 1);

export function clientMessageSchema(limits: StreamLimits) {
  const batch = z.strictObject({ max: count.min(1).max(limits.batchEventsMax), ms: count.min(0).max(limits.batchMsMax) });
  return z.discriminatedUnion('t', [
    z.strictObject({
      t: z.literal('subscribe'),
      id,
      vm: z.string().nullable().optional(),
      after: z.union([z.string(), count.min(0)]).optional(),
      types: z.array(z.string()).min(1).optional(),
      gpa: z.tuple([z.union([z.string(), count.min(0)]), z.union([z.string(), count.min(0)])]).optional(),
      batch: batch.partial().optional(),
      credit: count.min(0).max(limits.creditMax).optional(),
      slow: z.enum(SLOW_POLICIES).optional(),
    }),
    z.strictObject({ t: z.literal('credit'), id, n: count.min(1).max(limits.creditMax) }),
    z.strictObject({ t: z.literal('unsubscribe'), id }),
  ]);
}

export type ClientMessageSchema = ReturnType<typeof clientMessageSchema>;
export type ClientMessage = z.infer<ClientMessageSchema>;
export type SubscribeMessage = Extract<ClientMessage, { t: 'subscribe' }>;

/** `events` is not here: it is framed as bytes, see forms.ts. */
export type ServerMessage =
  | {
      readonly t: 'hello';
      readonly epoch: string;
      readonly head: number;
      readonly oldest: number;
      readonly limits: object;
      readonly heartbeatMs: number;
    }
  | { readonly t: 'subscribed'; readonly id: number; readonly from: number; readonly head: number }
  | { readonly t: 'mark'; readonly id: number; readonly from: number; readonly to: number; readonly head: number }
  | {
      readonly t: 'gap';
      readonly id: number;
      readonly from: number;
      readonly lost: readonly [number, number];
      readonly why: 'compacted' | 'slow';
      readonly fetch: string;
    }
  | { readonly t: 'epoch'; readonly old: string; readonly new: string; readonly why: 'restart-without-store' | 'store-replaced' }
  | { readonly t: 'goaway'; readonly why: 'shutdown'; readonly resume: string; readonly retryMs: readonly [number, number] }
  | {
      readonly t: 'error';
      readonly id?: number;
      readonly code: ErrorCode;
      readonly detail: string;
      readonly pointer?: string;
      readonly hint?: string;
    };

export interface BadMessage {
  readonly rejected: true;
  readonly pointer: string;
  readonly detail: string;
  readonly hint: string;
}

export function checkClientMessage(schema: ClientMessageSchema, value: unknown): ClientMessage | BadMessage {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  if (issue === undefined) return badMessage('', 'it is no message', 'see /asyncapi.json');
  if (issue.code === 'unrecognized_keys') {
    const pointer = pointerOf([...issue.path, issue.keys[0] ?? '']).slice(0, 200);
    const known = fieldsOf(schema, value, issue.path);
    return badMessage(pointer, `${pointer}: there is no such field`, `the fields are ${known.join(', ')}`);
  }
  const pointer = pointerOf(issue.path).slice(0, 200);
  const missing = issue.path.length > 0 && valueAt(value, issue.path) === undefined;
  return badMessage(
    pointer,
    `${pointer === '' ? 'the message' : pointer} ${missing ? 'is missing' : 'has a value that it cannot have'}`,
    `give ${issue.code === 'invalid_union' && issue.path[0] === 't' ? KINDS : expectation(issue)}`,
  );
}

const KINDS = 'one of "subscribe", "credit", "unsubscribe"';

export function badMessage(pointer: string, detail: string, hint: string): BadMessage {
  return { rejected: true, pointer, detail, hint };
}

function fieldsOf(schema: ClientMessageSchema, value: unknown, path: readonly PropertyKey[]): readonly string[] {
  const kind = valueAt(value, ['t']);
  const form = schema.options.find((option) => option.shape.t.value === kind);
  return form === undefined ? [] : fieldsAt(form, path.map(String));
}

/** The subscription that a message names, as far as it can be read. */
export function idOf(value: unknown): number | undefined {
  const named = id.safeParse(valueAt(value, ['id']));
  return named.success ? named.data : undefined;
}
