/** Replaying operations and traces: what is carried out, what is skipped and why, the bar, the exit code. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { progressLine } from '../../src/cli/progress.js';
import { TraceImport, type TracedSlot } from '../../src/cli/trace/import.js';
import { type RealService, startRealService } from '../client/real-service.js';
import { rampart, type Ran, type RunOptions } from './fake-io.js';
import { PERF, TRACE_CMD, TRACEFS } from './traces/samples.js';

let service: RealService;

beforeAll(async () => {
  service = await startRealService();
});

afterAll(() => service.close());

const call = (argv: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  rampart(argv, { env: { RAMPART_URL: service.url }, ...options });

const steady = (text: string): string =>
  text.replaceAll(/vm-\w{10}/g, 'vm-0000000000').replaceAll(/in [\d.]+ s, \d+ a second/g, 'in <time>');

const lines = (...operations: readonly object[]): string => operations.map((one) => `${JSON.stringify(one)}\n`).join('');

const STORY = lines(
  { op: 'page-state-change', entries: [{ gpa: '0x200000', pageSize: '2M', operation: 'private' }] },
  { op: 'page-state-change', entries: [{ gpa: '0x207000', operation: 'shared' }] },
  { op: 'hypervisor-write', gpa: '0x207000', size: 64 },
  { op: 'hypervisor-write', gpa: '0x208000', size: 64 },
);

describe('operations', () => {
  test('on a VM that is made for them', async () => {
    const { code, out, err } = await call(['replay', 'story.ndjson'], { inputs: { 'story.ndjson': STORY } });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(steady(out)).toMatchInlineSnapshot(`
      "vm          vm-0000000000
      operations  4 in <time>
      outcomes    SUCCESS 2, completed 1, sigbus 1
      faults      2
      events      12
      "
    `);
  });

  test('through a pipe, on a VM that is there, more than one request takes', async () => {
    const vm = (await call(['vm', 'create', '--size', '8MiB', '-q'])).out.trim();
    const input = lines(...Array.from({ length: 2500 }, (_, i) => ({ op: 'hypervisor-write', gpa: (i % 100) * 4096, size: 8 })));
    const { code, out } = await call(['replay', '-', '--vm', vm, '--json'], { input });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ vm, operations: 2500, failed: 0, outcomes: { completed: 2500 }, stopped: false });
    const { stats } = JSON.parse((await call(['vm', 'show', vm, '--json'])).out) as { stats: { operations: number } };
    expect(stats.operations).toBe(2500);
  });

  test('that fail: which, by their lines, and the exit code; and stopping there', async () => {
    const input = `${lines({ op: 'hypervisor-read', gpa: 0, size: 1 })}\n${lines(
      { op: 'hypervisor-write', gpa: '0x100000000000', size: 8 },
      { op: 'hypervisor-write', gpa: '0x0', size: 8, expect: { outcome: 'sigbus' } },
    )}`;
    const ran = await call(['replay', '-'], { input });
    expect(ran).toMatchObject({ code: 5, err: 'rampart: 2 operations failed\n' });
    expect(ran.out).toMatch(/failed {2}line 3, hypervisor-write: address-out-of-range at \/gpa/);
    expect(ran.out).toContain('failed  line 4, hypervisor-write: outcome should be "sigbus" and is "completed"');
    const stopped = await call(['replay', '-', '--mode', 'stop', '--json'], { input });
    expect(JSON.parse(stopped.out)).toMatchObject({ operations: 2, failed: 1, stopped: true });
  });

  test.each<[string, string, string]>([
    ['no JSON', '{"op":"hypervisor-read",\n', 'line 1 is no JSON'],
    ['no operation', '{"op":"hypervisor-read","gpa":0,"size":1}\n{"gpa":0}\n', 'line 2 is no operation'],
  ])('%s: what came before is carried out and said', async (_, input, message) => {
    const { code, err } = await call(['replay', '-'], { input });
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toMatch(/; \d operations? before it were carried out on vm-/);
  });

  test('a VM, a file or a service that is not there', async () => {
    expect(await call(['replay', '-', '--vm', 'nope'], { input: STORY })).toMatchObject({
      code: 4,
      err: expect.stringContaining('unknown-vm'),
    });
    expect((await call(['replay', 'gone.ndjson'])).code).toBe(2);
    const gone = await startRealService();
    await gone.close();
    expect((await call(['replay', '-', '--url', gone.url], { input: STORY })).code).toBe(3);
  });
});

describe('the bar', () => {
  test('is on standard error of a person who watches, and nowhere else', async () => {
    const inputs = { 'story.ndjson': STORY };
    const watched = await call(['replay', 'story.ndjson', '--json'], { inputs, showsProgress: true });
    expect(watched.err).toMatch(/^\r\[#{24}\] 100 % {2}4 operations, \d+ a second, 0\.0 s left\r +\r$/);
    expect(() => JSON.parse(watched.out) as unknown).not.toThrow();
  });

  test('says how far, how fast, and how long yet', () => {
    expect(progressLine({ done: 5000, at: 250, total: 1000, seconds: 10 })).toBe(
      '[######..................] 25 %  5000 operations, 500 a second, 30 s left',
    );
    expect(progressLine({ done: 5000, at: 1, total: 1000, seconds: 10 })).toContain('2 h 46 min left');
    expect(progressLine({ done: 30, at: 250, total: null, seconds: 10 })).toBe('30 operations, 3 a second');
  });
});

const SLOTS: readonly TracedSlot[] = [{ hva: 0x7f5a_4000_0000n, gpa: 0n, bytes: 2n ** 32n }];

describe('traces of a real host', () => {
  const dry = async (input: string, ...more: readonly string[]): Promise<Ran> => call(['replay', '-', '--dry-run', ...more], { input });

  test('the file trace', async () => {
    const { out, err, code } = await dry(TRACEFS);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "{"op":"page-state-change","entries":[{"gpa":"0x208000","operation":"private","pages":1}]}
      {"op":"page-state-change","entries":[{"gpa":"0x400000","operation":"private","pages":1,"pageSize":"2M"}]}
      {"op":"guest-access","gpa":"0x209010","size":1,"access":"write","cBit":true}
      {"op":"guest-access","gpa":"0x405000","size":1,"access":"write","cBit":true}
      "
    `);
    expect(err).toMatchInlineSnapshot(`
      "17 lines of a trace, 4 operations
        skipped 1× kvm_exit (line 8): an event that says nothing about page states
        skipped 1× kvm_snp_psc (line 10): the same request as the kvm_vmgexit_msr_protocol_enter before it
        skipped 1× kvm_vmgexit_msr_protocol_enter (line 11): a request that changes no page state
        skipped 1× kvm_vmgexit_enter (line 12): the entries of the request lie in the guest’s memory; kvm_snp_psc or QEMU’s kvm_convert_memory has them
        skipped 1× kvm_rmp_fault (line 16): the same fault as the kvm_page_fault before it
        skipped 1× kvm_page_fault (line 17): the RSVD bit: an access to a device, which is no memory
      "
    `);
  });

  test('trace-cmd report, with the place of guest memory and without', async () => {
    const { out, err } = await dry(TRACE_CMD, '--memslot', '0x7f5a40000000:0x0:4GiB');
    expect(out).toMatchInlineSnapshot(`
      "{"op":"page-state-change","entries":[{"gpa":"0x600000","operation":"private","pages":1,"pageSize":"2M"}]}
      {"op":"page-state-change","entries":[{"gpa":"0x607000","operation":"shared","pages":1}]}
      {"op":"hypervisor-write","gpa":"0x607010","size":1,"via":"user"}
      {"op":"hypervisor-write","gpa":"0x608000","size":1,"via":"user"}
      {"op":"hypervisor-write","gpa":"0x607020","size":1,"via":"copy-to-user"}
      "
    `);
    expect(err).toMatchInlineSnapshot(`
      "14 lines of a trace, 5 operations
        skipped 3× other text (line 1 first): no line of an event: a head, a call chain
        skipped 1× kvm_convert_memory (line 5): the same request as the kvm_hypercall before it
        skipped 1× page_fault_user (line 10): the address is outside every --memslot
        skipped 1× page_fault_user (line 11): its address is a symbol, or its fields are not in a form that is known here
        skipped 1× kvm_hypercall (line 12): another hypercall than MAP_GPA_RANGE
        skipped 1× lost events (line 13): the tracer had no room for them: what follows may be incomplete
        skipped 1× sched_switch (line 14): an event that says nothing about page states
      "
    `);
    const without = await dry(TRACE_CMD);
    expect(without.out).not.toContain('hypervisor-write');
    expect(without.err).toContain('skipped 3× page_fault_user');
    expect(without.err).toContain('name it with --memslot');
  });

  test('perf script', async () => {
    const { out, err } = await dry(PERF, '--memslot', '0x7f5a40000000:0x0:4GiB');
    expect(out).toMatchInlineSnapshot(`
      "{"op":"guest-access","gpa":"0x1000","size":1,"access":"execute"}
      {"op":"page-state-change","entries":[{"gpa":"0x1000","operation":"private","pages":2}]}
      {"op":"hypervisor-read","gpa":"0x1000","size":1}
      {"op":"guest-access","gpa":"0xfffff000","size":1,"access":"write","cBit":false}
      "
    `);
    expect(err).toMatchInlineSnapshot(`
      "7 lines of a trace, 4 operations
        skipped 2× other text (line 2 first): no line of an event: a head, a call chain
      "
    `);
  });

  test('carried out on a VM as large as the trace needs: the real host’s faults are met again', async () => {
    const { out, code } = await call(['replay', '-', '--memslot', '0x7f5a40000000:0x0:4GiB'], { input: TRACE_CMD });
    expect(code).toBe(0);
    expect(steady(out)).toMatchInlineSnapshot(`
      "14 lines of a trace, 5 operations
        skipped 3× other text (line 1 first): no line of an event: a head, a call chain
        skipped 1× kvm_convert_memory (line 5): the same request as the kvm_hypercall before it
        skipped 1× page_fault_user (line 10): the address is outside every --memslot
        skipped 1× page_fault_user (line 11): its address is a symbol, or its fields are not in a form that is known here
        skipped 1× kvm_hypercall (line 12): another hypercall than MAP_GPA_RANGE
        skipped 1× lost events (line 13): the tracer had no room for them: what follows may be incomplete
        skipped 1× sched_switch (line 14): an event that says nothing about page states
      vm          vm-0000000000
      operations  5 in <time>
      outcomes    SUCCESS 2, completed 2, sigbus 1
      faults      2
      events      12
      "
    `);
    const [vm = ''] = /vm-\w{10}/.exec(out) ?? [];
    const { memslots, stats } = JSON.parse((await call(['vm', 'show', vm, '--json'])).out) as {
      memslots: { size: number }[];
      stats: { faults: object };
    };
    expect(memslots).toMatchObject([{ size: 0x800000 }]);
    expect(stats.faults).toMatchObject({ PAGE_SPLIT: 1, KILL: 1 });
  });

  test('what is outside of the memory of the VM is skipped', async () => {
    const { err, out } = await dry(PERF, '--size', '1MiB');
    expect(out).not.toContain('fffff000');
    expect(err).toContain('the address is outside the memory of the VM');
  });

  test('one that says nothing', async () => {
    const ran = await call(['replay', '-', '--format', 'trace'], { input: 'hello\n' });
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('the trace says nothing about page states') });
    expect((await call(['replay', '-', '--memslot', '4GiB'], { input: TRACE_CMD })).code).toBe(2);
  });

  test('whatever the text: it is operations or it is counted as skipped, and nothing throws', () => {
    const sample = (TRACEFS + TRACE_CMD + PERF).split('\n');
    const damaged = fc
      .tuple(fc.constantFrom(...sample), fc.nat(200), fc.string({ maxLength: 12 }))
      .map(
        ([line, at, put]) => line.slice(0, at % (line.length + 1)) + put.replaceAll('\n', '') + line.slice((at + 3) % (line.length + 1)),
      );
    fc.assert(
      fc.property(fc.array(damaged, { maxLength: 30 }), (texts) => {
        const trace = new TraceImport({ slots: SLOTS, isMemory: (gpa, bytes) => gpa + bytes <= 2n ** 32n });
        for (const text of texts) {
          const before = [...trace.skipped.values()].reduce((sum, { times }) => sum + times, 0);
          const operations = trace.push(text);
          const after = [...trace.skipped.values()].reduce((sum, { times }) => sum + times, 0);
          const isBlank = /^\s*(#.*)?$/.test(text);
          expect((operations.length > 0 ? 1 : 0) + (after - before)).toBe(isBlank ? 0 : 1);
        }
      }),
    );
  });
});
