/**
 * Requests that offer another protocol than WebSocket, and are ordinary HTTP otherwise.
 *
 * Some clients send `Upgrade: h2c` with every request. A server may ignore it, and Node does as long as nobody listens for
 * 'upgrade'; here somebody does, and Node hands the bare socket over with its HTTP parser gone. So the request is put back in
 * front of the socket, without the offer, and the socket is given to the server as a new one. (A client that makes an offer
 * waits for the answer: requests pipelined behind it are not taken care of.)
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

const OFFER_HEADERS: readonly string[] = ['upgrade', 'connection', 'http2-settings'];

export function handBack(server: Server, request: IncomingMessage, socket: Duplex, rest: Buffer): void {
  const lines = [`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/${request.httpVersion}`];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    const [name, value] = request.rawHeaders.slice(i, i + 2);
    if (!OFFER_HEADERS.includes(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  const connection = (request.headers.connection ?? '').split(',').map((option) => option.trim());
  if (connection.some((option) => option.toLowerCase() === 'close')) lines.push('Connection: close');
  // Header text came as latin1 and goes back as latin1.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), rest]));
  server.emit('connection', socket);
}
