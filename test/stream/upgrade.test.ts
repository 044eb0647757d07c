/** Who is let in and who is not: refused upgrades are HTTP answers with a problem document. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { FakeVm } from './support/fake-vms.js';
import { RawPeer } from './support/raw-peer.js';
import { startService, type TestService, type TestServiceOptions } from './support/test-service.js';
import { WsClient } from './support/ws-client.js';

let service: TestService;

async function start(options?: TestServiceOptions): Promise<TestService> {
  service = await startService(options);
  new FakeVm('vm-a', service.log);
  return service;
}

afterEach(async () => {
  await service.close();
});

interface Refused {
  readonly status: number;
  readonly headers: string;
  readonly problem: {
    readonly code: string;
    readonly pointer: string;
    readonly status: number;
    readonly requestId: string;
    readonly hint: string;
  };
}

/** Sends bytes, reads until the server ends the connection. */
async function exchange(text: string): Promise<string> {
  const socket = connect({ port: service.port, host: '127.0.0.1' });
  socket.write(text);
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function handshake(changes: Readonly<Record<string, string | null>> = {}, target = '/v1/stream', method = 'GET'): string {
  const headers: Record<string, string | null> = {
    Host: service.url,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  return [`${method} ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

async function refused(text: string): Promise<Refused> {
  const answer = await exchange(text);
  const [headers = '', body = ''] = answer.split('\r\n\r\n', 2);
  return { status: Number(headers.split(' ', 2)[1]), headers, problem: JSON.parse(body) as Refused['problem'] };
}

describe('refused', () => {
  test.each([
    ['an unknown VM', {}, '/v1/stream?vm=vm-z', 404, 'unknown-vm', 'vm'],
    ['another path', {}, '/v1/streams', 404, 'unknown-route', ''],
    ['an unknown parameter', {}, '/v1/stream?since=1', 400, 'unknown-field', 'since'],
    ['a parameter twice', {}, '/v1/stream?after=head&after=oldest', 400, 'invalid-field', 'after'],
    ['text that is no cursor', {}, '/v1/stream?after=now', 400, 'invalid-field', 'after'],
    ['an unknown type', {}, '/v1/stream?types=faults', 400, 'invalid-field', 'types'],
    ['no type', {}, '/v1/stream?types=', 400, 'invalid-field', 'types'],
    ['a range that is none', {}, '/v1/stream?gpa=0x0', 400, 'invalid-field', 'gpa'],
    ['a bare seq without a VM is closed later, but a bad range is refused', {}, '/v1/stream?gpa=0x2,0x1', 400, 'invalid-field', 'gpa'],
    ['another protocol', { 'Sec-WebSocket-Protocol': 'graphql-ws, mqtt' }, '/v1/stream', 400, 'invalid-field', 'sec-websocket-protocol'],
    ['parameters beside the protocol', { 'Sec-WebSocket-Protocol': 'rampart.v1.json' }, '/v1/stream?vm=vm-a', 400, 'unknown-field', 'vm'],
    ['another host', { Host: 'evil.example:7670' }, '/v1/stream', 403, 'host-not-allowed', 'Host'],
    ['no host', { Host: null }, '/v1/stream', 403, 'host-not-allowed', 'Host'],
    ['a page of another origin', { Origin: 'http://evil.example' }, '/v1/stream', 403, 'origin-not-allowed', 'Origin'],
    ['two hosts', { host: '127.0.0.1' }, '/v1/stream', 403, 'host-not-allowed', 'Host'],
    ['a ticket that was never sold', {}, '/v1/stream?ticket=guess', 401, 'unauthorized', 'ticket'],
    ['a ticket twice', {}, '/v1/stream?ticket=a&ticket=b', 400, 'invalid-field', 'ticket'],
    ['a version that nobody speaks', { 'Sec-WebSocket-Version': '7' }, '/v1/stream', 400, 'malformed-http', ''],
    ['a key that is none', { 'Sec-WebSocket-Key': 'short' }, '/v1/stream', 400, 'malformed-http', ''],
  ] as const)('%s', async (_name, changes, target, status, code, pointer) => {
    await start();
    const answer = await refused(handshake({ ...changes, 'X-Request-Id': 'mine-1' }, target));
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatch(/content-type: application\/problem\+json/i);
    expect(answer.problem).toMatchObject({ status, code, pointer, requestId: 'mine-1' });
    expect(answer.problem.hint).not.toBe('');
  });

  test('a method other than GET', async () => {
    await start();
    expect(await refused(handshake({}, '/v1/stream', 'POST'))).toMatchObject({ status: 400, problem: { code: 'malformed-http' } });
  });

  test('without the token, with a wrong one; not with the right one', async () => {
    await start({ token: 'secret' });
    expect(await refused(handshake())).toMatchObject({ status: 401, problem: { code: 'unauthorized' } });
    expect(await refused(handshake({ Authorization: 'Bearer guess' }))).toMatchObject({ status: 401 });
    const client = await WsClient.open(`${service.url}/v1/stream`, undefined, { headers: { authorization: 'Bearer secret' } });
    await client.close();
  });

  test('more connections than are allowed; until one ends', async () => {
    await start({ limits: { connectionsMax: 2 } });
    const clients = [await WsClient.open(`${service.url}/v1/stream`), await WsClient.open(`${service.url}/v1/stream`)];
    expect(await refused(handshake())).toMatchObject({ status: 429, problem: { code: 'too-many-streams' } });
    await clients[0]?.close();
    await (await WsClient.open(`${service.url}/v1/stream`)).close();
  });

  test('more subscriptions in all than are allowed; until one ends', async () => {
    await start({ limits: { subscriptionsMax: 2 } });
    const plain = await WsClient.open(`${service.url}/v1/stream`);
    const client = await WsClient.talk(service.url);
    client.send({ t: 'subscribe', id: 1 });
    await client.until((messages) => messages.some(({ t }) => t === 'subscribed'));
    client.send({ t: 'subscribe', id: 2 });
    await client.until((messages) => messages.some(({ t, id, code }) => t === 'error' && id === 2 && code === 'too-many-streams'));
    expect(await refused(handshake())).toMatchObject({ status: 429, problem: { code: 'too-many-streams' } });
    client.send({ t: 'unsubscribe', id: 1 });
    client.send({ t: 'subscribe', id: 3 });
    await client.until((messages) => messages.some(({ t, id }) => t === 'subscribed' && id === 3));
    await Promise.all([plain.close(), client.close()]);
  });

  test('once the service is stopping', async () => {
    await start();
    await service.stream.close();
    expect(await refused(handshake())).toMatchObject({ status: 503, problem: { code: 'shutting-down' } });
  });
});

describe('let in', () => {
  test("a page of the service's own origin", async () => {
    await start();
    const client = await WsClient.open(`${service.url}/v1/stream`, undefined, { headers: { origin: `http://${service.url}` } });
    await client.close();
  });

  test('compression is not agreed to', async () => {
    await start();
    const peer = await RawPeer.request(service.port, '/v1/stream', [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Extensions: permessage-deflate',
    ]);
    expect(peer.head).toMatch(/^HTTP\/1.1 101 /);
    expect(peer.head).not.toMatch(/extensions/i);
    peer.socket.destroy();
  });
});

describe('an offer of another protocol is no upgrade', () => {
  test('a client that offers h2c gets its answer by HTTP/1.1', async () => {
    await start();
    const peer = await RawPeer.request(service.port, '/v1/events', [
      'Connection: Upgrade, HTTP2-Settings, close',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABk',
    ]);
    expect(peer.head).toMatch(/^HTTP\/1.1 200 /);
    await peer.closed;
    expect(peer.received).toBeGreaterThan(50);
  });

  test('also with a body, and the connection lives on for the next request', async () => {
    await start();
    const offer = `Host: ${service.url}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n`;
    const body = '{"a":1}';
    const first = `POST /v1/events HTTP/1.1\r\n${offer}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const second = `GET /v1/events HTTP/1.1\r\n${offer}\r\n`;
    const third = `GET /v1/events HTTP/1.1\r\nHost: ${service.url}\r\nConnection: close\r\n\r\n`;
    const socket = connect({ port: service.port, host: '127.0.0.1' });
    const statuses: string[] = [];
    for (const request of [first, second, third]) {
      socket.write(request);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      statuses.push(answer.toString().split(' ', 2)[1] ?? '');
    }
    expect(statuses).toEqual(['405', '200', '200']);
  });
});
