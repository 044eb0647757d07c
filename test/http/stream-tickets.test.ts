/** The stream's door for browsers: a token buys a ticket, a ticket opens one stream, and nobody else ever sees either. */
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { beforeAll, expect, test } from 'vitest';
import { WsClient } from '../stream/support/ws-client.js';
import { RawPeer } from '../stream/support/raw-peer.js';
import { type ListeningApp, listeningApp } from './support/listening-app.js';
import { STREAM_LIMITS } from '../../src/service/stream-limits.js';

const bearer = { authorization: 'Bearer secret' };
const logged: string[] = [];
const sink = new Writable({
  write(chunk, _encoding, done) {
    logged.push(String(chunk));
    done();
  },
});

let service: ListeningApp;

beforeAll(async () => {
  service = await listeningApp({ token: 'secret', logLevel: 'trace', accessLog: 1 }, { logger: pino({ level: 'trace' }, sink) });
});

async function ticket(): Promise<string> {
  const { status, body, headers } = await service.app.call({ method: 'POST', url: '/v1/stream-tickets', headers: bearer });
  expect(status).toBe(201);
  expect(headers['cache-control']).toBe('no-store');
  expect(body).toEqual({ ticket: expect.stringMatching(/^[\w-]{43}$/), expiresInMs: STREAM_LIMITS.ticketMs });
  return body.ticket;
}

async function statusAt(target: string, protocol?: string): Promise<string> {
  const peer = await RawPeer.webSocket(service.port, target, protocol);
  peer.socket.destroy();
  return peer.head.split(' ', 2)[1] ?? '';
}

test('one is sold for the token alone', async () => {
  expect((await service.app.call({ method: 'POST', url: '/v1/stream-tickets' })).body).toMatchObject({ status: 401 });
  const withBody = await service.app.post('/v1/stream-tickets', {}, bearer);
  expect(withBody.body).toMatchObject({ status: 400, code: 'invalid-field' });
});

test.each([
  ['without messages', '/v1/stream?after=oldest&ticket=', undefined],
  ['with the protocol', '/v1/stream?ticket=', 'rampart.v1.json'],
])('it opens one stream %s, and not a second one', async (_how, target, protocol) => {
  const bought = await ticket();
  const client = await WsClient.open(`${service.url}${target}${bought}`, protocol, { headers: { origin: `http://${service.url}` } });
  expect(await statusAt(`${target}${bought}`, protocol)).toBe('401');
  await client.close();
  expect(await statusAt(`${target}${bought}`, protocol)).toBe('401');
});

test('it is worth nothing when its time is over', async () => {
  const bought = await ticket();
  service.app.clock.advance(STREAM_LIMITS.ticketMs);
  expect(await statusAt(`/v1/stream?ticket=${bought}`)).toBe('401');
});

test.each(['', 'x', 'secret', 'A'.repeat(43)])('%j is no ticket', async (guess) => {
  expect(await statusAt(`/v1/stream?ticket=${guess}`)).toBe('401');
});

test('a ticket is no token: it opens nothing else', async () => {
  const bought = await ticket();
  for (const headers of [{}, { authorization: `Bearer ${bought}` }]) {
    expect((await service.app.get(`/v1/about?ticket=${bought}`, headers)).status).toBe(401);
  }
});

test('two at once are refused', async () => {
  expect(await statusAt(`/v1/stream?ticket=${await ticket()}&ticket=${await ticket()}`)).toBe('400');
});

test('a page of another origin cannot use one', async () => {
  const peer = await RawPeer.request(service.port, `/v1/stream?ticket=${await ticket()}`, [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Origin: http://evil.example',
  ]);
  expect(peer.head).toMatch(/ 403 /);
});

test('as many are sold as the limit allows', async () => {
  service.app.clock.advance(STREAM_LIMITS.ticketMs);
  for (let i = 0; i < STREAM_LIMITS.ticketsMax; i++) await service.app.call({ method: 'POST', url: '/v1/stream-tickets', headers: bearer });
  const refused = await service.app.call({ method: 'POST', url: '/v1/stream-tickets', headers: bearer });
  expect(refused.body).toMatchObject({ status: 429, code: 'too-many-tickets' });
  service.app.clock.advance(STREAM_LIMITS.ticketMs);
  expect(await statusAt(`/v1/stream?ticket=${await ticket()}`)).toBe('101');
});

test('none is repeated in an answer or a log line, whatever is wrong with the rest', async () => {
  const bought = await ticket();
  for (const [target, protocol] of [
    [`/v1/stream?ticket=${bought}&since=1`, 'rampart.v1.json'],
    [`/v1/stream?ticket=${bought}&since=1`, undefined],
    [`/v1/streams?ticket=${bought}`, undefined],
    [`/v1/stream?ticket=${bought}&ticket=${bought}`, undefined],
  ] as const) {
    const peer = await RawPeer.webSocket(service.port, target, protocol);
    await peer.closed;
    expect(peer.head).toMatch(/ (400|401|404) /);
    expect(peer.head + peer.text).not.toContain(bought);
  }
  const plain = await service.app.get(`/v1/stream?ticket=${bought}`, bearer);
  expect(plain.text).not.toContain(bought);
  expect(logged.join('')).toContain('/v1/stream');
  expect(logged.join('')).not.toContain(bought);
});
