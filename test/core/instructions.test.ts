/** RMPUPDATE, PSMASH and PVALIDATE: which return code wins where several would fit. */
import { describe, expect, it } from 'vitest';
import { asPfn, DEFAULT_DOUBTS, FRAME_BASE, RMP_GFN_END } from '../../src/core/index.js';
import { Workbench } from './workbench.js';

type Update = NonNullable<Parameters<Workbench['rmpupdate']>[1]>;

/** Region 0: hypervisor. 1: one 2M guest entry. 2: page 0 alone assigned. 3: page 5 assigned. 4: an immutable 4K page 0. */
function prepared(config: ConstructorParameters<typeof Workbench>[0] = {}): Workbench {
  const w = new Workbench({ pages: 5 * 512, ...config });
  w.rmpupdate(512, { pageSize: 2 });
  w.rmpupdate(1024);
  w.rmpupdate(1536 + 5);
  w.rmpupdate(2048, { immutable: true });
  return w;
}

describe('RMPUPDATE', () => {
  const beyond = asPfn(0x20_0000);
  const cases: readonly (readonly [name: string, gfn: number, over: Update, code: number])[] = [
    ['assigns an unassigned page', 7, {}, 0],
    ['assigns 2M over an unassigned region', 0, { pageSize: 2 }, 0],
    ['un-assigns an assigned page', 1024, { assigned: false, asid: 0, gfn: 0 }, 0],
    ['un-assigns an unassigned page', 7, { assigned: false, asid: 0, gfn: 0 }, 0],
    ['answers FAIL_INPUT for 2M at an unaligned frame', 7, { pageSize: 2 }, 1],
    ['answers FAIL_INPUT for a frame beyond the coverage', 0, { pfn: beyond }, 1],
    ['answers FAIL_INPUT for 2M with an unaligned gpa', 0, { pageSize: 2, gfn: 7 }, 1],
    ['answers FAIL_INPUT for a gpa with low bits', 7, { gpaOffset: 8 }, 1],
    ['answers FAIL_INPUT for a gpa over 51 bits', 7, { gfn: RMP_GFN_END }, 1],
    ['answers FAIL_INPUT for assigned=0 with an ASID', 7, { assigned: false, asid: 1 }, 1],
    ['answers FAIL_INPUT for assigned=0 with immutable', 7, { assigned: false, asid: 0, immutable: true }, 1],
    ['answers FAIL_PERMISSION for an immutable entry', 2048, {}, 2],
    ['answers FAIL_PERMISSION before FAIL_OVERLAP', 2048, { pageSize: 2, gfn: 2048 }, 2],
    ['answers FAIL_INPUT before FAIL_PERMISSION', 2048, { gpaOffset: 1 }, 1],
    ['answers FAIL_INPUT before FAIL_OVERLAP', 512, { gpaOffset: 1 }, 1],
    ['answers FAIL_OVERLAP for 4K at the base of a 2M entry', 512, {}, 4],
    ['answers FAIL_OVERLAP for 4K inside a 2M entry', 519, {}, 4],
    ['answers FAIL_OVERLAP for a 4K un-assign inside a 2M entry', 519, { assigned: false, asid: 0, gfn: 0 }, 4],
    ['answers FAIL_OVERLAP for 2M over an assigned sub-page', 1536, { pageSize: 2 }, 4],
    ['answers FAIL_OVERLAP for a 2M un-assign over an assigned sub-page', 1536, { pageSize: 2, assigned: false, asid: 0, gfn: 0 }, 4],
    ['answers FAIL_OVERLAP for 2M where only the base is assigned (D16)', 1024, { pageSize: 2 }, 4],
    ['un-assigns a 2M entry as 2M', 512, { pageSize: 2, assigned: false, asid: 0, gfn: 0 }, 0],
    ['rewrites a 2M entry as 2M', 512, { pageSize: 2, asid: 2 }, 0],
  ];
  it.each(cases)('%s', (_name, gfn, over, code) => {
    const w = prepared();
    expect(w.rmpupdate(gfn, over).code).toBe(code);
  });

  it('follows the doubts D2 and D16 where they are set otherwise', () => {
    const w = prepared({ config: { doubts: { ...DEFAULT_DOUBTS, D2: 'permission', D16: 'allow' } } });
    expect(w.rmpupdate(7, { assigned: false, asid: 1 }).status).toBe('FAIL_PERMISSION');
    expect(w.rmpupdate(1024, { pageSize: 2 }).status).toBe('SUCCESS');
    expect(w.rmpupdate(1536, { pageSize: 2 }).status).toBe('FAIL_OVERLAP');
  });

  it.each([
    ['keep', true],
    ['clear', false],
  ] as const)('with D3 %s leaves validated %s when the same entry is written again immutable', (D3, validated) => {
    const w = new Workbench({ config: { doubts: { ...DEFAULT_DOUBTS, D3 } } });
    w.change('private', 7);
    w.rmpupdate(7, { immutable: true });
    const entry = w.m.rmp.entryAt(asPfn(FRAME_BASE + 7));
    expect(entry).toMatchObject({ validated, immutable: true, state: validated ? 'pre-swap' : 'pre-guest' });
  });

  it('clears validated when the gpa changes, and gives VMPL0 all and the others nothing', () => {
    const w = new Workbench();
    w.change('private', 7);
    w.rmpupdate(7, { gfn: 9 });
    expect(w.m.rmp.entryAt(asPfn(FRAME_BASE + 7))).toMatchObject({ validated: false, gfn: 9, vmpl: 0x1f, state: 'guest-invalid' });
  });

  it('counts the assigned pages other than the base in the base entry alone', () => {
    const w = prepared();
    expect(w.m.rmp.entryAt(asPfn(FRAME_BASE + 1536)).subPageCount).toBe(1);
    w.rmpupdate(1536);
    expect(w.m.rmp.entryAt(asPfn(FRAME_BASE + 1536)).subPageCount).toBe(1);
    expect(w.m.rmp.entryAt(asPfn(FRAME_BASE + 1541)).subPageCount).toBe(0);
  });
});

describe('PSMASH', () => {
  it.each([
    ['answers FAIL_INPUT at an unaligned frame', 519, 1],
    ['answers FAIL_BADADDR for an unassigned region', 0, 7],
    ['answers FAIL_BADADDR for a region of 4K entries', 1024, 7],
    ['smashes a 2M entry', 512, 0],
  ] as const)('%s', (_name, gfn, code) => {
    expect(prepared().psmash(gfn).code).toBe(code);
  });

  it('answers FAIL_INPUT beyond the coverage', () => {
    const w = prepared();
    expect(w.run({ op: 'psmash', pfn: asPfn(0x20_0000) })).toMatchObject({ outcome: { code: 1 } });
  });

  it('answers FAIL_PERMISSION for an immutable 2M entry, and FAIL_BADADDR the second time on a mutable one', () => {
    const w = new Workbench();
    w.rmpupdate(0, { pageSize: 2, immutable: true });
    expect(w.psmash(0).status).toBe('FAIL_PERMISSION');
    w.rmpupdate(512, { pageSize: 2 });
    expect(w.psmash(512).status).toBe('SUCCESS');
    expect(w.psmash(512).status).toBe('FAIL_BADADDR');
  });

  it.each([1, 9])('makes 512 entries of ASID %i with the same bits, following gpas and a sub-page count of 511', (asid) => {
    const w = new Workbench();
    w.rmpupdate(512, { pageSize: 2, asid });
    w.psmash(512);
    for (const i of [0, 1, 300, 511]) {
      expect(w.m.rmp.entryAt(asPfn(FRAME_BASE + 512 + i))).toEqual({
        pfn: FRAME_BASE + 512 + i,
        assigned: true,
        pageSize: 1,
        level: 1,
        immutable: false,
        gfn: 512 + i,
        asid,
        vmsa: false,
        validated: false,
        vmpl: 0x1f,
        subPageCount: i === 0 ? 511 : 0,
        state: 'guest-invalid',
      });
    }
  });
});

describe('PVALIDATE', () => {
  it('raises #GP below VMPL0 before it looks at its operands', () => {
    const w = new Workbench();
    expect(w.pvalidate(7, 2, true, 1)).toMatchObject({ outcome: 'exception', status: 'GENERAL_PROTECTION', code: null });
  });

  it('answers FAIL_INPUT for 2M at an unaligned gpa before any fault', () => {
    const w = new Workbench();
    expect(w.pvalidate(7, 2)).toMatchObject({ status: 'FAIL_INPUT', code: 1, faults: [] });
  });

  it('says with the carry flag that nothing changed', () => {
    const w = new Workbench();
    w.change('private', 7, 1, { validate: false });
    expect(w.pvalidate(7)).toMatchObject({ status: 'SUCCESS', carry: false });
    expect(w.pvalidate(7)).toMatchObject({ status: 'SUCCESS', carry: true });
    expect(w.pvalidate(7, 1, false)).toMatchObject({ status: 'SUCCESS', carry: false });
  });

  it('answers FAIL_SIZEMISMATCH for 2M over 4K entries', () => {
    const w = new Workbench();
    w.rmpupdate(512);
    expect(w.pvalidate(512, 2)).toMatchObject({ status: 'FAIL_SIZEMISMATCH', code: 6, carry: null });
  });

  it('faults with SIZEM for 4K in a 2M entry, which the host smashes', () => {
    const w = new Workbench();
    w.change('private', 512, 2, { validate: false });
    const result = w.pvalidate(519);
    expect(result).toMatchObject({ status: 'SUCCESS', carry: false });
    expect(result.faults).toMatchObject([{ errorLow: 0x8000_0005 | 0, errorHigh: 0xc, action: 'psmash' }]);
  });

  it('faults without SIZEM where the host leaf is smaller than the 2M entry, and then finds 4K entries', () => {
    const w = new Workbench();
    w.change('private', 512, 2, { validate: false });
    w.write(519, { inject: { between: { nth: 1, change: 'split' } } });
    const result = w.pvalidate(512, 2);
    expect(result.faults).toMatchObject([{ errorHigh: 0x4, level: 1, action: 'psmash' }]);
    expect(result.status).toBe('FAIL_SIZEMISMATCH');
  });

  it.each([
    ['another ASID', { asid: 2 }],
    ['another gpa', { gfn: 9 }],
    ['an immutable entry', { immutable: true }],
  ] as const)('faults for ever on %s', (_name, over) => {
    const w = new Workbench();
    w.rmpupdate(7, over);
    const before = w.m.rmp.version;
    expect(w.pvalidate(7)).toMatchObject({ outcome: 'nested-fault', status: 'NESTED_FAULT', carry: null });
    expect(w.m.rmp.version).toBe(before);
  });
});
