/** The host's memory management over HTTP: every route once, what it refuses, and what it leaves to be seen. */
import { describe, expect, test } from 'vitest';
import { TestApp } from './support/test-app.js';

const app = new TestApp();
const REGION = 2 * 2 ** 20;

async function mail(backing: string): Promise<string> {
  const vm = await app.vm({ memory: { size: '8MiB', backing }, onSigbus: 'report' });
  const entries = [
    { gpa: '0x0', pageSize: '2M', operation: 'private' },
    { gpa: '0x7000', operation: 'shared' },
  ];
  await app.post(`${vm}/page-state-changes`, { entries });
  await app.post(`${vm}/hypervisor-writes`, { gpa: '0x7000', size: 1 });
  return vm;
}

async function eventsOf(vm: string): Promise<readonly { readonly type: string }[]> {
  return (await app.get(`${vm}/events?limit=1000`)).body.events;
}

test('mmap, mprotect and munmap, and the list that they leave', async () => {
  const vm = await app.vm({ memory: { size: '8MiB' }, onSigbus: 'report' });
  const start = '0x7f0000200000';
  const protectedPart = await app.call({
    method: 'PATCH',
    url: `${vm}/vmas/${start}`,
    payload: JSON.stringify({ protection: 'read-only', size: '2M', expect: { outcome: 'completed' } }),
    headers: { 'content-type': 'application/json' },
  });
  expect([protectedPart.status, protectedPart.body]).toMatchObject([
    200,
    { outcome: 'completed', pages: 512, expectation: { held: true } },
  ]);
  expect((await app.post(`${vm}/hypervisor-writes`, { hva: start, size: 1 })).body).toMatchObject({
    outcome: 'segv',
    faults: [{ kind: 'protection', signal: { codeName: 'SEGV_ACCERR', address: start } }],
  });
  expect((await app.delete(`${vm}/vmas/${start}`)).body).toMatchObject({ outcome: 'completed', pages: 512 });
  expect((await app.delete(`${vm}/vmas/0x7f0000400000?size=${REGION}`)).body).toMatchObject({ outcome: 'completed', pages: 512 });
  expect((await app.get(`${vm}/pages/0x200000`)).body.vma).toBeNull();
  expect((await app.post(`${vm}/vmas`, { start, size: REGION, protection: 'read-only' })).body.outcome).toBe('completed');
  const { body } = await app.get(`${vm}/vmas`);
  expect(body.vmas.map((vma: { start: string; size: number; protection: string }) => [vma.start, vma.size, vma.protection])).toEqual([
    ['0x7f0000000000', REGION, 'read-write'],
    [start, REGION, 'read-only'],
    ['0x7f0000600000', REGION, 'read-write'],
  ]);
  const types = (await eventsOf(vm)).map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(['vma-protected', 'mapping-removed', 'vma-unmapped', 'vma-mapped']));
});

test('the split-and-collapse cycle, and the pin that ends it', async () => {
  const vm = await mail('thp');
  expect((await app.post(`${vm}/khugepaged`, {})).body).toMatchObject({ outcome: 'completed', collapsed: 0, pinned: 1 });
  expect((await app.post(`${vm}/pins`, { gpa: 0, size: REGION, pinned: false })).body).toMatchObject({ outcome: 'completed', pages: 512 });
  expect((await app.post(`${vm}/khugepaged`, { gpa: 0, size: REGION })).body).toMatchObject({ collapsed: 1, pinned: 0 });
  const { stats } = (await app.get(vm)).body;
  expect(stats.kernel).toMatchObject({ pageFaults: 1, minorFaults: 1, thpSplitPmd: 1, leakedPages: 511 });
  expect((await app.get('/metrics')).text).toMatch(/^rampart_leaked_pages_total\{cause="freed",generation="rfc-v1-reply"\} 511$/m);
});

test('madvise answers an errno as a result', async () => {
  const vm = await mail('thp');
  const remove = await app.post(`${vm}/madvise`, { gpa: '0x0', size: REGION, advice: 'REMOVE' });
  expect([remove.status, remove.body]).toMatchObject([200, { outcome: 'EINVAL', pages: 0 }]);
  expect((await app.post(`${vm}/madvise`, { hva: '0x7f0000200000', size: REGION, advice: 'NOHUGEPAGE' })).body.outcome).toBe('completed');
  expect((await app.get(`${vm}/pages/0x200000`)).body.vma.hugePages).toBe('nohugepage');
});

test('a page that was swapped out is a major fault and another frame', async () => {
  const vm = await app.vm({ memory: { size: '8MiB' } });
  await app.post(`${vm}/pins`, { gpa: 0, size: REGION, pinned: false });
  expect((await app.post(`${vm}/leaf-states`, { gpa: 0, size: REGION, change: 'swap-out' })).body).toMatchObject({ pages: 512, pinned: 0 });
  expect((await app.get(`${vm}/pages/0x1000`)).body.mapping).toMatchObject({ state: 'swap', present: false });
  expect((await app.post(`${vm}/hypervisor-writes`, { gpa: '0x1000', size: 1 })).body.faults).toMatchObject([
    { kind: 'not-present', action: 'mapped' },
  ]);
  expect((await app.get(`${vm}/pages/0x1000`)).body.pfn).not.toBe('0x100001');
  expect((await app.get(vm)).body.stats.kernel.majorFaults).toBe(1);
});

test('deleting a VM says what was un-assigned and what could not be', async () => {
  const vm = await app.vm({ memory: { size: '8MiB' }, inject: { rmpupdate: { nth: 2, code: 2 } } });
  await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x0', pageSize: '2M', operation: 'private' }] });
  expect((await app.delete(vm)).status).toBe(204);
  const events = await eventsOf(vm);
  expect(events.slice(-2)).toMatchObject([
    {
      type: 'page-leaked',
      cause: 'teardown',
      code: 2,
      pages: 512,
      dmesg: [expect.stringContaining('pg_level: 2, ret: 2'), expect.any(String)],
    },
    { type: 'vm-deleted', unassigned: 0, leaked: 512 },
  ]);
});

describe('refusals', () => {
  test.each<[string, string, object, string, string]>([
    ['POST', 'madvise', { size: 4096, advice: 'DONTNEED' }, 'invalid-field', '/gpa'],
    ['POST', 'madvise', { hva: 0, gpa: 0, size: 4096, advice: 'DONTNEED' }, 'invalid-field', '/gpa'],
    ['POST', 'madvise', { gpa: 1, size: 4096, advice: 'DONTNEED' }, 'invalid-field', '/gpa'],
    ['POST', 'madvise', { gpa: 0, size: 4097, advice: 'DONTNEED' }, 'invalid-field', '/size'],
    ['POST', 'madvise', { gpa: 0, size: 4096, advice: 'FREE' }, 'invalid-field', '/advice'],
    ['POST', 'madvise', { gpa: '0x800000', size: 4096, advice: 'DONTNEED' }, 'address-out-of-range', '/gpa'],
    ['POST', 'pins', { gpa: 0, size: '65GiB', pinned: true }, 'limit-exceeded', '/size'],
    ['POST', 'khugepaged', { gpa: 0 }, 'invalid-field', '/size'],
    ['POST', 'leaf-states', { hva: '0x7ffffffff000', size: 8192, change: 'restore' }, 'address-out-of-range', '/hva'],
    ['POST', 'vmas', { start: '0x1000', size: 4096 }, 'address-out-of-range', '/start'],
    ['PATCH', 'vmas/0x1000', { protection: 'read-only' }, 'unknown-vma', 'start'],
    ['PATCH', 'vmas/0x1001', { protection: 'read-only' }, 'invalid-field', 'start'],
  ])('%s %s %j', async (method, path, body, code, pointer) => {
    const vm = await app.vm({ memory: { size: '8MiB' } });
    const answer = await app.call({
      method: method as 'POST',
      url: `${vm}/${path}`,
      payload: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.body).toMatchObject({ code, pointer });
    expect((await eventsOf(vm)).length).toBe(1);
  });

  test('unmapping what is not mapped needs a size', async () => {
    const vm = await app.vm({ memory: { size: '8MiB' } });
    expect((await app.delete(`${vm}/vmas/0x1000`)).body).toMatchObject({ status: 404, code: 'unknown-vma', pointer: 'start' });
    expect((await app.delete(`${vm}/vmas/0x1000?size=4K`)).body).toMatchObject({ outcome: 'completed', pages: 0 });
    expect((await app.delete(`${vm}/vmas/0x1000?size=5`)).body).toMatchObject({ status: 400, pointer: 'size' });
  });
});
