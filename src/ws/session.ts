/** What a connection asks of the conversation that runs on it: with protocol or without. */
import type { BadMessage } from './messages.js';
import type { Outbox } from './outbox.js';

export interface Session {
  /** How many subscriptions it has. */
  readonly subscriptions: number;
  /** Events that the one of them which is farthest behind has not looked at. */
  readonly lag: number;
  /** A text message of the client. */
  receive(text: string): void;
  /** A message that could not be read at all: says why and closes with the code. */
  refuseMessage(why: BadMessage, code: number): void;
  /** Adds events until the outbox is full or there are none; true: there is more. */
  pump(outbox: Outbox): boolean;
  /** The socket takes nothing now. */
  holdUp(): void;
  /** Every `heartbeatMs` while the socket takes bytes. */
  heartbeat(outbox: Outbox): void;
  /** Looked at now and then even while the socket takes nothing: whether someone has to go. */
  sweep(): void;
  /** The last words before the service stops; the answer is the reason in the close frame. */
  farewell(outbox: Outbox): string;
  /** The connection is gone. */
  end(): void;
}

/** What a session may ask of its connection. */
export interface Line {
  /** Answers the client. Written even where the socket is full: then nothing more is read from it. */
  send(text: string): void;
  /** Asks for a turn. */
  wake(): void;
  close(code: number, reason: string): void;
}
