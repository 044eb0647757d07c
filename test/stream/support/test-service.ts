/** The event routes and the stream on a real server of its own, over a log that a test writes to. */
import { type AddressInfo } from 'node:net';
import pino from 'pino';
import { parseJsonText } from '../../../src/http/json-body.js';
import { problemDocument } from '../../../src/http/problem.js';
import { requestIds } from '../../../src/http/request-id.js';
import { RequestTimes } from '../../../src/http/request-times.js';
import { eventRoutes } from '../../../src/http/routes/events.js';
import { createServer } from '../../../src/http/server.js';
import { contestsHost, createAccessPolicy, decideStreamAccess } from '../../../src/service/access.js';
import { type Clock, systemClock } from '../../../src/service/clock.js';
import type { EventLog, EventLogOptions } from '../../../src/service/event-log.js';
import { AnswerBook } from '../../../src/service/answer-book.js';
import { MemoryJournal } from '../../../src/service/journal.js';
import { Hub } from '../../../src/service/hub.js';
import { STREAM_LIMITS, type StreamLimits } from '../../../src/service/stream-limits.js';
import { StreamTickets } from '../../../src/service/stream-tickets.js';
import { attachStream, type Stream } from '../../../src/ws/stream.js';
import { newLog } from './log-text.js';

export interface TestService {
  readonly log: EventLog;
  readonly hub: Hub;
  readonly stream: Stream;
  readonly tickets: StreamTickets;
  readonly port: number;
  readonly url: string;
  /** Codes of the WebSockets that have ended. */
  readonly closeCodes: number[];
  close(): Promise<void>;
}

export interface TestServiceOptions {
  readonly log?: Partial<EventLogOptions>;
  readonly limits?: Partial<StreamLimits>;
  readonly clock?: Clock;
  readonly token?: string;
}

const HTTP_SETTINGS = {
  bodyBytesMax: 2 ** 20,
  headerBytesMax: 16_384,
  connectionsMax: 10_000,
  headerTimeoutMs: 60_000,
  requestTimeoutMs: 60_000,
  keepAliveMs: 5000,
  slowRequestMs: 60_000,
  accessLog: 0,
};

export async function startService(options: TestServiceOptions = {}): Promise<TestService> {
  const limits = { ...STREAM_LIMITS, ...options.limits };
  const clock = options.clock ?? systemClock;
  const log = newLog(options.log);
  const hub = new Hub({ log, limits });
  const policy = createAccessPolicy({ host: '127.0.0.1', token: options.token ?? null, allowedHosts: [], allowedOrigins: [] });
  const http = createServer(
    {
      settings: HTTP_SETTINGS,
      access: policy,
      gate: { journal: new MemoryJournal(log), answers: new AnswerBook(() => clock.now()), now: () => clock.now() },
      logger: pino({ level: 'silent' }),
      times: new RequestTimes(),
      onBug: (error) => void process.emit('uncaughtException', error),
    },
    eventRoutes({ log, hub, clock, limits }),
  );
  const tickets = new StreamTickets(clock, limits);
  const closeCodes: number[] = [];
  const stream = attachStream({
    server: http.server,
    log,
    hub,
    clock,
    limits,
    access(request, ticket) {
      const { host, origin, authorization } = request.headers;
      return decideStreamAccess(policy, tickets, { host, hostContested: contestsHost(request), origin, authorization }, ticket);
    },
    problem(refusal, requestId) {
      const document = problemDocument(refusal, requestId);
      return { status: document.status, body: JSON.stringify(document) };
    },
    requestId: requestIds(),
    parseJson: parseJsonText,
    meter: { closed: (code) => closeCodes.push(code) },
  });
  await http.listen({ host: '127.0.0.1', port: 0 });
  const { port } = http.server.address() as AddressInfo;
  return {
    log,
    hub,
    stream,
    tickets,
    port,
    url: `127.0.0.1:${port}`,
    closeCodes,
    async close() {
      hub.close();
      await stream.close();
      http.server.closeAllConnections();
      await http.close();
    },
  };
}
