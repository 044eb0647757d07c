/** The decoder of kernel logs: real logs, every kind of line, lines of several CPUs between one another, and nonsense. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { asPfn, pageStateOf, rawEntryOf } from '../../src/core/index.js';
import {
  DECODE_INCIDENTS_MAX,
  decodeLog,
  type Incident,
  LINE_CHARACTERS_MAX,
  LogDecoder,
  NEIGHBOURS_LISTED_MAX,
  SCENARIO_NAMES,
} from '../../src/decode/index.js';
import { guestRegion, HV_FIXED, LAUNCH_AFTER_FINISH, OVERLAP } from './logs.js';

function only(text: string): Incident {
  const { incidents } = decodeLog(text);
  expect(incidents, text).toHaveLength(1);
  return incidents[0] as Incident;
}

function withoutLines(incidents: readonly Incident[]): readonly Incident[] {
  return incidents.map((incident) => ({ ...incident, lines: [0, 0] }));
}

describe('the real logs', () => {
  test('a launch command after the launch: the VMSA is private', () => {
    const { unknownLines, totalLines } = decodeLog(LAUNCH_AFTER_FINISH);
    expect({ unknownLines, totalLines }).toEqual({ unknownLines: 4, totalLines: 9 });
    expect(only(LAUNCH_AFTER_FINISH)).toMatchObject({
      kind: 'host-rmp-fault',
      pfn: '0x40fdf36',
      address: '0xff1276cbfdf36000',
      errorCode: '0x80000003',
      errorCodeBits: ['P', 'W', 'RMP'],
      privilege: 'supervisor',
      access: 'write',
      function: 'sev_es_sync_vmsa',
      entry: {
        assigned: true,
        immutable: false,
        pageSize: '4K',
        gpa: '0xfffffffff000',
        asid: 2,
        vmsa: true,
        validated: true,
        state: 'guest-valid',
        subPageCount: 0,
        vmpl: [0x1f, 0, 0, 0],
        raw: ['0x6010fffffffff001', '0x1f'],
      },
      scenario: 'launch-after-finish',
      lines: [1, 8],
      repeats: 1,
    });
  });

  test('a page that never can be a guest’s: its region holds the RMP table', () => {
    const incident = only(HV_FIXED);
    expect(incident).toMatchObject({
      kind: 'rmpupdate-failed',
      instruction: 'RMPUPDATE',
      pfn: '0x56700',
      pageSize: '4K',
      code: 2,
      status: 'FAIL_PERMISSION',
      region: { from: '0x56600', to: '0x56800' },
      neighbourPages: 256,
      scenario: 'hv-fixed-page',
      lines: [1, 258],
    });
    expect(incident.entry).toBeUndefined();
    expect(incident.neighbours?.map(({ pfn, pages, state, subPageCount }) => ({ pfn, pages, state, subPageCount }))).toEqual([
      { pfn: '0x56600', pages: 1, state: 'firmware', subPageCount: 255 },
      { pfn: '0x56601', pages: 255, state: 'firmware', subPageCount: 0 },
    ]);
  });

  test('4K inside 2M, tried again: equal lines are one incident', () => {
    const { incidents, unknownLines } = decodeLog(OVERLAP.repeat(40));
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({
      kind: 'rmpupdate-failed',
      pfn: '0x37d4fe8',
      code: 4,
      status: 'FAIL_OVERLAP',
      pageSize: '4K',
      scenario: 'overlap-at-destroy',
      lines: [1, 1],
      repeats: 40,
    });
    expect(unknownLines).toBe(5 * 40);
  });
});

const oops = (code: string): string => `#PF: error_code(0x${code}) - RMP violation`;
const ENTRY = 'RMP entry:';

/** Each kind of line, with what it is decoded to. */
const LINES: readonly (readonly [text: string, expected: Partial<Incident>])[] = [
  [
    `SEV-SNP: PFN 0x100200, ${ENTRY} [0x4008000000200001 - 0x000000000000001f]`,
    { kind: 'rmp-dump', pfn: '0x100200', scenario: 'host-writes-private-page' },
  ],
  [
    `SEV-SNP: RMPEntry paddr 0x1001ea000 [assigned=1 immutable=1 pagesize=0 gpa=0x2000000001 asid=0 vmsa=0 validated=0]`,
    { kind: 'rmp-dump', pfn: '0x1001ea', scenario: 'kexec-after-snp' },
  ],
  [`${oops('80000007')}\n${ENTRY}`, { kind: 'host-rmp-fault', privilege: 'user', errorCodeBits: ['P', 'W', 'U', 'RMP'] }],
  [
    [
      oops('80000007'),
      'PFN 0x100207 unassigned, dumping non-zero entries in 2M PFN region: [0x100200 - 0x100400]',
      ...guestRegion(0x100200, 7),
    ].join('\n'),
    { kind: 'host-rmp-fault', scenario: 'thp-split', neighbourPages: 7 },
  ],
  [
    [
      oops('80000003'),
      'PFN 0x100207 unassigned, dumping non-zero entries in 2M PFN region: [0x100200 - 0x100400]',
      ...guestRegion(0x100200, 7),
    ].join('\n'),
    { kind: 'host-rmp-fault', scenario: 'direct-map', privilege: 'supervisor' },
  ],
  ['RMPUPDATE failed for PFN 12345, pg_level: 2, ret: 1', { status: 'FAIL_INPUT', pageSize: '2M', scenario: 'rmp-covers-too-little' }],
  ['RMPUPDATE failed for PFN 12345, ret: 3', { status: 'FAIL_INUSE', scenario: 'vmsa-in-use' }],
  ['RMPUPDATE failed for PFN 12345, pg_level: 1, ret: -14', { status: 'EFAULT', scenario: null }],
  [
    'SEV: Unable to split RMP entry for GPA 0x200000 PFN 0x100200 ret 7',
    { kind: 'psmash-failed', gpa: '0x200000', pfn: '0x100200', status: 'FAIL_BADADDR', scenario: 'psmash-twice' },
  ],
  ['SEV: Failed to PSMASH RMP entry for PFN 0x100200 error 3', { kind: 'psmash-failed', status: 'FAIL_INUSE', scenario: 'psmash-twice' }],
  [
    'SEV: Unexpected RMP fault, no assigned RMP entry found for GPA 0x7000 PFN 0x100007 error 0',
    { kind: 'unexpected-nested-fault', gpa: '0x7000', pfn: '0x100007', scenario: 'remapped-page' },
  ],
  ['SEV: Unexpected RMP fault for non-private GPA 0x7000', { kind: 'unexpected-nested-fault', gpa: '0x7000' }],
  ['SEV-SNP: Failed to read RMP entry for PFN 0xfffff, error -19', { kind: 'rmp-lookup-failed', pfn: '0xfffff', status: 'ENODEV' }],
  ['SEV-SNP: Error -14 reading RMP contents for PFN 0xfffff', { kind: 'rmp-lookup-failed', status: 'EFAULT' }],
  ['failed to lookup RMP entry for address 0x7f0000200000 pfn 0x100200', { kind: 'rmp-lookup-failed', address: '0x7f0000200000' }],
  ["SEV-SNP: Can't dump RMP entry for HVA ff1276cbfdf36000: no PTE/PFN found", { kind: 'rmp-lookup-failed', scenario: null }],
  ['SEV-SNP: Leaking PFN range 0x100-0x108', { kind: 'page-leaked', leaked: { from: '0x100', to: '0x108' } }],
  [
    'Fatal RMP page fault, terminating process, entry assigned for pfn 0x100200',
    { kind: 'process-killed', pfn: '0x100200', scenario: 'host-writes-private-page' },
  ],
  ['SEV-SNP: Memory for the RMP table has not been reserved by BIOS', { kind: 'rmp-table-refused', scenario: 'rmp-covers-too-little' }],
  [
    'kvm: SEV-ES guest requested termination: 0x1:0x2',
    { termination: { reasonSet: 1, reason: 2, name: 'PVALIDATE failed' }, scenario: 'pvalidate-size-mismatch' },
  ],
  [
    'SEV-ES guest requested termination: 0x1:0x1',
    { termination: { reasonSet: 1, reason: 1, name: 'page-state change failed' }, scenario: 'page-state-change-refused' },
  ],
  ['SEV-ES guest requested termination: 0:0x9', { termination: { reasonSet: 0, reason: 9, name: null }, scenario: null }],
  [
    'SEV guest requested termination: ghcb_msr=0x31100 reason_set=0x1 reason=0x3',
    { termination: { reasonSet: 1, reason: 3, name: 'not at VMPL0' }, scenario: 'vmpl-denied' },
  ],
  [
    "qemu-system-x86_64: SNP_LAUNCH_UPDATE ret=-5 fw_error=0 ''",
    { firmware: { command: 'SNP_LAUNCH_UPDATE', status: 'SUCCESS', code: 0, returned: -5 }, scenario: 'firmware-error-without-address' },
  ],
  [
    "sev_snp_launch_update: SNP_LAUNCH_UPDATE ret=-5 fw_error=26 'Invalid page state'",
    {
      firmware: { command: 'SNP_LAUNCH_UPDATE', status: 'INVALID_PAGE_STATE', code: 26, returned: -5 },
      scenario: 'launch-of-assigned-page',
    },
  ],
  [
    'ccp 0000:22:00.1: sev command 0x94 failed (0x0000001a)',
    { firmware: { command: 'SNP_GUEST_REQUEST', status: 'INVALID_PAGE_STATE', code: 26, returned: null }, scenario: 'page-not-reclaimed' },
  ],
  [
    'ccp 0000:24:00.1: SEV-SNP: failed to INIT rc -5, error 0x3',
    { firmware: { command: 'SNP_INIT', status: 'INVALID_CONFIG', code: 3, returned: -5 }, scenario: 'rmp-covers-too-little' },
  ],
  [
    'Failed to reclaim PFN 40fdf36, rc -5 fw_err 26',
    { pfn: '0x40fdf36', firmware: { command: 'SNP_PAGE_RECLAIM', status: 'INVALID_PAGE_STATE', code: 26, returned: -5 } },
  ],
  [
    'Unexpected exit reason on vcpu run: MemoryFault { flags: 8, gpa: 4096, size: 4096 }',
    { kind: 'memory-fault-exit', gpa: '0x1000', size: 4096, private: true, scenario: 'memory-fault-exit' },
  ],
  ['kvm_memory_fault start 0xc0000000 size 0x1000 flags 0x0', { kind: 'memory-fault-exit', gpa: '0xc0000000', private: false }],
  ['KVM: unknown exit reason 24', { exit: { code: 24, name: 'KVM_EXIT_SYSTEM_EVENT' }, scenario: 'pvalidate-size-mismatch' }],
  ['KVM: unknown exit reason 39', { exit: { code: 39, name: 'KVM_EXIT_MEMORY_FAULT' }, scenario: 'memory-fault-exit' }],
  ['SEV: Unsupported exit-code 0x404 in #VC exception (IP: 0x7f0a)', { kind: 'vc-exception', scenario: 'unvalidated-access' }],
  [
    'kvm_exit: vcpu 0 reason npf rip 0xffffffff81000000 info1 0x0000000c80000005 info2 0x0000000000207000',
    {
      kind: 'nested-fault',
      gpa: '0x207000',
      errorCode: '0xc80000005',
      errorCodeBits: ['P', 'U', 'RMP', 'ENC', 'SIZEM'],
      scenario: 'pvalidate-4k-in-2m',
    },
  ],
  [
    'kvm_page_fault: vcpu 0 rip 0xfffff address 0x0000000000207000 error_code 0x180000007',
    { kind: 'nested-fault', scenario: 'double-pvalidate' },
  ],
  ['kvm_page_fault: vcpu 0 rip 0xfffff address 0x207000 error_code 0x580000007', { kind: 'nested-fault', scenario: 'remapped-page' }],
  ['kvm_page_fault: vcpu 0 rip 0xfffff address 0x207000 error_code 0x1580000007', { kind: 'nested-fault', scenario: 'vmpl-denied' }],
  ['kvm_rmp_fault: vcpu 1 gpa 0000000000207000 pfn 0x100207 error_code 0xc80000005 rmp_level 2 psmash_ret 0', { pfn: '0x100207' }],
  [
    'exit_code:          00000400\nexit_info1:         0000000500000006\nexit_info2:         0000000000207000',
    { kind: 'nested-fault', gpa: '0x207000', errorCode: '0x500000006', scenario: 'memory-fault-exit', lines: [1, 3] },
  ],
  [
    'vfio-pci 0000:c1:00.0: AMD-Vi: Event logged [RMP_PAGE_FAULT vmg_tag=0x0000, gpa=0x740b8784, flags_rmp=0x0000, flags=0x0020]',
    { kind: 'iommu-rmp-fault', device: '0000:c1:00.0', gpa: '0x740b8784', scenario: 'dma-to-private-page' },
  ],
  ['qemu: KVM_SET_USER_MEMORY_REGION2 failed, slot=0', { kind: 'memory-region-refused', scenario: 'memory-region-refused' }],
  ['virtio-pci: swiotlb buffer is full (sz: 4096 bytes)', { kind: 'bounce-buffers-full', scenario: 'bounce-buffers-full' }],
];

describe('lines', () => {
  test.each(LINES)('%s', (text, expected) => {
    expect(only(text)).toMatchObject(expected);
  });

  test('every scenario that the list names is named by some incident', () => {
    const texts = [LAUNCH_AFTER_FINISH, HV_FIXED, OVERLAP, ...LINES.map(([text]) => text)];
    const named = new Set(texts.flatMap((text) => decodeLog(text).incidents.map(({ scenario }) => scenario)));
    expect(SCENARIO_NAMES.filter((name) => !named.has(name))).toEqual([]);
  });

  propertyTest.prop(
    [
      fc.record({
        assigned: fc.boolean(),
        pageSize: fc.constantFrom(1 as const, 2 as const),
        immutable: fc.boolean(),
        gfn: fc.nat(2 ** 39 - 1),
        asid: fc.nat(1023),
        vmsa: fc.boolean(),
        validated: fc.boolean(),
        vmpl: fc.nat(0xffff_ffff),
        subPageCount: fc.nat(511),
      }),
    ],
    { seed: 1 },
  )('the fields of an entry are those that its quadwords were made of', (fields) => {
    const state = pageStateOf(fields);
    const raw = rawEntryOf({ ...fields, pfn: asPfn(0x100200), level: fields.pageSize, state });
    const [low, high] = raw.map((text) => text.slice(2).padStart(16, '0'));
    const { vmpl, gfn, pageSize, ...same } = fields;
    expect(only(`SEV-SNP: PFN 0x100200, RMP entry: [0x${low} - 0x${high}]`).entry).toEqual({
      ...same,
      pfn: '0x100200',
      pageSize: pageSize === 2 ? '2M' : '4K',
      gpa: `0x${(gfn * 4096).toString(16)}`,
      vmpl: [0, 8, 16, 24].map((shift) => (vmpl >>> shift) & 0xff),
      state,
      raw,
    });
  });
});

describe('grouping', () => {
  const noise = Array.from({ length: 20 }, (_, i) => `systemd[1]: Started job ${i}.`);
  const stamp = (line: string, i: number, caller: string): string =>
    `<4>[${(1000 + i / 1000).toFixed(6).padStart(13)}] [${caller}] ${line}`;

  test('two CPUs at once, with other lines between, time stamps and callers', () => {
    const first = LAUNCH_AFTER_FINISH.trim().split('\n');
    const second = [
      oops('80000003'),
      'PFN 0x207 unassigned, dumping non-zero entries in 2M PFN region: [0x200 - 0x400]',
      ...guestRegion(0x200, 6),
    ];
    const mixed = first.flatMap((line, i) => [
      stamp(line, i, '   C33'),
      ...noise.slice(0, i).map((text) => stamp(text, i, '    T1')),
      ...(second[i] === undefined ? [] : [stamp(second[i], i, '  T4616')]),
    ]);
    const { incidents, totalLines, unknownLines } = decodeLog(mixed.join('\r\n'));
    const bare = (text: string) => withoutLines(decodeLog(text).incidents);
    expect(withoutLines(incidents)).toEqual([...bare(first.join('\n')), ...bare(second.join('\n'))]);
    expect(totalLines - unknownLines).toBe(5 + 8);
  });

  test('a failed RMPUPDATE, its dump and the leak after it are one incident', () => {
    const text = [
      'RMPUPDATE failed for PFN 100207, pg_level: 1, ret: 3',
      'SEV-SNP: PFN 0x100207, RMP entry: [0x6010fffffffff001 - 0x000000000000001f]',
      ...noise,
      'SEV-SNP: Leaking PFN range 0x100207-0x100208',
    ].join('\n');
    expect(only(text)).toMatchObject({ kind: 'rmpupdate-failed', entry: { vmsa: true }, leaked: { from: '0x100207' }, lines: [1, 23] });
  });

  test('a dump of another frame is not taken for the incident’s', () => {
    const text = 'RMPUPDATE failed for PFN 100207, ret: 3\nSEV-SNP: PFN 0x999, RMP entry: [0x0000000000000001 - 0x0000000000000000]';
    expect(decodeLog(text).incidents.map(({ kind, pfn }) => [kind, pfn])).toEqual([
      ['rmpupdate-failed', '0x100207'],
      ['rmp-dump', '0x999'],
    ]);
  });

  test('what is far away is not taken either', () => {
    const far = (lines: number) =>
      decodeLog(['RMPUPDATE failed for PFN 999, ret: 3', ...Array<string>(lines).fill('x'), 'PFN 0x999, RMP entry: [0x1 - 0x0]'].join('\n'))
        .incidents.length;
    expect([far(199), far(200)]).toEqual([1, 2]);
  });

  test('an ordinary page fault is left alone, all its lines', () => {
    const text = LAUNCH_AFTER_FINISH.replace('0x80000003) - RMP violation', '0x0002) - not-present page').replace(/SEV-SNP.*\n/, '');
    expect(decodeLog(text)).toMatchObject({ incidents: [], totalLines: 8, unknownLines: 8 });
  });

  test('a region whose beginning was cut off, and a gap in it', () => {
    const lines = guestRegion(0x100200, 20);
    const incident = only([...lines.slice(3, 8), ...lines.slice(12)].join('\n'));
    expect(incident).toMatchObject({ kind: 'rmp-dump', region: { from: '0x100200', to: '0x100400' }, neighbourPages: 13 });
    expect(incident.neighbours?.map(({ pfn, pages, gpa }) => [pfn, pages, gpa])).toEqual([
      ['0x100203', 5, '0x203000'],
      ['0x10020c', 8, '0x20c000'],
    ]);
  });

  propertyTest.prop([fc.array(fc.nat(40), { minLength: 1, maxLength: 200 })], { seed: 2 })('pieces of any size give the same', (sizes) => {
    const text = LAUNCH_AFTER_FINISH + noise.join('\n') + HV_FIXED + OVERLAP;
    const decoder = new LogDecoder();
    let at = 0;
    for (const size of sizes) {
      decoder.push(text.slice(at, at + size));
      at += size;
    }
    decoder.push(text.slice(at));
    expect(decoder.finish()).toEqual(decodeLog(text));
  });
});

describe('nonsense and limits', () => {
  test.each([
    ['no line of a kernel', 'once upon a time\nthere was a page\n', 2],
    ['half a dump', 'SEV-SNP: PFN 0x100200, RMP entry: [0xzz - 0x', 1],
    ['binary', '\0\u0001\ufffdRMP\n\n\0', 3],
    ['words without numbers', 'RMPUPDATE failed for PFN , pg_level: 9, ret: x', 1],
  ])('%s: nothing is found, and it is said', (_, text, lines) => {
    const decoded = decodeLog(text);
    expect(decoded).toMatchObject({ incidents: [], totalLines: lines, unknownLines: lines });
    expect(decoded.summary).toContain('nothing about SEV-SNP memory');
  });

  test('a line as long as the limit is read, a longer one is left alone', () => {
    const line = 'RMPUPDATE failed for PFN 1, ret: 3';
    const padded = (length: number) => `${' '.repeat(length - line.length)}${line}`;
    expect(decodeLog(padded(LINE_CHARACTERS_MAX)).incidents).toHaveLength(1);
    expect(decodeLog(padded(LINE_CHARACTERS_MAX + 1))).toMatchObject({ incidents: [], totalLines: 1, unknownLines: 1 });
  });

  test('as many different incidents as the limit are listed, those beyond it counted', () => {
    const text = (count: number) =>
      Array.from({ length: count }, (_, i) => `RMPUPDATE failed for PFN ${i.toString(16)}, ret: 3`).join('\n');
    expect(decodeLog(text(DECODE_INCIDENTS_MAX))).toMatchObject({ incidentsLeftOut: 0, unknownLines: 0 });
    const beyond = decodeLog(text(DECODE_INCIDENTS_MAX + 5));
    expect(beyond.incidents).toHaveLength(DECODE_INCIDENTS_MAX);
    expect(beyond).toMatchObject({ incidentsLeftOut: 5, unknownLines: 0 });
    expect(beyond.summary).toContain('5 more left out');
  });

  test('as many runs of neighbours as the limit are listed, all pages counted', () => {
    const everyOther = guestRegion(0x100200, 512).filter((_, i) => i % 2 === 0);
    const at = (runs: number) => only(everyOther.slice(0, runs).join('\n'));
    expect(at(NEIGHBOURS_LISTED_MAX).neighbours).toHaveLength(NEIGHBOURS_LISTED_MAX);
    expect(at(NEIGHBOURS_LISTED_MAX + 1)).toMatchObject({ neighbourPages: NEIGHBOURS_LISTED_MAX + 1 });
    expect(at(NEIGHBOURS_LISTED_MAX + 1).neighbours).toHaveLength(NEIGHBOURS_LISTED_MAX);
  });
});
