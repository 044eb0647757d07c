/** The guest's accesses: order of the checks, EXITINFO1, what the host does, VMPLs, the remap attack, pages in use. */
import { describe, expect, it, test } from 'vitest';
import { asGfn, asPfn, FRAME_BASE, NESTED_MAPS_MAX, READ_BYTES_MAX, WRITE_BYTES_MAX } from '../../src/core/index.js';
import { plan } from '../../src/core/generations/common.js';
import { Workbench } from './workbench.js';

const P_U_RMP = 0x8000_0005 | 0;

function withPrivate(gfn: number, over: ConstructorParameters<typeof Workbench>[0] = {}): Workbench {
  const w = new Workbench(over);
  w.change('private', gfn);
  return w;
}

describe('the first check that fails is the answer', () => {
  it.each([
    ['not-covered', (w: Workbench) => w.remap(7, 600)],
    ['not-owned', (w: Workbench) => w.rmpupdate(7, { asid: 2, immutable: true })],
    ['reverse-map', (w: Workbench) => w.rmpupdate(7, { gfn: 9, immutable: true })],
    ['immutable', (w: Workbench) => w.rmpupdate(7, { immutable: true })],
  ])('%s', (reason, prepare) => {
    const w = withPrivate(7, { config: { rmpCoverage: FRAME_BASE + 512 } });
    prepare(w);
    const result = w.access(7);
    expect(result).toMatchObject({ outcome: 'nested-fault', bytesDone: 0 });
    expect(result.faults[0]).toMatchObject({ reason, errorLow: P_U_RMP | 2, errorHigh: 0x5, action: 'none' });
  });

  it('page size comes before validated: a nested 4K leaf over a 2M entry is smashed, and then #VC', () => {
    const w = new Workbench();
    w.change('private', 512, 2, { validate: false });
    w.write(519, { inject: { between: { nth: 1, change: 'split' } } });
    const result = w.access(512);
    expect(result).toMatchObject({ outcome: 'vc-exception', exception: { vector: 29, errorCode: 0x404, gfn: 512 } });
    expect(result.faults).toMatchObject([{ reason: 'page-size', action: 'psmash', errorHigh: 0x5 }]);
  });

  it('a nested 2M leaf over 4K entries is zapped', () => {
    const w = withPrivate(512);
    w.remap(512, 512, 2);
    expect(w.access(512).faults).toMatchObject([{ reason: 'page-size', level: 2, action: 'zapped' }]);
    expect(w.access(512)).toMatchObject({ outcome: 'completed', faults: [], translation: { nestedLevel: 1 } });
  });

  it('validated comes before the VMPL: #VC 0x404 for a VMPL that may do nothing', () => {
    const w = new Workbench();
    w.change('private', 7, 1, { validate: false });
    expect(w.access(7, { vmpl: 3 })).toMatchObject({
      outcome: 'vc-exception',
      exception: { vector: 29, errorCode: 0x404, gfn: 7 },
      faults: [],
    });
    expect(w.events.at(-1)).toMatchObject({ type: 'vc-exception', gfn: 7, access: 'write' });
  });

  it.each([
    ['read', 0x8000_0005],
    ['write', 0x8000_0007],
    ['execute', 0x8000_0015],
  ] as const)('a VMPL failure of a %s sets bit 36', (access, low) => {
    const w = withPrivate(7);
    expect(w.access(7, { access, vmpl: 1 }).faults).toMatchObject([{ reason: 'vmpl', errorLow: low | 0, errorHigh: 0x15 }]);
  });

  it('bit 37 is the shadow-stack bit of the mask that forbids', () => {
    const w = withPrivate(7);
    w.rmpadjust(7, { mask: 17 });
    expect(w.access(7, { vmpl: 1 }).faults).toMatchObject([{ errorHigh: 0x35 }]);
  });
});

test.each([
  ['supervisor', 15, 'completed'],
  ['supervisor', 5, 'nested-fault'],
  ['user', 5, 'completed'],
] as const)('a fetch as %s with mask %i: %s', (privilege, mask, outcome) => {
  const w = withPrivate(7);
  w.rmpadjust(7, { mask });
  expect(w.access(7, { access: 'execute', vmpl: 1, privilege }).outcome).toBe(outcome);
});

describe('RMPADJUST', () => {
  it.each([
    ['a target that is not below', { targetVmpl: 0 }, 2],
    ['an unaligned address', { offset: 8 }, 1],
    ['writing without reading', { mask: 2 }, 1],
    ['a shadow stack that executes', { mask: 21 }, 1],
    ['a supervisor that executes where the user may not', { mask: 9 }, 1],
    ['all of it', { mask: 15 }, 0],
    ['nothing', { mask: 0 }, 0],
  ] as const)('answers %s', (_name, over, code) => {
    expect(withPrivate(7).rmpadjust(7, over).code).toBe(code);
  });

  it('gives no more than its own VMPL has, and VMSA only at VMPL0', () => {
    const w = withPrivate(7);
    w.rmpadjust(7, { mask: 3 });
    expect(w.rmpadjust(7, { vmpl: 1, targetVmpl: 2, mask: 7 }).status).toBe('FAIL_PERMISSION');
    expect(w.rmpadjust(7, { vmpl: 1, targetVmpl: 2, mask: 1, vmsa: true }).status).toBe('SUCCESS');
    expect(w.m.rmp.entryAt(asPfn(FRAME_BASE + 7))).toMatchObject({ vmpl: 0x01031f, vmsa: false });
  });
});

describe('what the host does by rfc-v1', () => {
  it('makes an unassigned page private, which the guest finds not validated', () => {
    const w = new Workbench();
    const result = w.access(7);
    expect(result).toMatchObject({ outcome: 'vc-exception', faults: [{ reason: 'not-owned', action: 'made-private' }] });
  });

  it.each([1, 2] as const)('makes a private page shared that the guest stores to with C=0 (entry size %i)', (pageSize) => {
    const w = new Workbench();
    w.change('private', 512, pageSize);
    expect(w.access(512, { cBit: false })).toMatchObject({ outcome: 'completed', faults: [{ action: 'made-shared', errorHigh: 1 }] });
    expect(w.state(512)).toBe('hypervisor');
    expect(w.access(512, { access: 'read', cBit: false }).faults).toEqual([]);
  });

  it('stops at the page that cannot be reached', () => {
    const w = withPrivate(7);
    w.change('private', 8);
    w.rmpupdate(8, { immutable: true });
    expect(w.access(7, { size: 8192 })).toMatchObject({ outcome: 'nested-fault', bytesDone: 4096, translation: { gfn: 8 } });
  });
});

test('a generation may hand the fault to the VMM', () => {
  const w = new Workbench();
  const generation = { ...w.m.generation, onNestedFault: () => plan('implicitConversion', { then: 'exit-to-vmm' }) };
  Object.assign(w.m, { generation });
  expect(w.access(7).outcome).toBe('memory-fault-exit');
  expect(w.events.at(-1)).toMatchObject({ type: 'memory-fault-exit', gfn: 7, isPrivate: true });
});

test('what the guest stores it loads, also by pieces over pages', () => {
  const w = withPrivate(7);
  w.change('private', 8);
  w.access(7, { offset: 4094, size: 4, content: Uint8Array.of(1, 2, 3, 4) });
  expect(w.access(7, { offset: 4094, size: 4, access: 'read' }).data).toEqual(Uint8Array.of(1, 2, 3, 4));
  // The host, and a mapping without the C-bit, see what is in memory: the ciphertext.
  expect(w.access(8, { size: 2, access: 'read', cBit: false }).data).toEqual(w.read(8, 2).data);
  expect(w.read(8, 2).data).not.toEqual(Uint8Array.of(3, 4));
});

test.each([
  ['write', WRITE_BYTES_MAX],
  ['read', READ_BYTES_MAX],
] as const)('a %s has at most so many bytes', (access, most) => {
  const w = new Workbench({ pages: 32_768 });
  expect(w.access(0, { access, cBit: false, size: most }).bytesDone).toBe(most);
  const more = { gfn: asGfn(0), offset: 0, size: most + 1, access, cBit: false, vmpl: 0, privilege: 'supervisor', guestLevel: 1 } as const;
  expect(w.rejection({ op: 'guest-access', ...more }).code).toBe('limit-exceeded');
});

describe('nested maps', () => {
  it('the remap attack: the guest is told by #VC, and a PVALIDATE would not tell it', () => {
    const w = withPrivate(7);
    w.rmpupdate(9, { gfn: 7 });
    w.remap(7, 9);
    expect(w.access(7)).toMatchObject({ outcome: 'vc-exception', faults: [] });
    expect(w.pvalidate(7)).toMatchObject({ status: 'SUCCESS', carry: false });
    expect(w.access(7).outcome).toBe('completed');
    w.remap(7, null);
    expect(w.access(7).outcome).toBe('completed');
  });

  it('two pages swapped: the Reverse-Map check', () => {
    const w = withPrivate(7);
    w.change('private', 8);
    w.remap(7, 8);
    expect(w.access(7)).toMatchObject({ outcome: 'nested-fault', faults: [{ reason: 'reverse-map' }] });
  });

  it('are bounded', () => {
    const w = new Workbench({ pages: 8 * 512 });
    for (let i = 0; i < NESTED_MAPS_MAX; i++) w.remap(i, i + 1);
    const one = { op: 'nested-map', gfn: asGfn(NESTED_MAPS_MAX), pageSize: 1 } as const;
    expect(w.rejection({ ...one, pfn: asPfn(0) }).code).toBe('limit-exceeded');
    w.remap(0, null);
    w.remap(NESTED_MAPS_MAX, 0);
  });
});

describe('a vCPU that runs', () => {
  it('holds its VMSA and its VMCB: FAIL_INUSE until it exits', () => {
    const w = new Workbench();
    w.vmsa(7);
    expect(w.enter(7, { vmcb: asPfn(FRAME_BASE + 600) }).outcome).toBe('entered');
    const free = { assigned: false, asid: 0, gfn: 0 };
    expect(w.rmpupdate(7, free).status).toBe('FAIL_INUSE');
    expect(w.rmpupdate(600).status).toBe('FAIL_INUSE');
    expect(w.rmpupdate(512, { pageSize: 2 }).status).toBe('FAIL_INUSE');
    // rfc-v1 tries again on FAIL_INUSE without bound.
    expect(w.change('shared', 7).status).toBe('LIVELOCK');
    w.run({ op: 'vcpu-exit', vcpu: 0 });
    expect(w.rmpupdate(7, free).status).toBe('SUCCESS');
  });

  it.each([
    ['not-owned', (w: Workbench) => w.rmpupdate(7, { assigned: false, asid: 0, gfn: 0 })],
    ['reverse-map', (w: Workbench) => w.remap(7, 8)],
    ['immutable', (w: Workbench) => w.rmpupdate(7, { immutable: true })],
    ['not-vmsa', (w: Workbench) => w.rmpadjust(7, { mask: 0 })],
  ] as const)('is not entered with a VMSA that is %s', (reason, prepare) => {
    const w = new Workbench();
    w.vmsa(7);
    w.change('private', 8);
    prepare(w);
    expect(w.enter(7)).toMatchObject({ outcome: 'vmexit-invalid', reason });
  });

  it('is not entered with a 2M VMSA, with the VMSA of another, or with a VMCB of the guest', () => {
    const w = new Workbench();
    w.change('private', 512, 2);
    w.rmpadjust(512, { pageSize: 2, mask: 0, vmsa: true });
    expect(w.enter(512)).toMatchObject({ outcome: 'vmexit-invalid', reason: 'page-size' });
    w.vmsa(7);
    expect(w.enter(7, { vmcb: asPfn(FRAME_BASE + 512) }).outcome).toBe('general-protection');
    w.enter(7);
    expect(w.enter(7, { vcpu: 1 }).outcome).toBe('vmexit-busy');
    expect(w.rejection({ op: 'vcpu-enter', vcpu: 0, vmsa: asGfn(7), vmcb: null, flushTlb: false }).code).toBe('vcpu-state');
    expect(w.rejection({ op: 'vcpu-exit', vcpu: 512 }).code).toBe('limit-exceeded');
  });
});

test('frames beyond the coverage are the hypervisor’s for every check, and no instruction takes them', () => {
  const w = new Workbench({ config: { rmpCoverage: FRAME_BASE + 512 } });
  expect(w.state(600)).toBe('default');
  expect(w.rmpupdate(600).status).toBe('FAIL_INPUT');
  expect(w.change('private', 600).status).toBe('FAIL_INPUT');
  expect(w.write(600).outcome).toBe('completed');
  expect(w.access(600, { cBit: false }).outcome).toBe('completed');
});

test('HV-Fixed frames are written by the host and never given away, not even inside a 2M RMPUPDATE', () => {
  const w = new Workbench({ config: { hvFixed: [{ pfn: asPfn(FRAME_BASE + 515), pages: 2 }] } });
  expect(w.write(515).outcome).toBe('completed');
  expect(w.rmpupdate(516).status).toBe('FAIL_PERMISSION');
  expect(w.rmpupdate(512, { pageSize: 2 }).status).toBe('FAIL_PERMISSION');
  expect(w.rmpupdate(514).status).toBe('SUCCESS');
});
