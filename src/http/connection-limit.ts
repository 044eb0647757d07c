/**
 * Open connections at a time. Beyond the limit a few spare ones are taken, so that a client is told why it is not served, and a health
 * check still is; beyond those Node ends a connection without a word.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** A refusal of HTTP and of an upgrade alike. */
interface TooManyConnections {
  readonly rejected: true;
  readonly code: 'too-many-connections';
  readonly pointer: '';
  readonly detail: string;
  readonly hint: string;
  readonly headers: { readonly connection: 'close' };
}

/** Connections beyond the limit that are taken to be told so. */
export const SPARE_CONNECTIONS = 32;

export class ConnectionLimit {
  private readonly open = new Set<Socket>();
  private readonly spare = new WeakSet<Socket>();
  /** Connections told that there are too many, or ended without a word. */
  refused = 0;

  constructor(
    server: Server,
    private readonly connectionsMax: number,
  ) {
    server.maxConnections = connectionsMax + SPARE_CONNECTIONS;
    server.on('connection', (socket: Socket) => this.opened(socket));
    server.on('drop', () => this.refused++);
  }

  get size(): number {
    return this.open.size;
  }

  /** null: go on. */
  objectionTo(socket: Socket): TooManyConnections | null {
    if (!this.spare.has(socket)) return null;
    this.refused++;
    return {
      rejected: true,
      code: 'too-many-connections',
      pointer: '',
      detail: `${this.connectionsMax} connections are open, as many as are allowed`,
      hint: 'close idle ones and come back, or raise RAMPART_CONNECTIONS_MAX',
      headers: { connection: 'close' },
    };
  }

  /** Also told of a socket that comes back from an offer of another protocol: it is counted once. */
  private opened(socket: Socket): void {
    if (this.open.has(socket)) return;
    if (this.open.size >= this.connectionsMax) this.spare.add(socket);
    this.open.add(socket);
    socket.once('close', () => this.open.delete(socket));
  }
}
