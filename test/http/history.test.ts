/** A page's history: newest first, to the beginning, in pages, and honest about what is gone. */
import { describe, expect, test } from 'vitest';
import { type Loose, TestApp } from './support/test-app.js';

const app = new TestApp();

const told = ({ events }: Loose): string[] => events.map(({ type, op }: Loose) => `${type} by ${op}`);

describe('the history of a page', () => {
  test('is what made it so, newest first, with the operation that caused each', async () => {
    const vm = await app.vm({ onSigbus: 'report' });
    await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x200000', pageSize: '2M', operation: 'private' }] });
    await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x400000', pageSize: '2M', operation: 'private' }] });
    const shared = await app.post(
      `${vm}/page-state-changes`,
      { entries: [{ gpa: '0x207000', operation: 'shared' }] },
      { 'x-request-id': 'share-7' },
    );
    await app.post(`${vm}/hypervisor-writes`, { gpa: '0x207000', size: 8 });
    const { status, body } = await app.get(`${vm}/pages/0x207000/history`);
    expect(status).toBe(200);
    expect(told(body)).toEqual([
      'mapping-split by hypervisor-write',
      'page-state-changed by page-state-change',
      'rmp-updated by page-state-change',
      'pvalidated by page-state-change',
      'psmashed by page-state-change',
      'pvalidated by page-state-change',
      'page-state-changed by page-state-change',
      'rmp-updated by page-state-change',
      'direct-map-split by page-state-change',
      'vm-created by create',
    ]);
    expect(body).toMatchObject({ next: null, end: 'beginning' });
    expect(body.events.map(({ seq }: Loose) => seq)).toEqual(
      body.events.map(({ seq }: Loose) => seq).toSorted((a: number, b: number) => b - a),
    );
    const unassigned = body.events.find(({ type, assigned }: Loose) => type === 'rmp-updated' && !assigned);
    expect(unassigned).toMatchObject({ requestId: 'share-7', operation: 3, gpa: '0x207000', pages: 1, seq: shared.body.seq - 1 });
  });

  test('leaves out its neighbours and what happened to it without changing it', async () => {
    const vm = await app.vm({ onSigbus: 'report' });
    await app.post(`${vm}/rmpupdate`, { pfn: '0x100000', assigned: true, asid: 1 });
    await app.post(`${vm}/hypervisor-writes`, { gpa: 0, size: 1 });
    expect(told((await app.get(`${vm}/pages/0x0/history`)).body)).toEqual([
      'rmp-updated by rmpupdate',
      'direct-map-split by rmpupdate',
      'vm-created by create',
    ]);
    // The direct map is split for the whole 2M.
    expect(told((await app.get(`${vm}/pages/0x1000/history`)).body)).toEqual(['direct-map-split by rmpupdate', 'vm-created by create']);
    expect(told((await app.get(`${vm}/pages/0x200000/history`)).body)).toEqual(['vm-created by create']);
  });

  test('ends at a reset', async () => {
    const vm = await app.vm();
    await app.post(`${vm}/rmpupdate`, { pfn: '0x100000', assigned: true, asid: 1, directMap: false });
    await app.post(`${vm}/reset`, {});
    await app.post(`${vm}/rmpupdate`, { pfn: '0x100000', assigned: true, asid: 1, directMap: false });
    const { body } = await app.get(`${vm}/pages/0x0/history`);
    expect(told(body)).toEqual(['rmp-updated by rmpupdate', 'vm-reset by reset']);
    expect(body.end).toBe('beginning');
  });

  test('comes in pages that neither repeat nor skip an event', async () => {
    const vm = await app.vm();
    for (let i = 0; i < 7; i++) await app.post(`${vm}/rmpupdate`, { pfn: '0x100000', assigned: i % 2 === 0, asid: i % 2 === 0 ? 1 : 0 });
    const whole = (await app.get(`${vm}/pages/0x0/history`)).body;
    const seqs: number[] = [];
    let cursor: string | null = '';
    let pages = 0;
    while (cursor !== null) {
      const { body }: { body: Loose } = await app.get(`${vm}/pages/0x0/history?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(body.events.length).toBeLessThanOrEqual(2);
      expect(body.end === null).toBe(body.next !== null);
      seqs.push(...body.events.map(({ seq }: Loose) => seq));
      cursor = body.next;
      // Others write meanwhile.
      await app.post(`${vm}/rmpupdate`, { pfn: '0x100001', assigned: pages++ % 2 === 0, asid: pages % 2 });
    }
    expect(seqs).toEqual(whole.events.map(({ seq }: Loose) => seq));
    expect(pages).toBe(Math.ceil(whole.events.length / 2));
  });

  test('says that older events are not kept', async () => {
    const small = new TestApp({ eventsPerVm: 10, logBytesMax: 2 ** 20 });
    const vm = await small.vm();
    for (let i = 0; i < 30; i++) {
      const entries = Array.from({ length: 253 }, (_, n) => ({ gpa: n * 4096, operation: i % 2 === 0 ? 'private' : 'shared' }));
      await small.post(`${vm}/page-state-changes`, { entries });
    }
    const { body } = await small.get(`${vm}/pages/0x3000/history?limit=1000`);
    expect(body.end).toBe('compacted');
    expect(body.events.length).toBeGreaterThan(0);
    expect(body.events.map(({ type }: Loose) => type)).not.toContain('vm-created');
    const gone = await small.get(
      `${vm}/pages/0x3000/history?cursor=${/"next":"(\w+)\./.exec((await small.get('/v1/events?limit=1')).text)?.[1]}.1`,
    );
    expect(gone.body).toMatchObject({ code: 'compacted', pointer: 'cursor' });
  });

  test.each([
    ['0x1001', '', 'invalid-field', 'gpa'],
    ['0xffff000000', '', 'address-out-of-range', 'gpa'],
    ['0x0', '?cursor=abc', 'invalid-field', 'cursor'],
    ['0x0', '?cursor=12', 'invalid-field', 'cursor'],
    ['0x0', '?cursor=other.1', 'epoch-mismatch', 'cursor'],
    ['0x0', '?limit=0', 'invalid-field', 'limit'],
    ['0x0', '?limit=1001', 'invalid-field', 'limit'],
  ])('of %s with %j is refused: %s', async (gpa, query, code, pointer) => {
    const { body } = await app.get(`${await app.vm()}/pages/${gpa}/history${query}`);
    expect(body).toMatchObject({ code, pointer });
  });
});
