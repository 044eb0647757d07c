/** Operations over HTTP: the story of the split and the SIGBUS, what a request may say, and how answers are numbered. */
import { describe, expect, test } from 'vitest';
import { TestApp } from './support/test-app.js';

const app = new TestApp();
const REPORT = { onSigbus: 'report', memory: { size: '16MiB' } };

/** A VM whose 2M page at 0x200000 is private but for page 7. */
async function withSharedPage(body: object = REPORT): Promise<string> {
  const vm = await app.vm(body);
  const { status } = await app.post(`${vm}/page-state-changes`, {
    entries: [
      { gpa: '0x200000', pages: 1, pageSize: '2M', operation: 'private' },
      { gpa: '0x207000', operation: 'shared' },
    ],
  });
  expect(status).toBe(200);
  return vm;
}

describe('the story', () => {
  test('a write to the shared page splits the mapping and completes', async () => {
    const vm = await withSharedPage();
    const { status, body } = await app.post(`${vm}/hypervisor-writes`, { gpa: '0x207000', size: 64, via: 'user' });
    expect(status).toBe(200);
    expect(body).toEqual({
      outcome: 'completed',
      bytesWritten: 64,
      firstSeq: body.seq - 1,
      seq: expect.any(Number),
      faults: [
        {
          kind: 'rmp',
          origin: 'user',
          access: 'write',
          hva: '0x7f0000207000',
          gpa: '0x207000',
          pfn: '0x100207',
          errorCode: '0x80000007',
          errorCodeBits: ['P', 'W', 'U', 'RMP'],
          level: '2M',
          lookedUp: { pfn: '0x100207', assigned: false, level: '4K' },
          rmp: {
            pfn: '0x100207',
            assigned: false,
            pageSize: '4K',
            level: '4K',
            immutable: false,
            gpa: '0x0',
            asid: 0,
            vmsa: false,
            validated: false,
            vmpl: [0, 0, 0, 0],
            subPageCount: 0,
            state: 'hypervisor',
            raw: ['0x0', '0x0'],
          },
          reason: 'mapping-overlaps-assigned',
          decision: 'PAGE_SPLIT',
          faultFlags: { value: '0x655', names: ['WRITE', 'ALLOW_RETRY', 'KILLABLE', 'USER', 'INTERRUPTIBLE', 'PAGESPLIT'] },
          action: 'split',
          signal: null,
          dmesg: [],
          repeats: 1,
        },
      ],
    });
  });

  test('a write to its private neighbour ends in SIGBUS at the exact address', async () => {
    const vm = await withSharedPage();
    const { body } = await app.post(`${vm}/hypervisor-writes`, { hva: '0x7f0000208010', size: 8 });
    expect(body.outcome).toBe('sigbus');
    expect(body.faults[0]).toMatchObject({
      decision: 'KILL',
      reason: 'page-assigned',
      action: 'sigbus',
      faultFlags: null,
      gpa: '0x208010',
      signal: { number: 7, name: 'SIGBUS', code: 2, codeName: 'BUS_ADRERR', address: '0x7f0000208010' },
    });
  });

  test('on hugetlb the split fails: SIGBUS in rfc-v1-reply, without end in rfc-v1', async () => {
    const memory = { size: '16MiB', backing: 'hugetlb-2M' };
    const reply = await app.post(`${await withSharedPage({ onSigbus: 'report', memory })}/hypervisor-writes`, { gpa: '0x207000', size: 1 });
    expect([reply.body.outcome, reply.body.faults[0].action]).toEqual(['sigbus', 'split-failed']);
    const posted = await app.post(`${await withSharedPage({ generation: 'rfc-v1', memory })}/hypervisor-writes`, {
      gpa: '0x207000',
      size: 1,
    });
    expect(posted.body.outcome).toBe('livelock');
  });

  test('the control has no RMP check at all', async () => {
    const vm = await withSharedPage({ generation: 'no-snp', memory: { size: '16MiB' } });
    const { body } = await app.post(`${vm}/hypervisor-writes`, { gpa: '0x208000', size: 1 });
    expect(body).toEqual({ outcome: 'completed', bytesWritten: 1, seq: expect.any(Number), faults: [] });
  });

  test('a killed VM refuses operations and can still be read', async () => {
    const vm = await withSharedPage({ memory: { size: '16MiB' } });
    await app.post(`${vm}/hypervisor-writes`, { gpa: '0x208000', size: 1 });
    const digest = await app.digest(vm);
    const { body } = await app.post(`${vm}/hypervisor-writes`, { gpa: '0x0', size: 1 });
    expect(body).toMatchObject({ status: 409, code: 'vm-killed', detail: 'the VMM process of this VM was ended by SIGBUS' });
    expect(body.hint).toMatch(/onSigbus/);
    expect((await app.get(`${vm}/pages/0x208000`)).status).toBe(200);
    expect(await app.digest(vm)).toBe(digest);
  });
});

test('a guest that asked for its end is not taken for a signal', async () => {
  const vm = await app.vm({ memory: { size: '16MiB' } });
  const inject = { rmpupdate: { nth: 1, code: 1 } };
  await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x0', operation: 'private' }], strictGuest: true, inject });
  const { body } = await app.post(`${vm}/hypervisor-writes`, { gpa: '0x0', size: 1 });
  expect(body).toMatchObject({ code: 'vm-killed', detail: 'the guest of this VM has asked for its end' });
  expect(body.hint).not.toMatch(/onSigbus/);
});

describe('numbers', () => {
  test('seq is the last event, firstSeq the first, and absent where there is none', async () => {
    const vm = await app.vm(REPORT);
    const quiet = await app.post(`${vm}/hypervisor-writes`, { gpa: '0x0', size: 4096 });
    expect(quiet.body).toEqual({ outcome: 'completed', bytesWritten: 4096, seq: 1, faults: [] });
    const loud = await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x0', operation: 'private' }] });
    expect(loud.body.firstSeq).toBe(2);
    expect(loud.body.seq).toBe(1 + loud.body.events);
    const { body } = await app.get(`${vm}/events?after=1`);
    expect(body.events.map((event: { seq: number }) => event.seq)).toEqual(Array.from({ length: loud.body.events }, (_, i) => i + 2));
  });

  test("an event carries the operation, the caller's request id and the time", async () => {
    const vm = await app.vm(REPORT);
    await app.post(
      `${vm}/page-state-changes`,
      { entries: [{ gpa: '0x0', operation: 'private' }], validate: false },
      { 'x-request-id': 'my-id_7' },
    );
    const { body } = await app.get(`${vm}/events?after=1`);
    expect(body.events.at(-1)).toEqual({
      vm: vm.slice('/v1/vms/'.length),
      seq: expect.any(Number),
      position: expect.any(Number),
      type: 'page-state-changed',
      op: 'page-state-change',
      operation: 1,
      requestId: 'my-id_7',
      at: '2026-01-02T03:04:05.678Z',
      gpa: '0x0',
      pfn: '0x100000',
      pages: 1,
      pageSize: '4K',
      change: 'private',
      status: 'SUCCESS',
      rmpPages: 1,
    });
  });
});

describe('contents', () => {
  test('what is written is read back, as bytes and as a repeated byte', async () => {
    const vm = await app.vm(REPORT);
    await app.post(`${vm}/hypervisor-writes`, { gpa: '0x1ffe', data: Buffer.from('rampart').toString('base64') });
    await app.post(`${vm}/hypervisor-writes`, { gpa: '0x2005', size: 3, fill: 0xab });
    const { body } = await app.post(`${vm}/hypervisor-reads`, { gpa: '0x1ffd', size: 12 });
    expect(body).toMatchObject({ outcome: 'completed', bytesRead: 12, faults: [] });
    expect(Buffer.from(body.data, 'base64')).toEqual(Buffer.concat([Buffer.from('\0rampart'), Buffer.from([0xab, 0xab, 0xab, 0])]));
  });

  test('a frame is written through the direct map', async () => {
    const vm = await app.vm(REPORT);
    await app.post(`${vm}/hypervisor-writes`, { pfn: '0x100003', via: 'direct-map', data: 'AQ==' });
    const { body } = await app.post(`${vm}/hypervisor-reads`, { gpa: '0x3000', size: 1 });
    expect(body.data).toBe('AQ==');
  });
});

describe('instructions', () => {
  test('return codes have their names and numbers', async () => {
    const vm = await app.vm(REPORT);
    const rmpupdate = (body: object) => app.post(`${vm}/rmpupdate`, body);
    expect((await rmpupdate({ pfn: '0x100201', assigned: true, gpa: '0x201000', asid: 1, pageSize: '2M' })).body).toMatchObject({
      status: 'FAIL_INPUT',
      code: 1,
    });
    expect((await rmpupdate({ pfn: '0x100200', assigned: true, gpa: '0x200000', asid: 1, pageSize: '2M' })).body).toMatchObject({
      status: 'SUCCESS',
      code: 0,
    });
    expect((await rmpupdate({ pfn: '0x100201', assigned: false })).body).toMatchObject({ status: 'FAIL_OVERLAP', code: 4 });
    expect((await app.post(`${vm}/psmash`, { pfn: '0x100200' })).body).toMatchObject({ status: 'SUCCESS', code: 0 });
    expect((await app.post(`${vm}/psmash`, { pfn: '0x100200' })).body).toMatchObject({ status: 'FAIL_BADADDR', code: 7 });
    expect((await app.post(`${vm}/pvalidate`, { gpa: '0x200000', pageSize: '2M', validate: true })).body).toMatchObject({
      status: 'FAIL_SIZEMISMATCH',
      code: 6,
    });
    expect((await app.post(`${vm}/pvalidate`, { gpa: '0x200000', pageSize: '4K', validate: true })).body).toMatchObject({
      outcome: 'completed',
      status: 'SUCCESS',
      carry: false,
    });
    expect((await app.post(`${vm}/pvalidate`, { gpa: '0x200000', pageSize: '4K', validate: true })).body).toMatchObject({
      status: 'SUCCESS',
      carry: true,
    });
  });

  test('a 4K PVALIDATE inside a 2M entry is answered by a PSMASH of the host', async () => {
    const vm = await app.vm({ ...REPORT, memory: { size: '4MiB', initialState: 'private' } });
    const { body } = await app.post(`${vm}/pvalidate`, { gpa: '0x201000', pageSize: '4K', validate: false });
    expect(body.faults).toHaveLength(1);
    expect(body.faults[0]).toMatchObject({ access: 'pvalidate', gpa: '0x201000', pfn: '0x100201', action: 'psmash' });
    expect(body.faults[0].errorCodeBits).toContain('SIZEM');
  });

  test('a failed RMPUPDATE of the host fails the request, and entries after it are not attempted', async () => {
    const vm = await app.vm(REPORT);
    const { body } = await app.post(`${vm}/page-state-changes`, {
      entries: [
        { gpa: '0x0', operation: 'private' },
        { gpa: '0x1000', operation: 'private' },
        { gpa: '0x2000', operation: 'private' },
      ],
      validate: false,
      inject: { rmpupdate: { nth: 2, code: 2 } },
    });
    expect(body).toMatchObject({ status: 'FAIL_PERMISSION', code: 2, swExitInfo2: '0x10000000000' });
    expect(body.results.map((one: { status: string }) => one.status)).toEqual(['SUCCESS', 'FAIL_PERMISSION', 'NOT_ATTEMPTED']);
    expect(body.results.map((one: { rmpPages: number }) => one.rmpPages)).toEqual([1, 0, 0]);
  });
});

describe('inject', () => {
  test('on the operation it counts within it', async () => {
    const vm = await withSharedPage();
    const { body } = await app.post(`${vm}/hypervisor-writes`, {
      gpa: '0x207000',
      size: 1,
      inject: { between: { nth: 1, change: 'region-shared' } },
    });
    expect(body.outcome).toBe('completed');
    const again = await withSharedPage();
    const failed = await app.post(`${again}/hypervisor-writes`, { gpa: '0x207000', size: 1, inject: { splitFailure: { nth: 1 } } });
    expect(failed.body.faults[0]).toMatchObject({ decision: 'PAGE_SPLIT', action: 'split-failed' });
  });

  test('on the VM it counts after creation', async () => {
    const vm = await withSharedPage({ ...REPORT, inject: { lookupFailure: { pfn: '0x100207' } } });
    const { body } = await app.post(`${vm}/hypervisor-writes`, { gpa: '0x207000', size: 1 });
    expect(body.outcome).toBe('sigbus');
    expect(body.faults[0]).toMatchObject({ decision: 'KILL', lookedUp: null });
    expect(body.faults[0].dmesg).toHaveLength(1);
  });
});

describe('expect', () => {
  const write = { gpa: '0x207000', size: 1 };

  test('an expectation that holds is said to hold', async () => {
    const vm = await withSharedPage();
    const { status, body } = await app.post(`${vm}/hypervisor-writes?failOnExpectation=true`, {
      ...write,
      expect: { outcome: 'completed', decisions: ['PAGE_SPLIT'] },
    });
    expect([status, body.expectation]).toEqual([200, { held: true, differences: [] }]);
  });

  test('one that does not hold is a result all the same', async () => {
    const vm = await withSharedPage();
    const { status, body } = await app.post(`${vm}/hypervisor-writes`, { ...write, expect: { outcome: 'sigbus', decisions: [] } });
    expect([status, body.outcome]).toEqual([200, 'completed']);
    expect(body.expectation).toEqual({
      held: false,
      differences: [
        { field: 'outcome', expected: 'sigbus', actual: 'completed' },
        { field: 'decisions', expected: [], actual: ['PAGE_SPLIT'] },
      ],
    });
  });

  test('or a 409 with the result, where that was asked for; the operation was carried out', async () => {
    const vm = await withSharedPage();
    const { status, body } = await app.post(`${vm}/hypervisor-writes?failOnExpectation=true`, { ...write, expect: { outcome: 'sigbus' } });
    expect([status, body.code, body.pointer]).toEqual([409, 'expectation-failed', '/expect']);
    expect(body.result).toMatchObject({ outcome: 'completed', expectation: { held: false } });
    expect((await app.get(vm)).body.stats.splits).toBe(1);
  });

  test('instructions have statuses to expect', async () => {
    const vm = await app.vm(REPORT);
    const { body } = await app.post(`${vm}/psmash`, { pfn: '0x100000', expect: { status: 'SUCCESS' } });
    expect(body.expectation.differences).toEqual([{ field: 'status', expected: 'SUCCESS', actual: 'FAIL_BADADDR' }]);
  });
});
