/** While the store takes nothing: what is asked for is refused and not forgotten. */
import { expect, test } from 'vitest';
import { begin, type Life, turn } from '../simulator/life.js';
import { FaultyDisk } from '../store/support/faulty-store.js';
import { START } from './workbench.js';

interface Bench {
  readonly disk: FaultyDisk;
  readonly life: Life;
}

async function started(): Promise<Bench> {
  const disk = new FaultyDisk();
  let ids = 0;
  const life = await begin(disk, START, { next: () => `t${++ids}` }, null);
  if (typeof life === 'string') throw new Error(life);
  return { disk, life };
}

async function call(
  { life }: Bench,
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  body?: object,
): Promise<{ status: number; text: string }> {
  const headers = { host: 'localhost', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const reply = await life.app.http.inject({ method, url, headers, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) });
  return { status: reply.statusCode, text: reply.body };
}

async function fence(bench: Bench): Promise<void> {
  bench.disk.fail({ call: 1, code: 'io-error', calls: Infinity });
  expect((await call(bench, 'POST', '/v1/vms', {})).status).toBe(503);
}

async function mend({ disk, life }: Bench): Promise<void> {
  disk.repair();
  life.clock.advance(1000);
  for (let i = 0; i < 20; i++) await turn();
}

test('deleting by label says that nothing was deleted', async () => {
  const bench = await started();
  await call(bench, 'POST', '/v1/vms', { labels: { suite: 'a' } });
  await fence(bench);
  expect(await call(bench, 'DELETE', '/v1/vms?label=suite:a')).toMatchObject({ status: 503 });
  await mend(bench);
  expect(await call(bench, 'DELETE', '/v1/vms?label=suite:a')).toEqual({ status: 200, text: '{"deleted":1}' });
});

test('a VM whose time ends meanwhile ends when the store takes it', async () => {
  const bench = await started();
  const { id } = JSON.parse((await call(bench, 'POST', '/v1/vms', { ttlSeconds: 10 })).text) as { readonly id: string };
  await fence(bench);
  bench.life.clock.advance(20_000);
  await turn();
  expect((await call(bench, 'GET', `/v1/vms/${id}`)).status).toBe(200);
  await mend(bench);
  await mend(bench);
  expect((await call(bench, 'GET', `/v1/vms/${id}`)).status).toBe(404);
});

test('a stop leaves nothing to be recorded after it', async () => {
  const bench = await started();
  await bench.life.app.services.journal.close();
  expect(bench.life.app.services.journal.failure).toBe('the service has stopped');
});
