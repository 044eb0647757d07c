/**
 * `rampart/client` in Node: `import { Rampart } from 'rampart/client'`. Sockets are those of `ws`, since Node 20 has none of its
 * own and none can send a token.
 */
import { WebSocket } from 'ws';
import type { Connect } from './line.js';
import { RampartClient, type RampartOptions } from './rampart.js';

export * from './public.js';

const connect: Connect = (url, protocol, { token }) =>
  new WebSocket(url, protocol, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

export class Rampart extends RampartClient {
  constructor(options?: RampartOptions) {
    super(connect, options);
  }
}
