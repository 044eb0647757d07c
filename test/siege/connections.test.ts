/** Open connections: so many, a few more that are told why not, and no more. */
import { expect, test } from 'vitest';
import { SPARE_CONNECTIONS } from '../../src/http/connection-limit.js';
import { systemClock } from '../../src/service/clock.js';
import { listeningApp } from '../http/support/listening-app.js';
import { HANDSHAKE, type Peer, peerOf, peersOf } from './siege.js';

const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** Resolves when the peer has this. */
function hears({ socket }: Peer, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = '';
    socket.on('data', (data: string) => {
      heard += data;
      if (heard.includes(text)) resolve();
    });
    socket.once('close', () => reject(new Error(`closed after ${heard}`)));
  });
}

test('as many as are allowed are served, the next is told so and let go, until one of them ends', async () => {
  const { app, port } = await listeningApp({ connectionsMax: 3 }, { clock: systemClock });
  const served = await peersOf(3, port);
  for (const peer of served) {
    const heard = hears(peer, '"name":"rampart"');
    peer.socket.write(request('/v1/about'));
    await heard;
  }
  const told = await (await peerOf(port, request('/v1/about'))).closed;
  expect(told).toMatch(/^HTTP\/1\.1 429 [^]*connection: close[^]*"code":"too-many-connections"/i);
  const stream = await (await peerOf(port, HANDSHAKE(port))).closed;
  expect(stream).toMatch(/^HTTP\/1\.1 429 [^]*"code":"too-many-connections"/);
  const probe = await peerOf(port);
  const alive = hears(probe, '{"status":"ok"}');
  probe.socket.write(request('/healthz'));
  await alive;
  probe.socket.destroy();
  expect((await app.get('/metrics')).text).toMatch(/^rampart_connections_refused_total 2$/m);

  served[0]?.socket.destroy();
  await expect.poll(() => app.app.http.connections.size).toBe(2);
  const again = await peerOf(port);
  const heard = hears(again, '"name":"rampart"');
  again.socket.write(request('/v1/about'));
  await heard;
  for (const { socket } of [...served, again]) socket.destroy();
});

test('beyond those that are told, connections end without a word', async () => {
  const { app, port } = await listeningApp({ connectionsMax: 1 }, { clock: systemClock });
  const taken = await peersOf(1 + SPARE_CONNECTIONS, port);
  await expect.poll(() => app.app.http.connections.size).toBe(1 + SPARE_CONNECTIONS);
  expect(await (await peerOf(port, request('/healthz'))).closed).toBe('');
  expect(app.app.http.connections.refused).toBe(1);
  for (const { socket } of taken) socket.destroy();
  await expect.poll(() => app.app.http.connections.size).toBe(0);
});
