/** The guest, GHCB bytes, vCPUs, firmware and the raw table over HTTP: the words of the answers, and misuse. */
import { describe, expect, test } from 'vitest';
import { TestApp } from './support/test-app.js';

const app = new TestApp();
const REPORT = { onSigbus: 'report', memory: { size: '8MiB' } };

test('a guest access says what it came to, page by page', async () => {
  const vm = await app.vm(REPORT);
  await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x7000', operation: 'private' }] });
  const stored = await app.post(`${vm}/guest-accesses`, { gpa: '0x7000', access: 'write', data: 'AQI=', expect: { outcome: 'completed' } });
  expect(stored.body).toMatchObject({ outcome: 'completed', bytesDone: 2, exception: null, faults: [], expectation: { held: true } });
  const loaded = await app.post(`${vm}/guest-accesses`, { gpa: '0x7000', access: 'read', size: 2, guestLevel: '2M' });
  expect(loaded.body).toMatchObject({ data: 'AQI=', translation: { gpa: '0x7000', pfn: '0x100007', nestedLevel: '4K', tlbLevel: '4K' } });
  const refused = await app.post(`${vm}/guest-accesses`, { gpa: '0x8000', access: 'write', size: 1 });
  expect(refused.body).toMatchObject({
    outcome: 'vc-exception',
    exception: { vector: 29, errorCode: '0x404', gpa: '0x8000' },
    faults: [
      {
        access: 'write',
        errorCode: '0x580000007',
        errorCodeBits: ['P', 'W', 'U', 'RMP', 'FINAL_GPA', 'ENC'],
        reason: 'not-owned',
        action: 'made-private',
      },
    ],
  });
  const { body } = await app.get(`${vm}/events?types=vc-exception`);
  expect(body.events).toMatchObject([{ type: 'vc-exception', gpa: '0x8000', access: 'write', errorCode: '0x404' }]);
});

test('VMPL permissions have their names', async () => {
  const vm = await app.vm(REPORT);
  await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x7000', operation: 'private' }] });
  const place = { gpa: '0x7000', pageSize: '4K', targetVmpl: 2 };
  expect((await app.post(`${vm}/rmpadjust`, { ...place, permissions: ['read', 'user-execute'] })).body).toMatchObject({
    status: 'SUCCESS',
    code: 0,
  });
  expect((await app.post(`${vm}/rmpquery`, place)).body).toMatchObject({
    permissions: ['read', 'user-execute'],
    pageSize: '4K',
    vmsa: false,
  });
  expect((await app.post(`${vm}/rmpread`, { pfn: '0x100007' })).body).toMatchObject({
    status: 'SUCCESS',
    entry: { pfn: '0x100007', gpa: '0x7000', assigned: true, pageSize: '4K', regionAssigned: false, immutable: false, asid: 1 },
  });
});

test('a vCPU is entered and left, and its page is in use between', async () => {
  const vm = await app.vm(REPORT);
  await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x7000', operation: 'private' }] });
  await app.post(`${vm}/rmpadjust`, { gpa: '0x7000', pageSize: '4K', targetVmpl: 1, permissions: [], vmsa: true });
  expect((await app.post(`${vm}/vcpus/3/enter`, { vmsa: '0x7000' })).body).toMatchObject({ outcome: 'entered', reason: null });
  expect((await app.post(`${vm}/vcpus/3/enter`, { vmsa: '0x7000' })).body).toMatchObject({ status: 409, code: 'vcpu-state' });
  expect((await app.post(`${vm}/rmpupdate`, { pfn: '0x100007', assigned: false })).body).toMatchObject({ status: 'FAIL_INUSE', code: 3 });
  expect((await app.post(`${vm}/vcpus/3/exit`, {})).body).toMatchObject({ outcome: 'exited' });
  expect((await app.post(`${vm}/vcpus/512/exit`, {})).body).toMatchObject({ status: 400, code: 'limit-exceeded' });
});

test('GHCB bytes come back as the host left them', async () => {
  const vm = await app.vm(REPORT);
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE((7n << 12n) | (1n << 52n), 8);
  const { body } = await app.post(`${vm}/ghcb-requests`, { form: 'nae', buffer: bytes.toString('base64'), expect: { swExitInfo2: '0x0' } });
  expect(body).toMatchObject({ swExitInfo1: '0x0', swExitInfo2: '0x0', expectation: { held: true } });
  expect(Buffer.from(body.buffer, 'base64').toString('hex')).toBe('01000000000000000170000000001000');
  const msr = await app.post(`${vm}/ghcb-requests`, { form: 'msr', value: '0x20000000007014' });
  expect(msr.body.value).toBe('0x15');
});

test('a guest is launched by firmware commands, and until then asks for nothing', async () => {
  const vm = await app.vm({ ...REPORT, launch: 'none' });
  expect((await app.get(vm)).body.launch).toBe('none');
  const before = await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x7000', operation: 'private' }] });
  expect(before.body).toMatchObject({ status: 409, code: 'guest-not-running' });
  const gctx = '0x100010';
  await app.post(`${vm}/rmpupdate`, { pfn: gctx, assigned: true, immutable: true });
  for (const command of [
    { command: 'SNP_GCTX_CREATE', gctx },
    { command: 'SNP_LAUNCH_START', gctx },
    { command: 'SNP_ACTIVATE', gctx, asid: 1 },
    { command: 'SNP_LAUNCH_FINISH', gctx },
  ]) {
    expect((await app.post(`${vm}/firmware-commands`, command)).body).toMatchObject({ status: 'SUCCESS', code: 0 });
  }
  const wrong = await app.post(`${vm}/firmware-commands`, { command: 'SNP_PAGE_RECLAIM', page: gctx });
  expect(wrong.body).toMatchObject({ status: 'INVALID_PAGE_STATE', code: 0x1a });
  const after = await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x7000', operation: 'private' }] });
  expect(after.body.status).toBe('SUCCESS');
});

test('the raw table says where it lies, as one table or in segments', async () => {
  const vm = await app.vm({ ...REPORT, rmp: { coverage: '5GiB' } });
  await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x200000', pageSize: '2M', operation: 'private' }] });
  const one = await app.get(`${vm}/rmp?from=0x100001&limit=2&layout=contiguous`);
  expect(one.body.table).toEqual({
    layout: 'contiguous',
    base: '0x140000000',
    end: '0x141403fff',
    config: '0x0',
    segments: [],
    asidCounters: [{ asid: 1, pages: 512 }],
    addresses: ['0x141004010', '0x141004020'],
  });
  const segmented = await app.get(`${vm}/rmp?from=0x100001&limit=1&layout=segmented`);
  expect(segmented.body.table).toMatchObject({
    end: '0x0',
    config: '0x2401',
    segments: [{ base: '0x140100000', coveredGib: 5, entry: '0x140100005' }],
    addresses: ['0x141100010'],
  });
});

test('a covered range shorter than memory shows its pages as default', async () => {
  const vm = await app.vm({ ...REPORT, rmp: { coverage: '4100MiB', hvFixed: [{ pfn: '0x100000' }] } });
  const { body } = await app.get(vm);
  expect(body.rmp).toEqual({ coverage: 4100 * 2 ** 20, hvFixed: [{ pfn: '0x100000', pages: 1 }] });
  expect(body.stats.rmpPages).toEqual({ default: 1024, hypervisor: 1023, 'hv-fixed': 1 });
  expect((await app.get(`${vm}/pages/0x400000`)).body.state).toBe('default');
});

describe('misuse', () => {
  const rows: readonly (readonly [string, string, object, string, string])[] = [
    ['a load with data', 'guest-accesses', { gpa: '0x0', size: 1, access: 'read', data: 'AQ==' }, 'invalid-field', '/data'],
    [
      'a load with a privilege',
      'guest-accesses',
      { gpa: '0x0', size: 1, access: 'read', privilege: 'user' },
      'invalid-field',
      '/privilege',
    ],
    ['a load without size', 'guest-accesses', { gpa: '0x0', access: 'read' }, 'invalid-field', '/size'],
    ['a gpa outside', 'guest-accesses', { gpa: '0x800000', size: 1, access: 'read' }, 'address-out-of-range', '/gpa'],
    ['a gpa outside', 'rmpadjust', { gpa: '0x800000', pageSize: '4K', targetVmpl: 1, permissions: [] }, 'address-out-of-range', '/gpa'],
    ['a gpa outside', 'rmpquery', { gpa: '0x800000', pageSize: '4K', targetVmpl: 1 }, 'address-out-of-range', '/gpa'],
    ['a frame beyond RAM', 'nested-maps', { gpa: '0x0', pfn: '0x10000000' }, 'address-out-of-range', '/pfn'],
    ['an unaligned 2M map', 'nested-maps', { gpa: '0x1000', pfn: '0x100000', pageSize: '2M' }, 'invalid-field', '/gpa'],
    ['the field of the other form', 'ghcb-requests', { form: 'msr', value: '0x14', buffer: '' }, 'invalid-field', '/buffer'],
    ['no value', 'ghcb-requests', { form: 'msr' }, 'invalid-field', '/value'],
    ['no buffer', 'ghcb-requests', { form: 'nae' }, 'invalid-field', '/buffer'],
    [
      'a buffer over the limit',
      'ghcb-requests',
      { form: 'nae', buffer: Buffer.alloc(4097).toString('base64') },
      'limit-exceeded',
      '/buffer',
    ],
    [
      'a field of another command',
      'firmware-commands',
      { command: 'SNP_PAGE_UNSMASH', page: '0x100000', asid: 1 },
      'invalid-field',
      '/asid',
    ],
    ['a field that is missing', 'firmware-commands', { command: 'SNP_ACTIVATE', gctx: '0x100000' }, 'invalid-field', '/asid'],
    ['a VMSA outside', 'vcpus/0/enter', { vmsa: '0x800000' }, 'address-out-of-range', '/vmsa'],
    ['a VMCB beyond RAM', 'vcpus/0/enter', { vmsa: '0x0', vmcb: '0x10000000' }, 'address-out-of-range', '/vmcb'],
  ];
  test.each(rows)('%s: %s', async (_what, path, body, code, pointer) => {
    const vm = await app.vm(REPORT);
    const digest = await app.digest(vm);
    expect((await app.post(`${vm}/${path}`, body)).body).toMatchObject({ code, pointer });
    expect(await app.digest(vm)).toBe(digest);
  });
});
