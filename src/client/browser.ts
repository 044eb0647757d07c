/** `rampart/client` in browsers. A page's socket cannot carry a token, so each is opened by a ticket. */
import type { Connect, Socket } from './line.js';
import { RampartClient, type RampartOptions } from './rampart.js';

export * from './public.js';

const connect: Connect = async (url, protocol, { token, ticket }) => {
  const place = token === undefined ? url : `${url}?ticket=${encodeURIComponent(await ticket())}`;
  const { WebSocket } = globalThis as unknown as { readonly WebSocket: new (url: string, protocol: string) => Socket };
  return new WebSocket(place, protocol);
};

export class Rampart extends RampartClient {
  constructor(options?: RampartOptions) {
    super(connect, options);
  }
}
