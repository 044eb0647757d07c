/** What the service says of its own state, to whoever looks after it. */
import { z } from 'zod';
import { Count } from './basics.js';

const Use = z
  .strictObject({ used: Count, limit: Count })
  .meta({ id: 'Use', description: 'How much of a limit is used at the moment; both in the unit of the limit.' });

const LIMITS_IN_USE = [
  'vms',
  'contentBytes',
  'touchedBytes',
  'logBytes',
  'connections',
  'streams',
  'streamSubscriptions',
  'streamTickets',
] as const;

export const Diagnostics = z
  .strictObject({
    version: z.string(),
    rulesVersion: z.int(),
    ready: z.boolean(),
    settings: z
      .record(z.string(), z.unknown())
      .meta({ description: 'Every setting as it stands; a secret that is set is "***", one that is not set is null.' }),
    use: z.strictObject(Object.fromEntries(LIMITS_IN_USE.map((name) => [name, Use])) as Record<(typeof LIMITS_IN_USE)[number], typeof Use>),
    log: z.strictObject({
      epoch: z.string(),
      began: z.enum(['restart-without-store', 'store-replaced']),
      head: Count,
      oldest: Count,
      events: Count,
      segments: Count,
    }),
    store: z.strictObject({
      kind: z.enum(['memory', 'folder']),
      failure: z.string().nullable().meta({ description: 'Why nothing can be written at present.' }),
      record: Count.nullable(),
      waiting: Count.nullable().meta({ description: 'Batches of records that are not kept yet.' }),
      diskBytes: Count.nullable(),
      idempotencyKeys: Count,
    }),
    stream: z.strictObject({
      followers: Count.meta({ description: 'WebSockets, and event streams over HTTP.' }),
      lag: Count.meta({ description: 'Events that the WebSocket which is farthest behind has to go.' }),
      unsentBytes: Count,
      sockets: z
        .array(z.strictObject({ subscriptions: Count, lag: Count, unsentBytes: Count }))
        .meta({ description: 'The WebSockets that are farthest behind, at most 100.' }),
    }),
    vitals: z
      .strictObject({
        node: z.string(),
        uptimeSeconds: z.number(),
        eventLoopDelayMs: z.strictObject({ mean: z.number(), p99: z.number(), max: z.number() }),
        memoryBytes: z.strictObject({ rss: Count, heapUsed: Count, heapTotal: Count, external: Count, arrayBuffers: Count }),
      })
      .nullable(),
  })
  .meta({ id: 'Diagnostics' });

export type DiagnosticsView = z.infer<typeof Diagnostics>;
export type LimitInUse = (typeof LIMITS_IN_USE)[number];
