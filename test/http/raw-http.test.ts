/** Bytes on a real socket: what is no HTTP, or HTTP of an odd kind, is answered by a problem document as far as it can be. */
import { type AddressInfo, connect } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import { TestApp } from './support/test-app.js';

const app = new TestApp({ headerBytesMax: 4096, requestTimeoutMs: 30_000 });
let port = 0;

beforeAll(async () => {
  await app.app.http.listen({ host: '127.0.0.1', port: 0 });
  port = (app.app.http.server.address() as AddressInfo).port;
});

/** Sends bytes and gives what comes back until the server closes, or until `enough` has come. */
function exchange(bytes: string, enough: (text: string) => boolean = () => false): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    let text = '';
    const done = (): void => {
      socket.destroy();
      resolve(text);
    };
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (enough(text)) done();
    });
    socket.on('end', done).on('error', reject);
  });
}

const HEAD = 'GET /v1/about HTTP/1.1\r\nHost: localhost\r\n';

test.each<[string, string, number, string]>([
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'malformed-http'],
  ['an unknown method', 'BREW /v1/about HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'malformed-http'],
  ['a header without a colon', `${HEAD}Oops\r\n\r\n`, 400, 'malformed-http'],
  ['a line break in a header', `${HEAD}X: a\rb\r\n\r\n`, 400, 'malformed-http'],
  ['two lengths', 'POST /v1/vms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 400, 'malformed-http'],
  [
    'length and chunks',
    'POST /v1/vms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
    'malformed-http',
  ],
  [
    'a chunk that is none',
    'POST /v1/vms HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    400,
    'malformed-http',
  ],
  ['headers beyond the limit', `${HEAD}X: ${'x'.repeat(5000)}\r\n\r\n`, 431, 'headers-too-large'],
  ['a path beyond the limit', `GET /${'x'.repeat(5000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431, 'headers-too-large'],
  ['no Host', 'GET /v1/about HTTP/1.1\r\nConnection: close\r\n\r\n', 403, 'host-not-allowed'],
  ['a foreign Host', 'GET /v1/about HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 403, 'host-not-allowed'],
  ['two Hosts', `${HEAD}host: localhost\r\nConnection: close\r\n\r\n`, 403, 'host-not-allowed'],
  [
    'another host in the request line',
    'GET http://evil.example/v1/about HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    403,
    'host-not-allowed',
  ],
  [
    'an expectation',
    'POST /v1/vms HTTP/1.1\r\nHost: localhost\r\nExpect: a-miracle\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
    417,
    'expect-not-supported',
  ],
  ['a path that cannot be decoded', 'GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400, 'malformed-url'],
  ['a tunnel', 'CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\n\r\n', 405, 'method-not-allowed'],
])('%s', async (_what, bytes, status, code) => {
  const text = await exchange(bytes);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  expect(head).toContain(`HTTP/1.1 ${status} `);
  expect(head.toLowerCase()).toContain('content-type: application/problem+json\r\n');
  const document: unknown = JSON.parse(body);
  expect(document).toMatchObject({
    code,
    status,
    type: `/docs/problems#${code}`,
    detail: expect.stringMatching(/./),
    hint: expect.stringMatching(/./),
    requestId: expect.stringMatching(/^[\w-]+$/),
  });
});

test('100-continue is granted', async () => {
  const text = await exchange(
    'POST /v1/vms HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
  );
  expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 Created/);
});

test('after a refusal the connection goes on, its unread body skipped', async () => {
  const body = 'a=b&c=d';
  const refused = `POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const text = await exchange(`${refused}GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`, (so) => so.includes('"ok"'));
  expect(text).toMatch(/HTTP\/1\.1 404 [\s\S]*HTTP\/1\.1 200 OK/);
});

test('a request that ends half-way harms nobody', async () => {
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.end('POST /v1/vms HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{'),
    );
    socket.resume().on('close', () => resolve());
  });
  expect((await app.get('/healthz')).status).toBe(200);
});

test.each([100, 600_000])('any times that the settings allow are taken: %d ms', async (ms) => {
  for (const [headerTimeoutMs, requestTimeoutMs] of [
    [ms, 600_000],
    [600_000, ms],
  ] as const) {
    expect((await new TestApp({ headerTimeoutMs, requestTimeoutMs, keepAliveMs: ms }).get('/healthz')).status).toBe(200);
  }
});

test('a request that does not arrive whole in time is ended with a problem', async () => {
  const slow = new TestApp({ requestTimeoutMs: 100 });
  await slow.app.http.listen({ host: '127.0.0.1', port: 0 });
  const before = port;
  port = (slow.app.http.server.address() as AddressInfo).port;
  const text = await exchange('POST /v1/vms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n').finally(() => (port = before));
  expect(text).toContain('HTTP/1.1 408 ');
  expect(text).toContain('"code":"request-timeout"');
});
