/** Peers that mean no good, many of each kind at once: they are ended, and a healthy client is served all the while. */
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/service/clock.js';
import { STREAM_LIMITS } from '../../src/service/stream-limits.js';
import { listeningApp, type ListeningApp } from '../http/support/listening-app.js';
import { WsClient } from '../stream/support/ws-client.js';
import { frame, HANDSHAKE, HealthyClient, peerOf, peersOf } from './siege.js';

const LONG = process.env['RAMPART_LONG'] === '1';
const PEERS = LONG ? 2000 : 200;

async function besieged(run: (service: ListeningApp) => Promise<void>, changes = {}): Promise<void> {
  const service = await listeningApp(changes, { clock: systemClock });
  const healthy = await HealthyClient.start(service.url);
  await run(service);
  await healthy.stop(20);
  expect((await service.app.get('/healthz')).status).toBe(200);
}

const HEAD = 'POST /v1/vms HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

describe('slow peers', { timeout: 120_000 }, () => {
  const SLOW = [
    { what: 'say nothing at all', hello: () => '', drip: '' },
    { what: 'send their headers a byte at a time', hello: () => HEAD, drip: 'x' },
    { what: 'send their body a byte at a time', hello: () => `${HEAD}Content-Length: 1000000\r\n\r\n`, drip: ' ' },
    { what: 'send chunks a byte at a time', hello: () => `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, drip: '1\r\n \r\n' },
    { what: 'stop in the middle of a handshake', hello: (port: number) => HANDSHAKE(port).slice(0, -4), drip: '' },
  ];

  test('are told that their time is over, all kinds at once', async () => {
    await besieged(
      async ({ port }) => {
        const kinds = await Promise.all(SLOW.map(async (kind) => ({ ...kind, peers: await peersOf(PEERS / 5, port, kind.hello(port)) })));
        const timer = setInterval(() => {
          for (const { drip, peers } of kinds) for (const { socket } of peers) if (drip !== '' && socket.writable) socket.write(drip);
        }, 100);
        for (const { what, peers } of kinds) {
          for (const text of await Promise.all(peers.map(({ closed }) => closed))) {
            expect(text, what).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request-timeout"/);
          }
        }
        clearInterval(timer);
      },
      { headerTimeoutMs: 2000, requestTimeoutMs: 3000 },
    );
  });

  test('that are done and stay are let go when they were idle for too long', async () => {
    await besieged(
      async ({ port }) => {
        const peers = await peersOf(PEERS, port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
        for (const text of await Promise.all(peers.map(({ closed }) => closed))) expect(text).toMatch(/^HTTP\/1\.1 200 /);
      },
      { keepAliveMs: 300 },
    );
  });
});

describe('a flood on a WebSocket', { timeout: 120_000 }, () => {
  test('of fragments: a message has a bounded number', async () => {
    await besieged(async ({ port }) => {
      const peers = await peersOf(PEERS / 10, port, HANDSHAKE(port));
      const flood = Buffer.concat([
        frame(1, false, Buffer.from('{')),
        ...Array.from({ length: 10_000 }, () => frame(0, false, Buffer.alloc(0))),
      ]);
      for (const { socket } of peers) socket.write(flood);
      for (const text of await Promise.all(peers.map(({ closed }) => closed))) {
        expect(text).toMatch(/^HTTP\/1\.1 101 /);
        // The close frame: 1008, policy.
        expect(text).toContain('\x03\xf0');
      }
    });
  });

  test.each([
    ['as many fragments as are allowed', STREAM_LIMITS.messageFragmentsMax, true],
    ['one more', STREAM_LIMITS.messageFragmentsMax + 1, false],
  ])('%s', async (_what, fragments, taken) => {
    const { port } = await listeningApp({}, { clock: systemClock });
    const { socket, closed } = await peerOf(port, HANDSHAKE(port));
    const text = '{"t":"unsubscribe","id":7}';
    for (let i = 0; i < fragments; i++) {
      const last = i === fragments - 1;
      socket.write(frame(i === 0 ? 1 : 0, last, Buffer.from(last ? text.slice(i) : (text[i] ?? ''))));
    }
    socket.write(frame(8, true, Buffer.from([0x03, 0xe8])));
    const answer = await closed;
    if (taken) expect(answer).toContain('"code":"unknown-id"');
    else expect(answer).not.toContain('unknown-id');
  });

  test('of pings: they are answered and keep nobody waiting', async () => {
    const pings = LONG ? 200_000 : 20_000;
    await besieged(async ({ port }) => {
      const peers = await peersOf(10, port, HANDSHAKE(port));
      const burst = Buffer.concat(Array.from({ length: 100 }, () => frame(9, true, Buffer.from('?'))));
      for (let sent = 0; sent < pings; sent += 100) {
        for (const { socket } of peers)
          if (!socket.write(burst)) await new Promise<void>((resolve) => socket.once('drain', () => resolve()));
      }
      for (const { socket } of peers) socket.write(frame(8, true, Buffer.from([0x03, 0xe8])));
      for (const text of await Promise.all(peers.map(({ closed }) => closed))) expect(text.split('\x8a\x01?').length - 1).toBe(pings);
    });
  });

  test('of messages that are none: the first ends it', async () => {
    await besieged(async ({ port }) => {
      const peers = await peersOf(PEERS / 10, port, HANDSHAKE(port));
      for (const { socket } of peers) socket.write(Buffer.concat(Array.from({ length: 1000 }, () => frame(1, true, Buffer.from('{')))));
      for (const text of await Promise.all(peers.map(({ closed }) => closed))) expect(text.split('bad-frame').length - 1).toBe(1);
    });
  });
});

describe('deep JSON', { timeout: 60_000 }, () => {
  const depths = [1000, 100_000, 500_000];
  const forms: readonly (readonly [string, (depth: number) => string])[] = [
    ['lists', (depth) => '['.repeat(depth) + ']'.repeat(depth)],
    ['lists that never end', (depth) => '['.repeat(depth)],
    ['objects', (depth) => `${'{"a":'.repeat(depth / 4)}1${'}'.repeat(depth / 4)}`],
    ['a field of a request', (depth) => `{"labels":${'['.repeat(depth)}${']'.repeat(depth)}}`],
    ['a field that is not there', (depth) => `{"nothing":${'{"a":'.repeat(depth / 4)}1${'}'.repeat(depth / 4)}}`],
    ['a key twice, deep down', (depth) => `${'{"a":'.repeat(depth / 4)}{"b":1,"b":2}${'}'.repeat(depth / 4)}`],
  ];

  test.each(forms)('in %s is answered with a problem', async (_what, text) => {
    await besieged(async ({ app }) => {
      for (const depth of depths) {
        const { status, headers } = await app.postText('/v1/vms', text(depth));
        expect([status, headers['content-type']]).toEqual([400, 'application/problem+json']);
      }
    });
  });

  test('in a message ends the WebSocket', async () => {
    await besieged(async ({ url }) => {
      for (const [, text] of forms) {
        const client = await WsClient.talk(url);
        client.send(text(20_000));
        expect((await client.ended).code).toBe(4400);
      }
    });
  });
});
