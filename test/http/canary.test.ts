/** A token that is easy to find: whatever is sent, right or wrong, it comes back in no answer, no header and no log line. */
import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import { beforeAll, describe, expect, test } from 'vitest';
import { RawPeer } from '../stream/support/raw-peer.js';
import { type ListeningApp, listeningApp } from './support/listening-app.js';

const TOKEN = 'canary-6f1d2c';
const bearer = `Bearer ${TOKEN}`;
const logged: string[] = [];
const said: string[] = [];

let service: ListeningApp;
let vm = '';

beforeAll(async () => {
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  service = await listeningApp({ token: TOKEN, logLevel: 'trace', accessLog: 1, slowRequestMs: 1 }, { logger });
  const made = await call({
    method: 'POST',
    url: '/v1/vms',
    payload: '{"onSigbus":"report"}',
    headers: { 'content-type': 'application/json' },
  });
  vm = made.body.id;
});

/** With the token, as a caller who is let in; what comes back is kept. */
async function call(options: InjectOptions) {
  const reply = await service.app.call({ ...options, headers: { authorization: bearer, ...options.headers } });
  said.push(reply.text, JSON.stringify(reply.headers));
  return reply;
}

const json = { 'content-type': 'application/json' };
const AUTHORIZATIONS = [
  bearer,
  `Basic ${TOKEN}`,
  `Bearer ${TOKEN}x`,
  `Bearer x${TOKEN}`,
  TOKEN,
  `bearer  ${TOKEN}`,
  `Bearer ${TOKEN} ${TOKEN}`,
];
const HEADERS: Record<string, string>[] = [
  {},
  { host: 'evil.example' },
  { origin: 'http://evil.example' },
  { expect: 'a-miracle' },
  { accept: 'image/png' },
  { 'x-request-id': 'not an id' },
  { 'if-match': '"99"' },
  { 'idempotency-key': 'ä' },
  { 'content-encoding': 'gzip' },
];
const BODIES = [
  '',
  '{',
  '{}',
  '[]',
  'null',
  '{"a":1,"a":2}',
  '{"__proto__":1}',
  '{"gpa":"nowhere"}',
  '{"entries":[{}]}',
  '{"size":-1}',
  '\0',
];

/** The token is sent as a header alone: elsewhere it would be the caller who published it. */
function requests(): InjectOptions[] {
  const all: InjectOptions[] = [];
  for (const route of service.app.app.routes) {
    const url = route.path.replace(':vm', vm).replace(':gpa', '0x1').replace(':generation', 'v99');
    // An event stream does not end, so it is not asked for here.
    for (const headers of HEADERS) {
      if (route.method !== 'POST') {
        if (route.method === 'GET') all.push({ method: 'GET', url: `${url}?limit=0`, headers }, { method: 'GET', url, headers });
        continue;
      }
      for (const payload of BODIES) all.push({ method: 'POST', url, payload, headers: { ...json, ...headers } });
    }
    for (const method of ['DELETE', 'OPTIONS', 'PUT'] as const) {
      if (route.method !== method && method !== 'DELETE') all.push({ method, url });
    }
  }
  for (const url of ['/%zz', '/v1/nothing', '/v1//about', `/${'x'.repeat(300)}`]) all.push({ method: 'GET', url });
  return all;
}

describe('with the right token and bad requests', () => {
  test('no answer repeats it', async () => {
    const statuses = new Set<number>();
    for (const options of requests()) statuses.add((await call(options)).status);
    expect([...statuses].toSorted((a, b) => a - b)).toEqual(expect.arrayContaining([200, 400, 403, 404, 405, 412, 415, 417]));
    for (const text of said) expect(text).not.toContain(TOKEN);
    expect(said.length).toBeGreaterThan(1000);
  });
});

test('with tokens that are almost right', async () => {
  for (const authorization of AUTHORIZATIONS) {
    for (const url of ['/v1/about', '/v1/diagnostics', '/metrics', '/docs', '/', '/openapi.json', '/readyz']) {
      await call({ method: 'GET', url, headers: { authorization } });
    }
  }
  for (const text of said) expect(text).not.toContain(TOKEN);
});

test('on a socket: bytes that are no HTTP, and handshakes that fail', async () => {
  for (const [target, lines] of [
    ['/v1/about', ['Broken']],
    ['/v1/about', [`X: ${'x'.repeat(20_000)}`]],
    ['/v1/stream?since=1', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: short']],
    ['/v1/nothing', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: short']],
  ] as const) {
    const peer = await RawPeer.request(service.port, target, [`Authorization: ${bearer}`, ...lines]);
    await peer.closed;
    expect(peer.head).toMatch(/^HTTP\/1\.1 4/);
    expect(peer.head + peer.text).not.toContain(TOKEN);
  }
});

test('no log line has it, and there were many', () => {
  expect(logged.length).toBeGreaterThan(1000);
  for (const line of logged) expect(line).not.toContain(TOKEN);
});
