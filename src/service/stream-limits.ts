/** Every bound of the event log and of the stream, with its name, unit and default. `GET /v1/about` and `hello` repeat them. */

export interface EventLogLimits {
  /** An event may go once its VM has this many newer ones. */
  readonly eventsPerVm: number;
  /** Bytes that the log holds in all, index included; beyond it the oldest go, whoever they belong to. */
  readonly logBytesMax: number;
  /** Events made longer ago than this go; Infinity: none does. */
  readonly eventAgeMs: number;
  /** Bytes of events in one segment, the unit of compression and of compaction. */
  readonly segmentBytes: number;
  /** Events in one segment at most. */
  readonly segmentEventsMax: number;
  /** Full segments that stay uncompressed, the newest ones. */
  readonly plainSegments: number;
  /** Compressed segments that are kept unpacked for those who read them. */
  readonly unpackedSegments: number;
}

export const EVENT_LOG_LIMITS: EventLogLimits = {
  eventsPerVm: 1_000_000,
  logBytesMax: 512 * 2 ** 20,
  eventAgeMs: 30 * 86_400_000,
  segmentBytes: 256 * 2 ** 10,
  segmentEventsMax: 4096,
  plainSegments: 16,
  unpackedSegments: 8,
};

export interface StreamLimits {
  /** WebSocket connections at once; the next one is answered 429. */
  readonly connectionsMax: number;
  /** Event streams over HTTP (SSE, NDJSON that follows) at once; the next one is answered 429. */
  readonly httpStreamsMax: number;
  readonly subscriptionsPerConnection: number;
  /** Subscriptions of all connections together; the next one gets an `error` frame. */
  readonly subscriptionsMax: number;
  /** One-time tickets that are issued and neither used nor ended; the next one is answered 429. */
  readonly ticketsMax: number;
  /** How long a ticket is good. */
  readonly ticketMs: number;
  /** Bytes of one message from a client. */
  readonly messageBytesMax: number;
  /** Fragments of one message from a client. */
  readonly messageFragmentsMax: number;
  /** Events in one frame: the most that may be asked for, and what one gets unasked. */
  readonly batchEventsMax: number;
  readonly batchEventsDefault: number;
  /** Milliseconds that a batch may wait to fill. */
  readonly batchMsMax: number;
  /** Events of credit that one subscription can hold. */
  readonly creditMax: number;
  /** Bytes of events framed in one go; a single event may exceed it. */
  readonly frameBytesMax: number;
  /** Bytes that a socket may hold unsent before nothing more is written to it. */
  readonly unsentBytesMax: number;
  /** Positions that one subscription looks through before others have their turn. */
  readonly scanPositionsMax: number;
  /** Bytes of frames kept for the other subscribers of the same range. */
  readonly framesKeptBytes: number;
  /** Events that a subscription may be behind, for want of credit or of room in its socket, before it counts as slow. */
  readonly slowLagEvents: number;
  /** How long it may be so far behind before `slow` says what becomes of it: a burst makes nobody slow. */
  readonly slowAfterMs: number;
  /** A socket that took nothing for so long is ended. */
  readonly stuckAfterMs: number;
  /** From the close frame to the end of a peer that does not answer it. */
  readonly closeGraceMs: number;
  readonly heartbeatMs: number;
  /** Heartbeats without a byte from the peer before it counts as gone. */
  readonly silentHeartbeatsMax: number;
  /** How often sockets are looked at for heartbeats and stuck peers. */
  readonly sweepMs: number;
  /** What `goaway` advises: wait a random time between these before coming back. */
  readonly retryMs: readonly [number, number];
}

export const STREAM_LIMITS: StreamLimits = {
  connectionsMax: 4096,
  httpStreamsMax: 1024,
  subscriptionsPerConnection: 64,
  subscriptionsMax: 16_384,
  ticketsMax: 1024,
  ticketMs: 30_000,
  messageBytesMax: 64 * 2 ** 10,
  messageFragmentsMax: 16,
  batchEventsMax: 1000,
  batchEventsDefault: 256,
  batchMsMax: 1000,
  creditMax: 1_000_000_000,
  frameBytesMax: 32 * 2 ** 10,
  unsentBytesMax: 32 * 2 ** 10,
  scanPositionsMax: 65_536,
  framesKeptBytes: 2 ** 20,
  slowLagEvents: 16_384,
  slowAfterMs: 1000,
  stuckAfterMs: 30_000,
  closeGraceMs: 2000,
  heartbeatMs: 10_000,
  silentHeartbeatsMax: 3,
  sweepMs: 1000,
  retryMs: [200, 2000],
};
