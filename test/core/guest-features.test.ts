/** The guest's own tables, vTOM, ReflectVC, and the fallback of PVALIDATE to 4K (hardware.md 3.3, 4.1, 4.5). */
import { describe, expect, test } from 'vitest';
import { asGfn, type GuestAccess, type GuestAccessOutcome, isRejection, type SevFeatures } from '../../src/core/index.js';
import { Workbench } from './workbench.js';

function bench(sevFeatures: SevFeatures): Workbench {
  return new Workbench({ pages: 4 * 512, config: { sevFeatures } });
}

/** An access that leaves the C-bit to the guest's way of mapping. */
function access(w: Workbench, gfn: number, over: Partial<Omit<GuestAccess, 'cBit'>> = {}): GuestAccessOutcome {
  const result = w.run({
    op: 'guest-access',
    gfn: asGfn(gfn),
    offset: 0,
    size: 1,
    access: 'write',
    vmpl: 0,
    privilege: 'supervisor',
    guestLevel: 1,
    ...over,
  });
  if (isRejection(result) || result.outcome.op !== 'guest-access') throw new Error('refused');
  return result.outcome;
}

describe("the guest's own tables", () => {
  test.each([
    ['page-table-read', 0x8000_0005],
    ['page-table-write', 0x8000_0007],
  ] as const)('%s is private whatever the C-bit, and its faults have bit 33', (kind, errorLow) => {
    const w = new Workbench();
    w.rmpupdate(7, { asid: 9 });
    const { outcome, faults } = w.access(7, { access: kind, cBit: false });
    expect(outcome).toBe('nested-fault');
    expect(faults.map((fault) => [fault.errorLow >>> 0, fault.errorHigh, fault.reason])).toEqual([[errorLow, 0b110, 'not-owned']]);
  });

  test('are read and written through the cipher', () => {
    const w = new Workbench();
    w.change('private', 7);
    expect(w.access(7, { access: 'page-table-write', size: 8, content: 0x67, cBit: false }).outcome).toBe('completed');
    expect(w.access(7, { access: 'page-table-read', size: 8, cBit: false }).data).toEqual(new Uint8Array(8).fill(0x67));
    expect(w.read(7).data).not.toEqual(new Uint8Array(8).fill(0x67));
  });

  test('need the VMPL: read for a walk, write for Accessed and Dirty', () => {
    const w = new Workbench();
    w.change('private', 7);
    w.rmpadjust(7, { mask: 1 });
    expect(w.access(7, { access: 'page-table-read', vmpl: 1 }).outcome).toBe('completed');
    expect(w.access(7, { access: 'page-table-write', vmpl: 1 }).faults).toMatchObject([{ reason: 'vmpl', errorHigh: 0b1_0110 }]);
  });
});

describe('vTOM', () => {
  const TOP = 1024;
  const w = bench({ virtualTom: asGfn(TOP) });

  test('data below it is private, from it on shared', () => {
    expect(access(w, TOP - 1).faults).toMatchObject([{ reason: 'not-owned', errorHigh: 0b101, action: 'made-private' }]);
    expect(access(w, TOP)).toMatchObject({ outcome: 'completed', faults: [] });
    // The second page of a store over the border is shared.
    w.pvalidate(TOP - 1);
    expect(access(w, TOP - 1, { offset: 4095, size: 2, content: 0x5a })).toMatchObject({ outcome: 'completed', bytesDone: 2 });
    expect(w.read(TOP - 1, 4096).data[4095]).not.toBe(0x5a);
    expect(w.read(TOP, 1).data[0]).toBe(0x5a);
  });

  test('instructions and tables above it are private still', () => {
    for (const [gfn, kind] of [
      [TOP + 5, 'execute'],
      [TOP + 6, 'page-table-read'],
    ] as const)
      expect(access(w, gfn, { access: kind }).faults).toMatchObject([{ reason: 'not-owned' }]);
  });

  test('the C-bit is reserved', () => {
    for (const [kind, errorCode] of [
      ['read', 0x9],
      ['write', 0xb],
      ['execute', 0x19],
    ] as const) {
      const seen = w.access(3, { access: kind, cBit: true });
      expect(seen).toMatchObject({ outcome: 'page-fault', bytesDone: 0, exception: { vector: 14, errorCode, gfn: 3 }, faults: [] });
    }
    expect(w.access(3, { access: 'read', cBit: false }).exception).toMatchObject({ vector: 29 });
  });

  test('is a multiple of 2 MiB', () => {
    expect(() => bench({ virtualTom: asGfn(7) })).toThrow(/2 MiB/);
  });
});

test('with ReflectVC no #VC reaches the guest', () => {
  const w = bench({ reflectVc: true });
  w.change('private', 7, 1, { validate: false });
  expect(w.access(7)).toMatchObject({ outcome: 'vmexit-vc', exception: { vector: 29, errorCode: 0x404, gfn: 7 } });
  expect(w.events.at(-1)).toMatchObject({ type: 'vc-exception', reflected: true });
  expect(w.rmpadjust(7)).toMatchObject({ outcome: 'vmexit-vc', status: 'VC_EXCEPTION' });
});

describe('PVALIDATE that falls back', () => {
  const validate = (w: Workbench, gfn: number, fallback: boolean) => {
    const result = w.run({ op: 'pvalidate', gfn: asGfn(gfn), offset: 0, pageSize: 2, validate: true, vmpl: 0, fallback });
    if (isRejection(result) || result.outcome.op !== 'pvalidate') throw new Error('refused');
    return result.outcome;
  };

  test('does the 512 pages one by one, and says whether any had been valid', () => {
    const w = new Workbench();
    w.change('private', 512, 1, { pages: 512, validate: false });
    expect(validate(w, 512, false)).toMatchObject({ status: 'FAIL_SIZEMISMATCH', fallbackPages: 0, carry: null });
    expect(validate(w, 512, true)).toMatchObject({ status: 'SUCCESS', code: 0, fallbackPages: 512, carry: false });
    expect(w.events.at(-1)).toMatchObject({ type: 'pvalidated', gfn: 512, pages: 512, pageSize: 1, carry: false });
    w.pvalidate(515, 1, false);
    expect(validate(w, 512, true)).toMatchObject({ fallbackPages: 512, carry: true });
    expect([512, 515, 1023].map((gfn) => w.state(gfn))).toEqual(['guest-valid', 'guest-valid', 'guest-valid']);
  });

  test('changes nothing where 2M is answered', () => {
    const w = new Workbench();
    w.change('private', 512, 2, { validate: false });
    expect(validate(w, 512, true)).toMatchObject({ status: 'SUCCESS', fallbackPages: 0, carry: false });
  });

  test('ends where there is no memory', () => {
    const w = new Workbench({ pages: 512 + 9 });
    expect(validate(w, 512, true)).toMatchObject({ outcome: 'nested-fault', status: 'NESTED_FAULT', code: null, fallbackPages: 0 });
    expect(w.state(512 + 8)).toBe('guest-valid');
  });
});
