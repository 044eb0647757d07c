/** VMs over HTTP: what a creation gives, lists, labels, time to live, reset, ETag and If-Match. */
import { DEFAULT_DOUBTS } from '../../src/core/index.js';
import { describe, expect, test } from 'vitest';
import { START, TestApp } from './support/test-app.js';

const MIB = 2 ** 20;

describe('creating a VM', () => {
  const app = new TestApp();

  test('an empty object gives 256 MiB of thp, shared, under rfc-v1-reply', async () => {
    const { status, headers, body } = await app.post('/v1/vms', {});
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/vms/${body.id}`);
    expect(headers['etag']).toBe('"0"');
    const { digest, ...rest } = body;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toEqual({
      id: 'vm-t2',
      name: null,
      labels: {},
      state: 'running',
      generation: 'rfc-v1-reply',
      privateBacking: 'same',
      hostCpus: 48,
      memory: { size: 256 * MIB, backing: 'thp', initialState: 'shared' },
      memslots: [{ gpa: '0x0', size: 256 * MIB, hva: '0x7f0000000000', pfn: '0x100000', backing: 'thp', initialState: 'shared' }],
      asid: 1,
      seed: 1,
      onSigbus: 'kill',
      doubts: DEFAULT_DOUBTS,
      launch: 'finished',
      rmp: { coverage: 5 * 1024 * MIB, hvFixed: [] },
      seq: 1,
      ttlSeconds: null,
      createdAt: new Date(START).toISOString(),
      origin: null,
      vmas: [{ start: '0x7f0000000000', size: 256 * MIB, backing: 'thp', protection: 'read-write', hugePages: 'default', memslot: 0 }],
      kernelMaps: [],
      aeadLimit: Number.MAX_SAFE_INTEGER,
      sevFeatures: { reflectVc: false, virtualTom: null },
      stats: {
        operations: 0,
        faults: { RETRY: 0, KILL: 0, PAGE_SPLIT: 0, FORCE_SHARED: 0, NONE: 0, notPresent: 0, protection: 0 },
        splits: 0,
        directMapSplits: 0,
        signals: { SIGBUS: 0, SIGSEGV: 0 },
        nestedFaults: 0,
        kernel: { pageFaults: 0, minorFaults: 0, majorFaults: 0, thpSplitPmd: 0, directMapSplitPages: 0, leakedPages: 0 },
        rmpPages: { hypervisor: 65_536 },
        mappedPages: { '4K': 0, '2M': 65_536, '1G': 0, none: 0 },
        contentBytes: 0,
      },
    });
  });

  test.each([
    ['4K', 4096],
    ['2MiB', 2 * MIB],
    ['2M', 2 * MIB],
    ['1GiB', 1024 * MIB],
    ['1TiB', 2 ** 40],
    [8192, 8192],
  ])('size %j is %d bytes', async (size, bytes) => {
    const { status, body } = await app.post('/v1/vms', { memory: { size } });
    expect([status, body.memory?.size]).toEqual([201, bytes]);
  });

  test('more than 512 GiB of memory begins at 0x100000000000', async () => {
    const { body } = await app.post('/v1/vms', { memory: { size: '513GiB' } });
    expect(body.memslots[0].hva).toBe('0x100000000000');
  });

  test('memslots have their places, and gaps between them are allowed', async () => {
    const { status, body } = await app.post('/v1/vms', {
      memslots: [
        { gpa: '0x0', size: '2MiB' },
        { gpa: '0x40000000', size: '4MiB', backing: '4k', hva: '0x550000000000', initialState: 'private' },
      ],
    });
    expect(status).toBe(201);
    expect(body.memory).toBeNull();
    expect(body.memslots).toEqual([
      { gpa: '0x0', size: 2 * MIB, hva: '0x7f0000000000', pfn: '0x100000', backing: 'thp', initialState: 'shared' },
      { gpa: '0x40000000', size: 4 * MIB, hva: '0x550000000000', pfn: '0x140000', backing: '4k', initialState: 'private' },
    ]);
    expect(body.stats.rmpPages).toEqual({ hypervisor: 512, 'guest-valid': 1024 });
  });

  test('an initially private VM has 2M entries', async () => {
    const vm = await app.vm({ memory: { size: '4MiB', initialState: 'private' } });
    const { body } = await app.get(`${vm}/pages/0x200000`);
    expect(body.rmp).toMatchObject({ assigned: true, pageSize: '2M', level: '2M', state: 'guest-valid' });
  });

  test('what was said about it is there again', async () => {
    const said = {
      name: 'demo',
      labels: { suite: 'a', run: '7' },
      ttlSeconds: 60,
      generation: 'rfc-v1',
      asid: 17,
      seed: 5,
      onSigbus: 'report',
      doubts: { D16: 'allow' },
    };
    const { body } = await app.post('/v1/vms', said);
    expect(body).toMatchObject({ ...said, doubts: { ...DEFAULT_DOUBTS, D16: 'allow' } });
  });

  test('a number is as good as hex text for an address', async () => {
    const { body } = await app.post('/v1/vms', { memslots: [{ gpa: 0x40000000, size: 4096 }] });
    expect(body.memslots[0].gpa).toBe('0x40000000');
  });
});

describe('lists', () => {
  const app = new TestApp();

  test('pages follow one another without gap or repetition while VMs come and go', async () => {
    const made: string[] = [];
    for (let i = 0; i < 7; i++) made.push((await app.vm({ name: `n${i}` })).slice('/v1/vms/'.length));
    const first = await app.get('/v1/vms?limit=3');
    expect(first.body.vms.map((vm: { id: string }) => vm.id)).toEqual(made.slice(0, 3));
    await app.delete(`/v1/vms/${made[2]}`);
    await app.delete(`/v1/vms/${made[4]}`);
    const late = (await app.vm()).slice('/v1/vms/'.length);
    const second = await app.get(`/v1/vms?limit=3&cursor=${first.body.next}`);
    expect(second.body.vms.map((vm: { id: string }) => vm.id)).toEqual([made[3], made[5], made[6]]);
    const third = await app.get(`/v1/vms?limit=3&cursor=${second.body.next}`);
    expect(third.body).toMatchObject({ vms: [{ id: late }], next: null });
  });

  test('a list leaves out digest, vmas and stats', async () => {
    const { body } = await app.get('/v1/vms?limit=1');
    expect(Object.keys(body.vms[0])).not.toEqual(expect.arrayContaining(['digest']));
    expect(Object.keys(body.vms[0])).not.toEqual(expect.arrayContaining(['vmas']));
    expect(Object.keys(body.vms[0])).not.toEqual(expect.arrayContaining(['stats']));
  });

  test.each(['0', '1001', '-1', '1.5', 'x', ''])('limit=%s is refused', async (limit) => {
    const { status, body } = await app.get(`/v1/vms?limit=${limit}`);
    expect([status, body.code, body.pointer]).toEqual([400, 'invalid-field', 'limit']);
  });
});

describe('the end of a VM', () => {
  const app = new TestApp();

  test('a deleted VM is gone, and its last event says why', async () => {
    const vm = await app.vm();
    expect(await app.delete(vm)).toMatchObject({ status: 204, text: '' });
    expect((await app.get(vm)).body.code).toBe('unknown-vm');
    const { body } = await app.get('/v1/events');
    expect(body.events.at(-1)).toMatchObject({ type: 'vm-deleted', cause: 'request', op: 'delete' });
  });

  test('all VMs with a label go together', async () => {
    await app.vm({ labels: { suite: 'a' } });
    await app.vm({ labels: { suite: 'a', other: 'b' } });
    const kept = await app.vm({ labels: { suite: 'b' } });
    expect((await app.delete('/v1/vms?label=suite:a')).body).toEqual({ deleted: 2 });
    expect((await app.delete('/v1/vms?label=suite:a')).body).toEqual({ deleted: 0 });
    expect((await app.get(kept)).status).toBe(200);
  });

  test('nothing is deleted without a label', async () => {
    const { status, body } = await app.delete('/v1/vms');
    expect([status, body.code, body.pointer]).toEqual([400, 'invalid-field', 'label']);
  });

  test('a VM with a time to live ends when it is over, not before', async () => {
    const vm = await app.vm({ ttlSeconds: 60 });
    app.clock.advance(59_999);
    expect((await app.get(vm)).status).toBe(200);
    app.clock.advance(1);
    expect((await app.get(vm)).status).toBe(404);
    const { body } = await app.get('/v1/events?limit=1000');
    expect(body.events.at(-1)).toMatchObject({ type: 'vm-deleted', cause: 'ttl', requestId: null });
  });

  test('one that was deleted before does not end twice', async () => {
    const vm = await app.vm({ ttlSeconds: 60 });
    await app.delete(vm);
    app.clock.advance(60_000);
    const { body } = await app.get(`${vm}/events`);
    expect(body.events.map((event: { type: string }) => event.type)).toEqual(['vm-created', 'vm-deleted']);
  });

  test('as many VMs as the limit says, and then none', async () => {
    const small = new TestApp({ vmsMax: 1 });
    const vm = await small.vm();
    expect((await small.post('/v1/vms', {})).body).toMatchObject({ status: 507, code: 'vm-limit' });
    await small.delete(vm);
    expect((await small.post('/v1/vms', {})).status).toBe(201);
  });
});

describe('reset', () => {
  const app = new TestApp();

  test('the state is that after creation, seq goes on, and a killed VM runs again', async () => {
    const vm = await app.vm({ memory: { size: '4MiB', initialState: 'private' } });
    const fresh = await app.digest(vm);
    const write = await app.post(`${vm}/hypervisor-writes`, { gpa: '0x0', size: 1 });
    expect(write.body.outcome).toBe('sigbus');
    expect((await app.get(vm)).body.state).toBe('killed');
    const { status, body, headers } = await app.call({ method: 'POST', url: `${vm}/reset` });
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'running', digest: fresh });
    expect(body.seq).toBeGreaterThan(write.body.seq);
    expect((await app.post(`${vm}/reset`, {})).status).toBe(200);
    expect((await app.post(`${vm}/reset`, { to: 1 })).body).toMatchObject({ code: 'unknown-field', pointer: '/to' });
    expect(headers['etag']).toBe(`"${body.stats.operations}"`);
  });
});

describe('ETag and If-Match', () => {
  test('a counter that a refusal tells is recorded as well as one that an answer tells', async () => {
    for (const tell of [
      (vm: string) => app.get(vm),
      (vm: string) => app.post(`${vm}/psmash`, { pfn: '0x100000' }, { 'if-match': '"99"' }),
    ]) {
      const vm = await app.vm({});
      await app.post(`${vm}/hypervisor-writes`, { gpa: '0x0', size: 1 });
      const found = app.app.services.machines.find(vm.slice('/v1/vms/'.length));
      expect(found?.counted).not.toBeNull();
      await tell(vm);
      expect(found?.counted).toBeNull();
    }
  });

  test('what has no ETag takes no condition, and does nothing', async () => {
    const own = new TestApp();
    const ifMatch = { 'if-match': '*' };
    const answers = [
      await own.post('/v1/vms', {}, ifMatch),
      await own.delete('/v1/vms?label=a:b', ifMatch),
      await own.get('/v1/vms', ifMatch),
      await own.call({ method: 'POST', url: '/v1/stream-tickets', headers: ifMatch }),
    ];
    for (const { body } of answers) expect(body).toMatchObject({ status: 400, code: 'invalid-field', pointer: 'If-Match' });
    expect((await own.get('/v1/vms')).body.vms).toEqual([]);
  });

  const app = new TestApp();

  test('operations count, reads and refusals do not', async () => {
    const vm = await app.vm();
    const etag = async (): Promise<unknown> => (await app.get(vm)).headers['etag'];
    expect(await etag()).toBe('"0"');
    await app.post(`${vm}/hypervisor-writes`, { gpa: '0x0', size: 1 });
    expect(await etag()).toBe('"1"');
    await app.post(`${vm}/hypervisor-reads`, { gpa: '0x0', size: 1 });
    await app.post(`${vm}/hypervisor-writes`, { gpa: '0xffffffffff', size: 1 });
    expect(await etag()).toBe('"1"');
  });

  test.each([
    ['"0"', 200],
    ['*', 200],
    ['"7", "0"', 200],
    ['"1"', 412],
    ['W/"0"', 412],
    ['0', 412],
  ])('If-Match: %s is answered %d', async (ifMatch, status) => {
    const vm = await app.vm();
    const digest = await app.digest(vm);
    const reply = await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x0', operation: 'private' }] }, { 'if-match': ifMatch });
    expect(reply.status).toBe(status);
    if (status === 412) expect(reply.body.code).toBe('etag-mismatch');
    expect((await app.digest(vm)) === digest).toBe(status === 412);
  });
});
