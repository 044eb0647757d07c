/** Access over HTTP: which routes need the token, what a refusal looks like, and that every answer carries its headers. */
import { describe, expect, test } from 'vitest';
import { TestApp } from './support/test-app.js';

const app = new TestApp({ token: 'secret' });

test('the open routes are exactly the pages, what they are made of, and the health checks', async () => {
  const open: string[] = [];
  for (const { method, path } of app.app.routes) {
    const { status } = await app.call({ method, url: path });
    if (status !== 401) open.push(`${method} ${path}`);
  }
  expect(open.toSorted()).toEqual(['GET /', 'GET /assets/:file', 'GET /docs', 'GET /docs/problems', 'GET /healthz', 'GET /readyz']);
});

test.each(['Bearer secre', 'Bearer secrets', 'Bearer SECRET', 'Basic secret', 'Bearer', 'Bearer secret secret', 'secret', 'Bearer \u0000'])(
  'on every other route %j is as good as none',
  async (authorization) => {
    const open = app.app.routes.filter(({ access }) => access === 'open');
    for (const route of app.app.routes.filter((one) => !open.includes(one))) {
      for (const method of new Set([route.method, 'HEAD', 'PUT', 'OPTIONS'] as const)) {
        const url = route.path.replace(':vm', 'vm-1').replace(':gpa', '0x0').replace(':generation', 'rfc-v1');
        expect([method, url, (await app.call({ method, url, headers: { authorization } })).status]).toEqual([method, url, 401]);
      }
    }
  },
);

test.each([
  '/v1/%61bout',
  '//v1/about',
  '/v1/about/',
  '/V1/ABOUT',
  '/v1/./about',
  '/docs/../v1/about',
  '/healthz/../v1/about',
  '/v1/about;x',
  '/v1/about%00',
])('no other spelling of a path needs less: %s', async (url) => {
  expect((await app.get(url)).status).toBe(401);
});

test('with the token everything else is there, without it a problem says how to send it', async () => {
  expect((await app.get('/v1/about', { authorization: 'Bearer secret' })).status).toBe(200);
  const { status, headers, body } = await app.get('/v1/about', { authorization: 'Bearer other' });
  expect(status).toBe(401);
  expect(headers['www-authenticate']).toBe('Bearer');
  expect(body).toMatchObject({ code: 'unauthorized', pointer: 'Authorization', hint: expect.stringContaining('Authorization: Bearer') });
});

test('an unknown route does not tell strangers that it is unknown', async () => {
  expect((await app.get('/v1/nothing')).status).toBe(401);
});

test.each([
  [{ host: 'evil.example' }, 'host-not-allowed', 'Host'],
  [{ host: 'localhost', origin: 'http://evil.example' }, 'origin-not-allowed', 'Origin'],
])('%j is refused on every route, the open ones too', async (headers, code, pointer) => {
  for (const url of ['/', '/healthz', '/v1/about']) {
    const { status, body } = await app.get(url, { authorization: 'Bearer secret', ...headers });
    expect([status, body.code, body.pointer]).toEqual([403, code, pointer]);
  }
});

describe('X-Request-Id', () => {
  test.each(['a', 'A-Z_09', 'x'.repeat(64)])('%s is echoed', async (id) => {
    expect((await app.get('/healthz', { 'x-request-id': id })).headers['x-request-id']).toBe(id);
  });

  test.each(['', 'a b', 'x'.repeat(65), 'ä', '<script>', 'a,b'])('%j gets one of ours', async (id) => {
    const { headers } = await app.get('/healthz', { 'x-request-id': id });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-z]+$/);
  });
});

test('no answer can be run, sniffed, embedded or cached', async () => {
  for (const url of ['/healthz', '/', '/docs', '/v1/nothing']) {
    const { headers } = await app.get(url);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    expect(headers['content-security-policy']).not.toContain('script-src');
  }
});
