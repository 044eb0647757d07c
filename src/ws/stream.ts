/**
 * The WebSocket side of the service: takes the upgrades of an HTTP server over, keeps the connections, sweeps them, and sends
 * them away when the service stops.
 */
import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Clock, systemClock } from '../service/clock.js';
import type { EventLog } from '../service/event-log.js';
import type { Hub } from '../service/hub.js';
import { STREAM_LIMITS, type StreamLimits } from '../service/stream-limits.js';
import { Connection, type StreamMeter } from './connection.js';
import { clientMessageSchema, SUBPROTOCOL } from './messages.js';
import { handBack } from './plain-http.js';
import { PlainSession } from './plain-session.js';
import { type ParseJson, ProtocolSession } from './protocol-session.js';
import type { Line, Session } from './session.js';
import {
  answerAndEnd,
  BAD_HANDSHAKE,
  decideUpgrade,
  SHUTTING_DOWN,
  type StreamAccess,
  TOO_MANY_CONNECTIONS,
  TOO_MANY_SUBSCRIPTIONS,
  type Upgrade,
  type UpgradeRefusal,
} from './upgrade.js';

export interface StreamOptions {
  readonly server: Server;
  readonly log: EventLog;
  readonly hub: Hub;
  readonly access: StreamAccess;
  /** The problem document of a refused upgrade. */
  readonly problem: (refusal: UpgradeRefusal, requestId: string) => { readonly status: number; readonly body: string };
  readonly requestId: (request: IncomingMessage) => string;
  /** The strict one of the HTTP side. */
  readonly parseJson: ParseJson;
  readonly clock?: Clock;
  readonly limits?: Partial<StreamLimits>;
  readonly meter?: Partial<StreamMeter>;
}

export interface StreamStats {
  readonly connections: number;
  readonly subscriptions: number;
  /** Bytes written that the sockets have not taken yet. */
  readonly unsentBytes: number;
  /** Events that the subscription which is farthest behind has not looked at. */
  readonly lag: number;
}

/** One WebSocket, for those who look after the service. */
export type StreamPeer = Omit<StreamStats, 'connections'>;

export interface Stream {
  /** Sends everyone away, waits a bounded time for their goodbye, ends the rest. Upgrades are refused from now on. */
  close(): Promise<void>;
  stats(): StreamStats;
  peers(): readonly StreamPeer[];
}

const SILENT: StreamMeter = {
  opened: () => undefined,
  closed: () => undefined,
  delivered: () => undefined,
  stuck: () => undefined,
};

export function attachStream(options: StreamOptions): Stream {
  return new AttachedStream(options);
}

class AttachedStream implements Stream {
  private readonly clock: Clock;
  private readonly limits: StreamLimits;
  private readonly meter: StreamMeter;
  private readonly sockets: WebSocketServer;
  private readonly schema: ReturnType<typeof clientMessageSchema>;
  private readonly connections = new Set<Connection>();
  private closing = false;
  private cancelSweep: () => void;

  constructor(private readonly options: StreamOptions) {
    this.clock = options.clock ?? systemClock;
    this.limits = { ...STREAM_LIMITS, ...options.limits };
    this.meter = { ...SILENT, ...options.meter };
    this.schema = clientMessageSchema(this.limits);
    this.sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      // A peer that sends pings and never reads would make pongs pile up: see Connection.
      autoPong: false,
      // Somewhat too long is answered in words; this bound only keeps the memory small.
      maxPayload: 2 * this.limits.messageBytesMax,
      maxFragments: this.limits.messageFragmentsMax,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    this.sockets.on('wsClientError', (_error: Error, socket: Duplex, request: IncomingMessage) => {
      this.refuse(request, socket, BAD_HANDSHAKE);
    });
    options.server.on('upgrade', (request, socket, head) => {
      this.upgrade(request, socket, head);
    });
    this.cancelSweep = this.sweepLater();
  }

  async close(): Promise<void> {
    this.closing = true;
    const closed = [...this.connections].map((connection) => {
      connection.goAway();
      return connection.closed;
    });
    // The sweep ends those that do not say goodbye in `closeGraceMs`.
    await Promise.all(closed);
    this.cancelSweep();
    this.sockets.close();
  }

  stats(): StreamStats {
    let subscriptions = 0;
    let unsentBytes = 0;
    let lag = 0;
    for (const connection of this.connections) {
      subscriptions += connection.session.subscriptions;
      unsentBytes += connection.unsentBytes;
      lag = Math.max(lag, connection.session.lag);
    }
    return { connections: this.connections.size, subscriptions, unsentBytes, lag };
  }

  peers(): readonly StreamPeer[] {
    return [...this.connections].map(({ session: { subscriptions, lag }, unsentBytes }) => ({ subscriptions, unsentBytes, lag }));
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const upgrade = decideUpgrade(request, this.options.log, this.options.access);
    if (upgrade.kind === 'not-websocket') {
      handBack(this.options.server, request, socket, head);
      return;
    }
    // Node has taken its own listeners off: an error before ws puts on its own would end the process.
    socket.on('error', () => socket.destroy());
    const refusal = this.refusalOf(upgrade);
    if (refusal !== null) this.refuse(request, socket, refusal);
    else this.sockets.handleUpgrade(request, socket, head, (ws) => this.open(ws, socket, upgrade));
  }

  private refusalOf(upgrade: Upgrade): UpgradeRefusal | null {
    if (upgrade.kind === 'refused') return upgrade.refusal;
    if (this.closing) return SHUTTING_DOWN;
    if (this.connections.size >= this.limits.connectionsMax) return TOO_MANY_CONNECTIONS;
    // One without messages is a subscription from the start.
    return upgrade.kind === 'plain' && this.subscriptionsOpen() >= this.limits.subscriptionsMax ? TOO_MANY_SUBSCRIPTIONS : null;
  }

  private refuse(request: IncomingMessage, socket: Duplex, refusal: UpgradeRefusal): void {
    const requestId = this.options.requestId(request);
    answerAndEnd(socket, { ...this.options.problem(refusal, requestId), requestId });
  }

  private open(ws: WebSocket, socket: Duplex, upgrade: Upgrade): void {
    if (!(socket instanceof Socket)) {
      ws.terminate();
      return;
    }
    const { hub } = this.options;
    const session = (line: Line): Session => this.session(line, upgrade);
    const connection = new Connection({ ws, socket, hub, clock: this.clock, limits: this.limits, meter: this.meter, session });
    this.connections.add(connection);
    void connection.closed.then(() => this.connections.delete(connection));
  }

  private session(line: Line, upgrade: Upgrade): Session {
    const { log, hub, parseJson } = this.options;
    const parts = { log, hub, limits: this.limits, subscriptionsOpen: () => this.subscriptionsOpen() };
    if (upgrade.kind === 'plain') return new PlainSession(line, parts, upgrade.wanted);
    return new ProtocolSession(line, { ...parts, clock: this.clock, schema: this.schema, parseJson });
  }

  private subscriptionsOpen(): number {
    let open = 0;
    for (const { session } of this.connections) open += session.subscriptions;
    return open;
  }

  private sweepLater(): () => void {
    return this.clock.after(this.limits.sweepMs, () => {
      for (const connection of this.connections) connection.sweep();
      this.cancelSweep = this.sweepLater();
    });
  }
}
