/** POST /v1/comparisons and GET /v1/generations/{g}: side by side, the first difference with its rules, tables, lines, limits. */
import { describe, expect, test } from 'vitest';
import { BACKINGS, GENERATION_NAMES } from '../../src/core/index.js';
import { COMPARISON_CONTENT_BYTES_MAX, COMPARISON_OPERATIONS_MAX, COMPARISONS_RUNNING_MAX } from '../../src/service/comparison.js';
import { type Loose, TestApp } from './support/test-app.js';

const app = new TestApp();
const PATH = '/v1/comparisons';

/** The mail's story: a private 2M, page 7 shared, the VMM writes page 7 and then page 8. */
const STORY = [
  { op: 'page-state-change', entries: [{ gpa: '0x200000', pageSize: '2M', operation: 'private' }] },
  { op: 'page-state-change', entries: [{ gpa: '0x207000', operation: 'shared' }] },
  { op: 'hypervisor-write', gpa: '0x207000', size: 64 },
  { op: 'hypervisor-write', gpa: '0x208000', size: 64 },
];
const vm = (backing: string): object => ({ onSigbus: 'report', memory: { size: backing === 'hugetlb-1G' ? '1GiB' : '8MiB', backing } });

describe('the story over all generations', () => {
  test('tells each operation side by side, and where the generations part first', async () => {
    const { status, body } = await app.post(PATH, { vm: vm('thp'), operations: STORY });
    expect(status).toBe(200);
    expect(body.generations).toEqual([...GENERATION_NAMES]);
    expect(body.operations.map((one: Loose) => one.index)).toEqual([null, 0, 1, 2, 3]);
    const write = body.operations[3].by;
    expect(write['rfc-v1']).toMatchObject({ outcome: 'completed', decisions: ['PAGE_SPLIT'], faultFlags: ['0x655'] });
    expect(write['v6']).toMatchObject({ outcome: 'completed', decisions: ['PAGE_SPLIT'], faultFlags: ['0x1255'] });
    expect(write['upstream']).toMatchObject({ outcome: 'completed', decisions: [] });
    const next = body.operations[4].by;
    expect(next['v5']).toMatchObject({ outcome: 'sigbus', decisions: ['KILL'], signal: 'BUS_ADRERR' });
    expect(next['v8']).toMatchObject({ outcome: 'completed' });
    expect(next['inplace']).toMatchObject({ outcome: 'sigbus', decisions: [] });
    const v5 = body.summary.find((one: Loose) => one.generation === 'v5');
    expect(v5).toMatchObject({
      state: 'running',
      outcomes: { SUCCESS: 2, completed: 1, sigbus: 1 },
      firstDifference: { v4: null, v6: 2, upstream: 0 },
    });
  });

  test('names the rule and the source of each generation at the first difference', async () => {
    const { body } = await app.post(PATH, { vm: vm('shmem-thp'), generations: ['v5', 'v6', 'v7'], operations: STORY.slice(2) });
    expect(body.firstDifference).toBeNull();
    const parted = await app.post(PATH, {
      vm: { ...vm('shmem-thp'), privateBacking: 'same' },
      generations: ['v5', 'v7'],
      operations: STORY,
    });
    expect(parted.body.firstDifference).toMatchObject({ index: 2, op: 'hypervisor-write' });
    const [v5, v7] = parted.body.firstDifference.by;
    expect(v5).toMatchObject({
      generations: ['v5'],
      outcome: 'ping-pong',
      rules: [{ generation: 'v5', rule: 'allocatesTableAfterSplit', value: false, derived: true }],
    });
    expect(v7).toMatchObject({
      generations: ['v7'],
      outcome: 'completed',
      rules: [{ generation: 'v7', rule: 'allocatesTableAfterSplit', value: true, source: 'RFC v7 PATCH 21/64', derived: false }],
    });
  });

  test('names the rule also where a generation did nothing by it, and thousands of nested faults as one word', async () => {
    const { body } = await app.post(PATH, { vm: vm('thp'), generations: ['v6', 'upstream'], operations: STORY });
    expect(body.firstDifference).toMatchObject({
      index: 0,
      by: [
        { generations: ['v6'], actions: [], rules: [{ rule: 'conversionWritesRmp', value: 'at-request' }] },
        { generations: ['upstream'], actions: ['512×made-private'], rules: [{ rule: 'conversionWritesRmp', value: 'at-private-access' }] },
      ],
    });
  });

  test('a flag that differs is the rule of that flag', async () => {
    const { body } = await app.post(PATH, { vm: vm('thp'), generations: ['v5', 'v6'], operations: STORY });
    expect(body.firstDifference.by.map((group: Loose) => group.rules[0].rule)).toEqual(['splitFlag', 'splitFlag']);
  });

  test('a VM that one generation refuses is a difference at the creation', async () => {
    const { body } = await app.post(PATH, { vm: vm('hugetlb-2M'), generations: ['v5', 'v6'], operations: STORY });
    expect(body.firstDifference).toMatchObject({ index: null, op: 'create' });
    expect(body.summary[1]).toMatchObject({ state: 'refused', firstDifference: { v5: -1 } });
    expect(body.firstDifference.by[1].rules).toMatchObject([{ generation: 'v6', rule: 'hugetlbGuard', source: 'Part2 v6 PATCH 25/49' }]);
  });
});

describe('whatever a list of operations may have', () => {
  const [at, size] = ['0x200000', '2MiB'];
  const start = '0x7f0000200000';
  const OPERATIONS = [
    { op: 'page-state-change', entries: [{ gpa: at, operation: 'private' }] },
    { op: 'guest-access', gpa: at, size: 8, access: 'write' },
    { op: 'rmpadjust', gpa: at, pageSize: '4K', targetVmpl: 1, permissions: ['read'] },
    { op: 'rmpquery', gpa: at, pageSize: '4K', targetVmpl: 1 },
    { op: 'rmpread', pfn: '0x100200' },
    { op: 'ghcb-request', form: 'msr', value: '0x20000000001014' },
    { op: 'nested-map', gpa: '0x201000', pfn: '0x100300' },
    { op: 'vcpu-enter', vcpu: 0, vmsa: at },
    { op: 'vcpu-exit', vcpu: 0 },
    { op: 'firmware-command', command: 'SNP_PAGE_RECLAIM', page: '0x100200' },
    { op: 'kernel-map', gpa: '0x300000' },
    { op: 'kernel-unmap', map: 1 },
    { op: 'pin', gpa: at, size, pinned: false },
    { op: 'leaf-state', gpa: '0x201000', size: '4KiB', change: 'swap-out' },
    { op: 'madvise', gpa: at, size, advice: 'NOHUGEPAGE' },
    { op: 'khugepaged' },
    { op: 'mprotect', start, size: '4KiB', protection: 'read-only' },
    { op: 'munmap', start, size: '4KiB' },
    { op: 'mmap', start, size: '4KiB' },
    { op: 'reset' },
  ];

  test('is compared, and comes to what it comes to on a VM', async () => {
    const { status, body } = await app.post(PATH, { vm: vm('thp'), generations: ['rfc-v1', 'upstream'], operations: OPERATIONS });
    expect(status).toBe(200);
    expect(body.operations.slice(1).map(({ op }: Loose) => op)).toEqual(OPERATIONS.map(({ op }) => op));
    const path = await app.vm({ ...vm('thp'), generation: 'rfc-v1' });
    const alone = await app.post(`${path}/operations`, { operations: OPERATIONS.slice(0, -1) });
    const words = alone.body.results.map(({ outcome, status: code, problem }: Loose) => problem?.code ?? code ?? outcome ?? null);
    const compared = body.operations.slice(1, -1).map(({ by }: Loose) => by['rfc-v1'].outcome);
    for (const [i, word] of words.entries()) if (!COUNTED.includes(OPERATIONS[i]?.op ?? '')) expect(compared[i]).toBe(word);
    expect(words).not.toContain('invalid-field');
    expect(compared[5]).toBe(alone.body.results[5].value);
  });

  /** A comparison tells their counts, or that there is nothing to tell. */
  const COUNTED = ['ghcb-request', 'nested-map', 'kernel-unmap', 'leaf-state', 'khugepaged'];

  test('a page that the VMM drops while private is lost where it is the guest’s, and only there', async () => {
    const { body } = await app.post(PATH, {
      vm: vm('thp'),
      generations: ['v6', 'v8', 'inplace'],
      operations: [
        { op: 'page-state-change', entries: [{ gpa: at, operation: 'private' }] },
        { op: 'pin', gpa: at, size: '4KiB', pinned: false },
        { op: 'madvise', gpa: at, size: '4KiB', advice: 'DONTNEED' },
        { op: 'guest-access', gpa: at, size: 8, access: 'read' },
      ],
    });
    expect(body.operations[4].by).toMatchObject({
      v6: { outcome: 'vc-exception', actions: ['made-private'] },
      v8: { outcome: 'completed', actions: [] },
    });
  });

  test.each([
    ['an expectation', { op: 'pin', gpa: at, size, pinned: false, expect: {} }, 'unknown-field', '/operations/0/expect'],
    ['a member of another operation', { op: 'khugepaged', advice: 'COLLAPSE' }, 'unknown-field', '/operations/0/advice'],
    ['an unknown operation', { op: 'delete' }, 'invalid-field', '/operations/0/op'],
    ['half a page', { op: 'munmap', start, size: 5 }, 'invalid-field', '/operations/0/size'],
  ])('%s is refused', async (_what, operation, code, pointer) => {
    const reply = await app.post(PATH, { vm: vm('thp'), operations: [operation] });
    expect(reply.body).toMatchObject({ code, pointer });
  });
});

describe('forms', () => {
  test('NDJSON sends each operation, and the summary last', async () => {
    const { status, headers, text } = await app.post(
      PATH,
      { vm: vm('thp'), generations: ['rfc-v1', 'upstream'], operations: STORY },
      { accept: 'application/x-ndjson' },
    );
    expect([status, headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(STORY.length + 2);
    const whole = await app.post(PATH, { vm: vm('thp'), generations: ['rfc-v1', 'upstream'], operations: STORY });
    expect(lines.slice(0, -1)).toEqual(whole.body.operations);
    expect(lines.at(-1)).toEqual({ firstDifference: whole.body.firstDifference, summary: whole.body.summary });
  });

  test('text is a table with the rules under it', async () => {
    const { headers, text } = await app.post(
      PATH,
      { vm: vm('hugetlb-2M'), generations: ['rfc-v1', 'rfc-v1-reply'], operations: STORY },
      { accept: 'text/plain' },
    );
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text.split('\n')).toEqual([
      '   operation            rfc-v1               rfc-v1-reply',
      '   create               created              created',
      '   0 page-state-change  SUCCESS              SUCCESS',
      '   1 page-state-change  SUCCESS              SUCCESS',
      '≠  2 hypervisor-write   livelock PAGE_SPLIT  sigbus PAGE_SPLIT',
      '   3 hypervisor-write   sigbus KILL          sigbus KILL',
      '',
      'First difference at operation 2 (hypervisor-write):',
      '  rfc-v1: livelock PAGE_SPLIT none',
      '    rfc-v1: failedSplit = retry (RFC Part2 PATCH 04, 05, 06, 07, 19, 30 of 30, 24 March 2021) [derived]',
      '  rfc-v1-reply: sigbus PAGE_SPLIT split-failed',
      "    rfc-v1-reply: failedSplit = sigbus (the author's reply to RFC Part2 PATCH 07/30, 25 March 2021)",
      '',
    ]);
  });

  test('another format is not acceptable', async () => {
    const reply = await app.post(PATH, { vm: {}, operations: [] }, { accept: 'image/png' });
    expect([reply.status, reply.body.code]).toEqual([406, 'not-acceptable']);
  });
});

describe('what makes no sense, and limits', () => {
  test.each([
    ['a name for the VM', { vm: { name: 'x' }, operations: [] }, 'unknown-field', '/vm/name'],
    ['a generation in the VM', { vm: { generation: 'v2' }, operations: [] }, 'unknown-field', '/vm/generation'],
    ['an unknown generation', { vm: {}, generations: ['v99'], operations: [] }, 'invalid-field', '/generations/0'],
    ['no generation', { vm: {}, generations: [], operations: [] }, 'invalid-field', '/generations'],
    ['an odd size', { vm: { memory: { size: 5 } }, operations: [] }, 'invalid-field', '/vm/memory/size'],
    [
      'an unaligned hugetlb size',
      { vm: { memory: { size: '4K', backing: 'hugetlb-2M' } }, operations: [] },
      'backing-refused',
      '/vm/memory/backing',
    ],
    ['an access without a place', { vm: {}, operations: [{ op: 'hypervisor-write', size: 1 }] }, 'invalid-field', '/operations/0/gpa'],
    [
      'too many operations',
      { vm: {}, operations: Array.from({ length: COMPARISON_OPERATIONS_MAX + 1 }, () => ({ op: 'reset' })) },
      'limit-exceeded',
      '/operations',
    ],
  ])('%s', async (_what, body, code, pointer) => {
    const reply = await app.post(PATH, body);
    expect(reply.body).toMatchObject({ code, pointer });
  });

  test('as many operations as the limit are compared, and others have their turn meanwhile', async () => {
    const operations = Array.from({ length: COMPARISON_OPERATIONS_MAX }, () => ({ op: 'hypervisor-write', gpa: '0x0', size: 1 }));
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    const { status, body } = await app.post(PATH, { vm: {}, generations: ['rfc-v1', 'v8'], operations });
    clearInterval(timer);
    expect([status, body.operations.length]).toEqual([200, COMPARISON_OPERATIONS_MAX + 1]);
    expect(turns).toBeGreaterThan(1);
  });

  test.each([
    ['within', COMPARISON_CONTENT_BYTES_MAX, 200],
    ['beyond', COMPARISON_CONTENT_BYTES_MAX + 4096, 507],
  ])('contents %s the limit of all machines together', async (_what, bytes, expected) => {
    const half = bytes / 2;
    const operations = [{ op: 'hypervisor-write', gpa: '0x0', size: half, fill: 1 }];
    const { status } = await app.post(PATH, { vm: {}, generations: ['rfc-v1', 'v2'], operations });
    expect(status).toBe(expected);
  });

  test('one more than may run at a time is refused', async () => {
    const operations = Array.from({ length: 2000 }, () => ({ op: 'hypervisor-write', gpa: '0x0', size: 4096 }));
    const replies = await Promise.all(Array.from({ length: COMPARISONS_RUNNING_MAX + 1 }, () => app.post(PATH, { vm: {}, operations })));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...Array.from({ length: COMPARISONS_RUNNING_MAX }, () => 200),
      429,
    ]);
  });

  test('an access outside the VM is a refusal in every column', async () => {
    const { body } = await app.post(PATH, {
      vm: vm('thp'),
      generations: ['v2', 'v3'],
      operations: [{ op: 'hypervisor-write', gpa: '0xffffff000', size: 1 }],
    });
    expect(body.operations[1].by).toMatchObject({ v2: { outcome: 'address-out-of-range' }, v3: { outcome: 'address-out-of-range' } });
  });
});

describe('a generation', () => {
  test.each(GENERATION_NAMES)('%s has every rule with its source, and an answer for every backing', async (name) => {
    const { status, body } = await app.get(`/v1/generations/${name}`);
    expect(status).toBe(200);
    expect(body.rules.map((one: Loose) => one.rule)).toEqual(Object.keys(body.facts));
    for (const one of body.rules) expect(one.source.length, one.rule).toBeGreaterThan(0);
    expect(body.compatibility.map((one: Loose) => one.backing)).toEqual([...BACKINGS]);
  });

  test.each([
    [
      'rfc-v1',
      { thp: 'ok', '4k': 'ok', 'shmem-thp': 'ping-pong', 'hugetlb-2M': 'livelock', 'hugetlb-1G': 'livelock', 'dax-2M': 'ping-pong' },
    ],
    ['rfc-v1-reply', { thp: 'ok', 'shmem-thp': 'ping-pong', 'hugetlb-2M': 'sigbus' }],
    ['v6', { thp: 'ok', 'shmem-thp': 'ping-pong', 'hugetlb-2M': 'refused', 'hugetlb-1G': 'refused' }],
    ['v7', { thp: 'ok', 'shmem-thp': 'ok', 'hugetlb-2M': 'ok', 'hugetlb-1G': 'ok' }],
    ['upstream', { thp: 'ok', 'hugetlb-1G': 'ok' }],
    ['inplace', { thp: 'ok', 'hugetlb-2M': 'ok', 'hugetlb-1G': 'ok' }],
  ] as const)('%s answers which memory a VMM may use', async (name, expected) => {
    const { body } = await app.get(`/v1/generations/${name}`);
    const verdicts = Object.fromEntries(body.compatibility.map((one: Loose) => [one.backing, one.verdict]));
    expect(verdicts).toMatchObject(expected);
    const endless = body.compatibility.filter((one: Loose) => one.verdict === 'livelock' || one.verdict === 'ping-pong');
    for (const one of endless) expect(one).toMatchObject({ derived: true });
  });
});
