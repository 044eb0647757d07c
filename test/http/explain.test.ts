/** POST explain over HTTP: the order of the checks, what each saw, and that nothing changes. */
import { describe, expect, test } from 'vitest';
import { CHECK_NAMES } from '../../src/http/schemas/explain.js';
import { type Loose, TestApp } from './support/test-app.js';

const app = new TestApp();

/** A VM with a 2M private page at 2 MiB of which page 7 is shared: the host still maps it 2M. */
async function story(): Promise<string> {
  const vm = await app.vm({ onSigbus: 'report' });
  await app.post(`${vm}/page-state-changes`, {
    entries: [
      { gpa: '0x200000', pageSize: '2M', operation: 'private' },
      { gpa: '0x207000', operation: 'shared' },
    ],
  });
  return vm;
}

const results = (body: Loose): string[] => body.checks.map(({ check, result }: Loose) => `${check} ${result}`);

describe('explain', () => {
  test('a store to a shared page whose 2M neighbours are private', async () => {
    const vm = await story();
    const { status, body } = await app.post(`${vm}/explain`, { op: 'hypervisor-write', gpa: '0x207000', size: 64 });
    expect(status).toBe(200);
    expect(results(body)).toEqual(['vma passed', 'writable passed', 'present passed', 'hypervisor-owned failed', 'in-use not-reached']);
    expect(body.page).toEqual({ gpa: '0x207000', hva: '0x7f0000207000', pfn: '0x100207' });
    expect(body.checks[3].saw).toMatchObject({ leaf: { level: '2M', present: true, pfn: '0x100200' }, assignedInRegion: 511 });
    expect(body.verdict).toMatchObject({
      kind: 'fault',
      fault: 'rmp',
      reason: 'mapping-overlaps-assigned',
      errorCode: '0x80000007',
      errorCodeBits: ['P', 'W', 'U', 'RMP'],
      handler: { decision: 'PAGE_SPLIT', lookedUp: { pfn: '0x100207', assigned: false, level: '4K' }, repairs: ['split-leaf'] },
    });
  });

  test('it changes nothing, and the write that follows does what it said', async () => {
    const vm = await story();
    const before = (await app.get(vm)).text;
    const { body } = await app.post(`${vm}/explain`, { op: 'hypervisor-write', gpa: '0x208000', size: 64 });
    expect((await app.get(vm)).text).toBe(before);
    const written = await app.post(`${vm}/hypervisor-writes`, { gpa: '0x208000', size: 64 });
    expect(written.body.faults[0].decision).toBe(body.verdict.handler.decision);
    expect(written.body.outcome).toBe(body.verdict.handler.then);
  });

  test('a 2M PVALIDATE on 4K entries: what comes after the failing check is not reached', async () => {
    const vm = await story();
    const { body } = await app.post(`${vm}/explain`, { op: 'pvalidate', gpa: '0x200000', pageSize: '2M', validate: true });
    expect(results(body).slice(-3)).toEqual(['page-size passed', 'page-size failed', 'nested-size not-reached']);
    expect(body.checks.at(-1).saw).toBeNull();
    expect(body.verdict).toMatchObject({ kind: 'status', status: 'FAIL_SIZEMISMATCH', code: 6 });
  });

  test('a PVALIDATE of a shared page: the nested fault, and what this kernel does about it', async () => {
    const vm = await story();
    const { body } = await app.post(`${vm}/explain`, { op: 'pvalidate', gpa: '0x207000', pageSize: '4K', validate: true });
    expect(results(body)).toContain('guest-owned failed');
    expect(body.verdict).toMatchObject({ kind: 'nested-fault', errorCode: '0x480000005', handler: { repairs: ['make-private'] } });
  });

  test.each([
    [{ op: 'rmpupdate', pfn: '0x100208', assigned: true, gpa: '0x200000', asid: 1, pageSize: '2M' }, 'operands', 'FAIL_INPUT'],
    [{ op: 'rmpupdate', pfn: '0xfffffff0', assigned: false }, 'covered', 'FAIL_INPUT'],
    [{ op: 'rmpupdate', pfn: '0x100207', assigned: false, asid: 3 }, 'un-assign-is-zero', 'FAIL_INPUT'],
    [{ op: 'rmpupdate', pfn: '0x100200', assigned: true, gpa: '0x200000', asid: 1, pageSize: '2M' }, 'overlap', 'FAIL_OVERLAP'],
    [{ op: 'psmash', pfn: '0x100200' }, 'huge-entry', 'FAIL_BADADDR'],
    [{ op: 'psmash', pfn: '0x100201' }, 'operands', 'FAIL_INPUT'],
  ])('%j fails at %s', async (body, check, status) => {
    const { body: explained } = await app.post(`${await story()}/explain`, body);
    expect(explained.checks.find(({ result }: Loose) => result === 'failed').check).toBe(check);
    expect(explained.verdict).toMatchObject({ kind: 'status', status });
  });

  test('an injection of the VM that fires next is the first check', async () => {
    const vm = await app.vm({ inject: { rmpupdate: { nth: 1, code: 3 } } });
    const body = { pfn: '0x100000', assigned: true, asid: 1 };
    const { body: explained } = await app.post(`${vm}/explain`, { op: 'rmpupdate', ...body });
    expect(explained.checks[0]).toMatchObject({ check: 'injection', result: 'failed', saw: { wanted: { code: 3 } } });
    expect((await app.post(`${vm}/rmpupdate`, body)).body.status).toBe(explained.verdict.status);
    expect((await app.post(`${vm}/explain`, { op: 'rmpupdate', ...body })).body.verdict.kind).toBe('completed');
  });

  test('a range that is fine says so of its first page', async () => {
    const vm = await app.vm();
    const { body } = await app.post(`${vm}/explain`, { op: 'hypervisor-read', gpa: '0x1ff8', size: 9000 });
    expect(body).toMatchObject({ page: { gpa: '0x1000' }, bytesBefore: 0, verdict: { kind: 'completed', handler: null } });
  });

  test('what the operation itself would be refused for', async () => {
    const vm = await app.vm();
    expect((await app.post(`${vm}/explain`, { op: 'hypervisor-write', gpa: '0xf0000000000', size: 1 })).body.code).toBe(
      'address-out-of-range',
    );
    expect((await app.post(`${vm}/explain`, { op: 'psmash' })).body).toMatchObject({ code: 'invalid-field', pointer: '/pfn' });
    const other = await app.post(`${vm}/explain`, { op: 'reset' });
    expect(other.body).toMatchObject({ code: 'invalid-field', pointer: '/op' });
    expect(other.body.hint).toContain('"pvalidate"');
    const killed = await app.vm({ memory: { initialState: 'private' } });
    await app.post(`${killed}/hypervisor-writes`, { gpa: 0, size: 1 });
    expect((await app.post(`${killed}/explain`, { op: 'psmash', pfn: 0 })).body.code).toBe('vm-killed');
    expect((await app.post(`${killed}/explain`, { op: 'hypervisor-read', gpa: 0, size: 1 })).body.verdict.kind).toBe('completed');
  });

  test('no-snp checks no store', async () => {
    const vm = await app.vm({ generation: 'no-snp', memory: { initialState: 'private' } });
    const { body } = await app.post(`${vm}/explain`, { op: 'hypervisor-write', gpa: 0, size: 64 });
    expect(results(body)).toEqual(['vma passed', 'writable passed', 'present passed']);
  });

  test.each([
    ['v3', 'FORCE_SHARED', ['make-shared'], 'retry'],
    ['v5', 'NONE', [], 'ebusy'],
    ['inplace', 'NONE', [], 'efault'],
  ])('KVM’s guard under %s', async (generation, decision, repairs, then) => {
    const vm = await app.vm({ generation, memory: { size: '4MiB', backing: '4k', initialState: 'private' } });
    const { body } = await app.post(`${vm}/explain`, { op: 'hypervisor-write', gpa: 0, size: 64, via: 'kvm' });
    expect(results(body).slice(0, 3)).toEqual(['vma passed', 'kvm-guard failed', 'writable not-reached']);
    expect(body.verdict).toMatchObject({ kind: 'kvm-guard', handler: { decision, repairs, then } });
  });

  test('the direct map under v5, and private memory that is not mapped yet under upstream', async () => {
    const vm = await app.vm({ generation: 'v5', memory: { size: '4MiB', initialState: 'private' } });
    const read = await app.post(`${vm}/explain`, { op: 'hypervisor-read', pfn: '0x100000', size: 8, via: 'direct-map' });
    expect(read.body.verdict).toMatchObject({ kind: 'fault', fault: 'not-present', errorCode: '0x0', handler: { then: 'oops' } });
    const upstream = await app.vm({ generation: 'upstream', memory: { size: '4MiB' } });
    await app.post(`${upstream}/page-state-changes`, { entries: [{ gpa: 0, operation: 'private' }], validate: false });
    const first = await app.post(`${upstream}/explain`, { op: 'pvalidate', gpa: 0, pageSize: '4K', validate: true });
    expect(first.body.verdict).toMatchObject({ kind: 'nested-fault', errorCode: '0x400000004', handler: { repairs: ['prepare-private'] } });
  });

  test('every name of a check is one that some access meets', async () => {
    const met = new Set<string>();
    const injected = await app.vm({ inject: { rmpupdate: { nth: 1, code: 4 } } });
    const asked: readonly (readonly [string, object])[] = [
      [await story(), { op: 'hypervisor-write', gpa: 0, size: 1, via: 'kvm' }],
      [await story(), { op: 'pvalidate', gpa: 0, pageSize: '4K', validate: true }],
      [await story(), { op: 'psmash', pfn: 0 }],
      [injected, { op: 'rmpupdate', pfn: 0, assigned: false }],
    ];
    for (const [vm, body] of asked)
      for (const { check } of (await app.post(`${vm}/explain`, body)).body.checks as { readonly check: string }[]) met.add(check);
    expect([...met].toSorted()).toEqual([...CHECK_NAMES].toSorted());
  });
});
