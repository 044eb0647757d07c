/** Fork: the same state in a VM of its own. */
import { describe, expect, test } from 'vitest';
import { TestApp } from '../http/support/test-app.js';
import { step, told, vmWithStory } from './workbench.js';

const app = new TestApp();

describe('a fork', () => {
  test('has the digest of the original, its words, and an origin', async () => {
    const vm = await vmWithStory(app, { ttlSeconds: 500 });
    const original = (await app.get(vm)).body;
    const { status, headers, body } = await app.post(`${vm}/fork`, {});
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/vms/${body.id}`);
    expect(headers['etag']).toBe('"0"');
    const { id, seq, createdAt, stats, origin, ...same } = body;
    expect(original).toMatchObject(same);
    expect(id).not.toBe(original.id);
    expect([seq, stats.operations, stats.splits]).toEqual([1, 0, 0]);
    expect(stats.rmpPages).toEqual(original.stats.rmpPages);
    expect(stats.mappedPages).toEqual(original.stats.mappedPages);
    expect(createdAt).toBe(original.createdAt);
    expect(origin).toEqual({ kind: 'fork', vm: original.id, seq: original.seq, operation: original.stats.operations });
    const { body: log } = await app.get(`/v1/vms/${id}/events`);
    expect(log.events).toHaveLength(1);
    expect(log.events[0]).toMatchObject({ seq: 1, type: 'vm-created', op: 'fork', origin });
  });

  test('takes a body or none; null is none, what is left out is as with the original', async () => {
    const vm = await vmWithStory(app, { ttlSeconds: 500 });
    expect((await app.call({ method: 'POST', url: `${vm}/fork` })).body).toMatchObject({
      name: 'original',
      labels: { suite: 'a' },
      ttlSeconds: 500,
    });
    expect((await app.post(`${vm}/fork`, { name: null, labels: {}, ttlSeconds: null })).body).toMatchObject({
      name: null,
      labels: {},
      ttlSeconds: null,
    });
    expect((await app.post(`${vm}/fork`, { name: 'copy', labels: { a: 'b' }, ttlSeconds: 7 })).body).toMatchObject({
      name: 'copy',
      labels: { a: 'b' },
      ttlSeconds: 7,
    });
    expect((await app.post(`${vm}/fork`, { seed: 2 })).body).toMatchObject({ code: 'unknown-field', pointer: '/seed' });
    const labels = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`l${i}`, 'x']));
    expect((await app.post(`${vm}/fork`, { labels })).body).toMatchObject({ code: 'limit-exceeded', pointer: '/labels' });
  });

  test('lives on its own: equal operations come to the same, others leave the original alone', async () => {
    const vm = await vmWithStory(app);
    const fork = `/v1/vms/${(await app.post(`${vm}/fork`, {})).body.id}`;
    const digest = await app.digest(vm);
    const inFork = await step(app, fork, 3);
    expect(await app.digest(vm)).toBe(digest);
    expect(await app.digest(fork)).not.toBe(digest);
    expect(told(await step(app, vm, 3))).toEqual(told(inFork));
    expect(await app.digest(vm)).toBe(await app.digest(fork));
    await app.delete(vm);
    expect((await app.get(fork)).status).toBe(200);
  });

  test('goes back to the fork at its reset, again and again, also through a fork of it', async () => {
    const vm = await vmWithStory(app);
    const forked = (await app.post(`${vm}/fork`, {})).body;
    const fork = `/v1/vms/${forked.id}`;
    for (const n of [1, 2]) {
      await step(app, fork, n);
      const { body } = await app.call({ method: 'POST', url: `${fork}/reset` });
      expect(body).toMatchObject({ digest: forked.digest, stats: { splits: 0, rmpPages: forked.stats.rmpPages } });
      expect(body.seq).toBeGreaterThan(1);
    }
    const { body: read } = await app.post(`${fork}/hypervisor-reads`, { gpa: '0x207000', size: 7 });
    expect(Buffer.from(read.data, 'base64').toString()).toBe('story 0');
    await step(app, fork, 5);
    const second = (await app.post(`${fork}/fork`, {})).body;
    await step(app, `/v1/vms/${second.id}`, 6);
    expect((await app.call({ method: 'POST', url: `/v1/vms/${second.id}/reset` })).body.digest).toBe(second.digest);
  });

  test('of a killed VM is killed, before and after its reset, and the original runs again', async () => {
    const vm = await vmWithStory(app, { onSigbus: 'kill' });
    expect((await app.get(vm)).body.state).toBe('killed');
    const { body: fork } = await app.post(`${vm}/fork`, {});
    expect(fork.state).toBe('killed');
    expect((await app.call({ method: 'POST', url: `/v1/vms/${fork.id}/reset` })).body.state).toBe('killed');
    expect((await app.call({ method: 'POST', url: `${vm}/reset` })).body.state).toBe('running');
  });

  test('counts on where the injections of the original stand', async () => {
    const vm = await app.vm({ memory: { size: '8MiB' }, onSigbus: 'report', inject: { splitFailure: { nth: 2 } } });
    await step(app, vm, 0);
    const fork = `/v1/vms/${(await app.post(`${vm}/fork`, {})).body.id}`;
    const second = async (path: string): Promise<unknown> => {
      await app.post(`${path}/page-state-changes`, { entries: [{ gpa: '0x400000', pageSize: '2M', operation: 'private' }] });
      await app.post(`${path}/page-state-changes`, { entries: [{ gpa: '0x401000', operation: 'shared' }] });
      return (await app.post(`${path}/hypervisor-writes`, { gpa: '0x401000', size: 1 })).body.outcome;
    };
    expect([await second(fork), await second(vm)]).toEqual(['sigbus', 'sigbus']);
    await app.call({ method: 'POST', url: `${fork}/reset` });
    expect(await second(fork)).toBe('sigbus');
    await app.call({ method: 'POST', url: `${vm}/reset` });
    expect(await second(vm)).toBe('completed');
  });
});

describe('what a fork keeps to', () => {
  test('If-Match', async () => {
    const vm = await vmWithStory(app);
    expect((await app.post(`${vm}/fork`, {}, { 'if-match': '"99"' })).body.code).toBe('etag-mismatch');
    const etag = String((await app.get(vm)).headers['etag']);
    expect((await app.post(`${vm}/fork`, {}, { 'if-match': etag })).status).toBe(201);
  });

  test('Idempotency-Key: one fork, told twice', async () => {
    const vm = await vmWithStory(app);
    const first = await app.post(`${vm}/fork`, {}, { 'idempotency-key': 'f1' });
    const again = await app.post(`${vm}/fork`, {}, { 'idempotency-key': 'f1' });
    expect([again.text, again.headers['idempotency-replayed'], again.headers['location']]).toEqual([
      first.text,
      'true',
      first.headers['location'],
    ]);
  });

  test('the limit on VMs, on each side', async () => {
    const small = new TestApp({ vmsMax: 2 });
    const vm = await vmWithStory(small);
    expect((await small.post(`${vm}/fork`, {})).status).toBe(201);
    expect((await small.post(`${vm}/fork`, {})).body).toMatchObject({ status: 507, code: 'vm-limit' });
  });

  test('the limit on what forks began with, on each side, and room again after a deletion', async () => {
    const probe = new TestApp({ originBytesMax: 0 });
    const { detail } = (await probe.post(`${await vmWithStory(probe)}/fork`, {})).body;
    const bytes = Number(/is (\d+) bytes/.exec(detail)?.[1]);
    expect(bytes).toBeGreaterThan(4096);
    const tight = new TestApp({ originBytesMax: bytes });
    const vm = await vmWithStory(tight);
    const { status, body } = await tight.post(`${vm}/fork`, {});
    expect(status).toBe(201);
    expect((await tight.post(`${vm}/fork`, {})).body).toMatchObject({ status: 507, code: 'origin-limit' });
    await tight.delete(`/v1/vms/${body.id}`);
    expect((await tight.post(`${vm}/fork`, {})).status).toBe(201);
  });

  test('an unknown VM is 404', async () => {
    expect((await app.post('/v1/vms/vm-none/fork', {})).body.code).toBe('unknown-vm');
    expect((await app.get('/v1/vms/vm-none/export')).body.code).toBe('unknown-vm');
  });
});
