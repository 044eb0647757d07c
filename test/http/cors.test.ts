/** Pages of another origin: those that are allowed can use all of the API from a browser, others learn nothing. */
import { describe, expect, test } from 'vitest';
import { TestApp } from './support/test-app.js';

const PAGE = 'https://tools.example';
const app = new TestApp({ token: 'secret', allowedOrigins: [PAGE] });
const authorization = 'Bearer secret';

describe('an allowed origin', () => {
  test('is asked for no token before it may send one', async () => {
    const { status, headers, text } = await app.call({
      method: 'OPTIONS',
      url: '/v1/vms/vm-1/hypervisor-writes',
      headers: {
        origin: PAGE,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type, idempotency-key',
      },
    });
    expect([status, text]).toEqual([204, '']);
    expect(headers).toMatchObject({ 'access-control-allow-origin': PAGE, vary: 'Origin' });
    const methods = String(headers['access-control-allow-methods']).split(', ');
    for (const { method } of app.app.routes) expect(methods).toContain(method);
    const settable = String(headers['access-control-allow-headers']).split(', ');
    expect(settable).toEqual(expect.arrayContaining(['authorization', 'content-type', 'idempotency-key', 'if-match', 'x-request-id']));
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    expect(headers).not.toHaveProperty('access-control-allow-private-network');
  });

  test('is let through from the internet to this computer where the browser asks', async () => {
    const asks = { origin: PAGE, 'access-control-request-method': 'GET', 'access-control-request-private-network': 'true' };
    const { headers } = await app.call({ method: 'OPTIONS', url: '/v1/about', headers: asks });
    expect(headers['access-control-allow-private-network']).toBe('true');
  });

  test('may read answers and problems, and the headers that the API is used with', async () => {
    const made = await app.post('/v1/vms', {}, { origin: PAGE, authorization });
    expect(made.status).toBe(201);
    const refused = await app.get('/v1/about', { origin: PAGE });
    expect(refused.status).toBe(401);
    const unknown = await app.get('/v1/nothing', { origin: PAGE, authorization });
    expect(unknown.status).toBe(404);
    for (const { headers } of [made, refused, unknown]) {
      expect(headers).toMatchObject({ 'access-control-allow-origin': PAGE, vary: 'Origin' });
      expect(headers['access-control-expose-headers']).toMatch(/etag, location, x-request-id/);
    }
  });

  test('has to send the token all the same, also with OPTIONS that asks for nothing', async () => {
    expect((await app.get('/v1/vms', { origin: PAGE })).status).toBe(401);
    expect((await app.call({ method: 'OPTIONS', url: '/v1/vms', headers: { origin: PAGE } })).status).toBe(401);
  });
});

describe('any other origin', () => {
  test.each(['https://evil.example', 'http://tools.example', 'https://tools.example.evil.example', 'null'])('%s', async (origin) => {
    const asks = { origin, 'access-control-request-method': 'GET' };
    const asked = await app.call({ method: 'OPTIONS', url: '/v1/vms', headers: asks });
    const { status, headers, body } = await app.get('/v1/vms', { origin, authorization });
    expect([asked.status, status, body.code, body.pointer]).toEqual([403, 403, 'origin-not-allowed', 'Origin']);
    for (const name of [...Object.keys(headers), ...Object.keys(asked.headers)]) expect(name).not.toMatch(/^access-control/);
  });
});

test('the own pages and callers without an origin get none of it', async () => {
  for (const headers of [{ authorization }, { authorization, origin: 'http://localhost' }]) {
    const answer = await app.get('/v1/about', headers);
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  }
});
