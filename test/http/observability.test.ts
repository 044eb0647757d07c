/** What the service says of itself: one request id everywhere, metrics of the stream and the journal, diagnostics, readiness. */
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.js';
import { defaultConfig } from '../../src/config.js';
import { makeVm, serviceOn, START } from '../durable/workbench.js';
import { FaultyDisk } from '../store/support/faulty-store.js';
import { ManualClock } from '../support/manual-clock.js';
import { WsClient } from '../stream/support/ws-client.js';
import { listeningApp } from './support/listening-app.js';
import { TestApp } from './support/test-app.js';

const linesOf = (text: readonly string[]): readonly unknown[] => text.map((line): unknown => JSON.parse(line));

test('one request id is in the header, the log, the problem and the event', async () => {
  const lines: string[] = [];
  const logger = pino({ base: null, level: 'info' }, { write: (line: string) => void lines.push(line) });
  const app = new TestApp({ accessLog: 1, slowRequestMs: 600_000 }, { logger });
  const id = { 'x-request-id': 'end-to-end_1' };
  const made = await app.post('/v1/vms', {}, id);
  expect(made.headers['x-request-id']).toBe('end-to-end_1');
  const { body } = await app.get(`/v1/vms/${made.body.id}/events`);
  expect(body.events).toEqual([expect.objectContaining({ type: 'vm-created', requestId: 'end-to-end_1' })]);
  const refused = await app.get('/v1/vms/vm-none', id);
  expect([refused.status, refused.headers['x-request-id'], refused.body.requestId]).toEqual([404, 'end-to-end_1', 'end-to-end_1']);
  const logged = linesOf(lines).filter((line) => (line as { requestId: string }).requestId === 'end-to-end_1');
  expect(logged).toEqual([
    expect.objectContaining({ msg: 'request', method: 'POST', route: '/v1/vms', status: 201, ms: expect.any(Number) }),
    expect.objectContaining({ msg: 'request', method: 'GET', route: '/v1/vms/:vm', status: 404 }),
  ]);
});

describe('the stream in the metrics', () => {
  test('sockets, subscriptions, lag, what was sent, and how sockets ended', async () => {
    const { app, url } = await listeningApp();
    const vm = await app.vm({ memory: { size: '8MiB' }, onSigbus: 'report' });
    const reader = await WsClient.open(`${url}/v1/stream?after=oldest`);
    await reader.count(1);
    const starving = await WsClient.talk(url);
    starving.send({ t: 'subscribe', id: 1, after: 'oldest', credit: 0 });
    await starving.until((messages) => messages.some(({ t }) => t === 'subscribed'));
    await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x0', operation: 'private' }] });
    const { head } = app.app.services.log;
    await reader.count(head);
    const text = (await app.get('/metrics')).text.split('\n');
    for (const line of [
      'rampart_stream_connections 2',
      'rampart_stream_subscriptions 2',
      'rampart_stream_followers 2',
      `rampart_stream_lag_events ${head}`,
      'rampart_stream_opened_total 2',
      `rampart_stream_events_sent_total ${head}`,
      'rampart_stream_stuck_total 0',
      'rampart_stream_tickets 0',
      'rampart_connections 2',
      'rampart_journal_failed 0',
      `rampart_log_head ${head}`,
    ]) {
      expect(text).toContain(line);
    }
    const { body } = await app.get('/v1/diagnostics');
    expect(body.stream).toMatchObject({ followers: 2, lag: head });
    expect(body.stream.sockets).toEqual([
      { subscriptions: 1, lag: head, unsentBytes: 0 },
      { subscriptions: 1, lag: 0, unsentBytes: 0 },
    ]);
    expect(body.use).toMatchObject({ streams: { used: 2, limit: 4096 }, streamSubscriptions: { used: 2 }, connections: { used: 2 } });
    reader.ws.close(4321);
    await reader.ended;
    starving.send('no message');
    expect((await starving.ended).code).toBe(4400);
    await expect.poll(async () => (await app.get('/metrics')).text).toContain('rampart_stream_connections 0');
    const after = (await app.get('/metrics')).text;
    expect(after).toContain('rampart_stream_closed_total{code="4400"} 1');
    expect(after).toContain('rampart_stream_closed_total{code="other"} 1');
    expect(after).not.toContain('4321');
  });
});

describe('a service with a store', () => {
  async function durable() {
    const disk = new FaultyDisk();
    const store = await disk.open();
    if ('refused' in store) throw new Error(store.detail);
    const clock = new ManualClock(START);
    const services = serviceOn(store, clock);
    const app = createApp({
      config: defaultConfig(),
      services,
      logger: pino({ level: 'silent' }),
      asyncApiText: () => '{}',
      onBug: (error) => {
        throw error;
      },
    });
    const get = (url: string) => app.http.inject({ url, headers: { host: 'localhost' } });
    return { disk, clock, services, app, get };
  }

  test('counts how long records take until they are kept', async () => {
    const { services, app, get } = await durable();
    makeVm(services);
    await services.journal.settled();
    const text = (await get('/metrics')).body;
    expect(text).toMatch(/^rampart_journal_duration_seconds_count 1$/m);
    expect(text).toMatch(/^rampart_journal_duration_seconds_bucket\{le="\+Inf"\} 1$/m);
    expect(text).toMatch(/^rampart_journal_waiting 0$/m);
    expect((await get('/v1/diagnostics')).json()).toMatchObject({
      ready: true,
      store: { kind: 'folder', failure: null, record: 1, waiting: 0 },
    });
    await app.close();
  });

  test('says everywhere that its disk takes nothing, and when it does again', async () => {
    const { disk, clock, services, app, get } = await durable();
    disk.fail({ call: 1, code: 'disk-full', calls: 1000 });
    makeVm(services);
    await expect(services.journal.settled()).rejects.toThrow(/disk/);
    const ready = await get('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'store-failed', detail: expect.stringContaining('does not take what is written') }),
    ]);
    expect((await get('/healthz')).statusCode).toBe(200);
    expect((await get('/metrics')).body).toMatch(/^rampart_journal_failed 1$/m);
    expect((await get('/v1/diagnostics')).json()).toMatchObject({
      ready: false,
      store: { failure: expect.stringContaining('does not take what is written') },
    });
    disk.repair();
    clock.advance(1000);
    await expect.poll(async () => (await get('/readyz')).statusCode).toBe(200);
    expect((await get('/metrics')).body).toMatch(/^rampart_journal_failed 0$/m);
    await app.close();
  });
});

test('diagnostics show every limit that is used up, and every setting; a secret only as one that is set', async () => {
  const app = new TestApp({ token: 'tell-nobody', vmsMax: 5 });
  const authorization = 'Bearer tell-nobody';
  await app.call({ method: 'POST', url: '/v1/vms', headers: { authorization, 'content-type': 'application/json' }, payload: '{}' });
  await app.call({ method: 'POST', url: '/v1/stream-tickets', headers: { authorization } });
  const { body, text } = await app.get('/v1/diagnostics', { authorization });
  expect(body.use).toMatchObject({ vms: { used: 1, limit: 5 }, streamTickets: { used: 1 }, contentBytes: { used: 0 } });
  expect(body.use.touchedBytes.used).toBe(app.app.services.machines.footprint.touchedBytes);
  expect(body.settings).toEqual({ ...defaultConfig(), vmsMax: 5, token: '***' });
  expect(body.vitals).toBeNull();
  expect(text).not.toContain('tell-nobody');
  const open = new TestApp();
  expect((await open.get('/v1/diagnostics')).body.settings.token).toBeNull();
});
