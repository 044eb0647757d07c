/** The messages of `rampart.v1.json`, both ways: what a client may send, checked to the last field, and what it is sent. */
import { z } from 'zod';
import { STREAM_REFUSAL_CODES } from '../service/stream-refusal.js';
import type { StreamLimits } from '../service/stream-limits.js';

export const SUBPROTOCOL = 'rampart.v1.json';

export const CLOSE = {
  goingAway: 1001,
  policy: 1008,
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
}

export function checkClientMessage(schema: ClientMessageSchema, value: unknown): ClientMessage | BadMessage {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const key = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(key === undefined ? [] : [key])];
  const pointer = path.map((part) => `/${String(part).slice(0, 100)}`).join('');
  const what = key === undefined ? (issue?.message ?? 'it is no message') : 'there is no such field';
  return { rejected: true, pointer, detail: `${pointer === '' ? 'the message' : pointer}: ${what}` };
}
