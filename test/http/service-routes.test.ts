/** The service itself: about, generations, health, metrics, pages. */
import { createHash } from 'node:crypto';
import { GENERATION_NAMES } from '../../src/core/index.js';
import { describe, expect, test } from 'vitest';
import { TestApp } from './support/test-app.js';

const app = new TestApp();

test('about names version, epoch and limits', async () => {
  const { body } = await app.get('/v1/about');
  expect(body).toMatchObject({
    name: 'rampart',
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    rulesVersion: 4,
    epoch: app.app.services.log.epoch,
    limits: {
      entriesMax: 253,
      nameCharactersMax: 128,
      asidMax: 1022,
      vmMemoryBytesMax: 2 ** 42,
      bodyBytesMax: 2 * 2 ** 20,
      writeBytesMax: 64 * 2 ** 20,
      eventsPerVm: 1_000_000,
      streamConnectionsMax: 4096,
    },
  });
});

test('the generations are those that are built, one of them the default', async () => {
  const { body } = await app.get('/v1/generations');
  expect(body.generations.map((one: { name: string }) => one.name)).toEqual([...GENERATION_NAMES]);
  expect(body.generations.filter((one: { default: boolean }) => one.default)).toHaveLength(1);
  for (const one of body.generations) expect((await app.get(`/v1/generations/${one.name}`)).body).toEqual(one);
  expect(body.generations[0]).toMatchObject({
    title: expect.stringMatching(/v1/),
    source: expect.stringMatching(/./),
    facts: { checksHostWrites: true },
  });
});

test('HEAD goes where GET does', async () => {
  const { status, text, headers } = await app.call({ method: 'HEAD', url: '/v1/about' });
  expect([status, text]).toEqual([200, '']);
  expect(Number(headers['content-length'])).toBeGreaterThan(100);
});

test('it lives, and is ready until it stops', async () => {
  const own = new TestApp();
  expect((await own.get('/healthz')).body).toEqual({ status: 'ok' });
  expect((await own.get('/readyz')).body).toEqual({ status: 'ok' });
});

describe('metrics', () => {
  test('faults, splits and signals are counted by decision and generation, VMs by state', async () => {
    const own = new TestApp();
    const vm = await own.vm({ onSigbus: 'kill', memory: { size: '8MiB' } });
    await own.post(`${vm}/page-state-changes`, {
      entries: [
        { gpa: '0x0', pageSize: '2M', operation: 'private' },
        { gpa: '0x7000', operation: 'shared' },
      ],
    });
    await own.post(`${vm}/hypervisor-writes`, { gpa: '0x7000', size: 1 });
    await own.post(`${vm}/hypervisor-writes`, { gpa: '0x8000', size: 1 });
    await own.vm();
    const { text, headers } = await own.get('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const line of [
      'rampart_faults_total{decision="PAGE_SPLIT",generation="rfc-v1-reply"} 1',
      'rampart_faults_total{decision="KILL",generation="rfc-v1-reply"} 1',
      'rampart_splits_total{generation="rfc-v1-reply"} 1',
      'rampart_signals_total{signal="SIGBUS",generation="rfc-v1-reply"} 1',
      'rampart_operations_total{op="hypervisor-write"} 2',
      'rampart_vms{state="running"} 1',
      'rampart_vms{state="killed"} 1',
      'rampart_stream_connections 0',
      'rampart_http_request_duration_seconds_count{method="POST",route="/v1/vms/:vm/hypervisor-writes",status="200"} 2',
      'rampart_http_request_duration_seconds_bucket{method="POST",route="/v1/vms/:vm/hypervisor-writes",status="200",le="+Inf"} 2',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    await own.delete(vm);
    expect((await own.get('/metrics')).text).toContain('rampart_faults_total{decision="KILL",generation="rfc-v1-reply"} 1');
  });

  test('no address and no id is in a label, whatever is asked for', async () => {
    const own = new TestApp();
    const vm = await own.vm({ name: 'secret-name' });
    await own.get(`${vm}/pages/0x1000`);
    await own.get('/v1/vms/vm-unheard-of');
    await own.get('/no/such/path/0xdeadbeef');
    const { text } = await own.get('/metrics');
    expect(text).not.toMatch(/0x|vm-t|vm-unheard|secret-name|deadbeef/);
  });
});

describe('the built page', () => {
  const page = {
    html: '<!doctype html>',
    assets: new Map([['index-abc.js', { type: 'text/javascript; charset=utf-8', bytes: Buffer.from('1') }]]),
  };
  const own = new TestApp({ token: 'a-token' }, { page });

  test('is there without a token, and may use nothing but itself and its service', async () => {
    const { status, headers, text } = await own.get('/');
    expect([status, text, headers['cache-control']]).toEqual([200, '<!doctype html>', 'no-cache']);
    const policy = String(headers['content-security-policy']);
    for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"])
      expect(policy).toContain(part);
    expect(policy).not.toMatch(/unsafe|data:|blob:|http|\*/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
  });

  test('its files are kept by browsers and have its policy, since a worker has that of its file', async () => {
    const { status, headers, text } = await own.get('/assets/index-abc.js');
    expect([status, text, headers['content-type']]).toEqual([200, '1', 'text/javascript; charset=utf-8']);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-security-policy']).toBe((await own.get('/')).headers['content-security-policy']);
  });

  test.each(['other.js', '..%2f..%2fpackage.json'])('there is no %s', async (file) => {
    expect(await own.get(`/assets/${file}`)).toMatchObject({ status: 404, body: { code: 'unknown-route' } });
  });
});

describe('pages', () => {
  test.each(['/', '/docs', '/docs/problems'])('%s is HTML that needs nothing from elsewhere', async (url) => {
    const { status, headers, text } = await app.get(url);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).not.toMatch(/<script|src=|href="http|url\(|@import/);
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(text) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(text).not.toMatch(/ style=| on\w+=/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'referrer-policy': 'no-referrer',
      'x-permitted-cross-domain-policies': 'none',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  });

  test('the first page has three commands for the address that was used', async () => {
    const { text } = await app.get('/', { host: 'localhost:4321' });
    expect(text.match(/<pre>/g)).toHaveLength(3);
    expect(text).toContain('http://localhost:4321/v1/vms');
    expect(text).toContain('ws://localhost:4321/v1/stream');
  });

  test('what comes from outside is escaped', async () => {
    const { headers, text } = await app.get('/', { host: 'localhost' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(text).toContain('&quot;onSigbus&quot;');
  });

  test('the documentation names every route', async () => {
    const { text } = await app.get('/docs');
    for (const { method, path, operationId } of app.app.routes) {
      expect(text).toContain(`id="${operationId}"`);
      expect(text).toContain(`<span class="method">${method}</span> <code>${path.replaceAll(/:(\w+)/g, '{$1}')}</code>`);
    }
  });
});
