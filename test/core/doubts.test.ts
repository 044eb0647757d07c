/** Each doubt of hardware.md 10 changes something: the same steps under its two values. */
import { expect, test } from 'vitest';
import { asGfn, asPfn, DEFAULT_DOUBTS, DOUBT_VALUES, type DoubtName, type Doubts, FRAME_BASE, rmpTable } from '../../src/core/index.js';
import { Workbench } from './workbench.js';

const AT = 512;
const zero = { assigned: false, asid: 0, gfn: 0 } as const;

function smashed(w: Workbench): Workbench {
  w.change('private', AT, 2);
  w.psmash(AT);
  return w;
}

/** Those of the hardware; what the kernels' do is in matrix.test.ts. */
type OfHardware = Extract<DoubtName, `D${number}`>;
/** What is seen with the default, and with the other value. */
const ROWS: Readonly<Record<Exclude<OfHardware, 'D11'>, readonly [see: (w: Workbench) => unknown, usual: unknown, other: unknown]>> = {
  D1: [
    (w) => {
      w.rmpupdate(AT, { pageSize: 2, immutable: true });
      return w.rmpupdate(AT + 3).code;
    },
    2,
    4,
  ],
  D2: [(w) => w.rmpupdate(7, { assigned: false }).code, 1, 2],
  D3: [
    (w) => {
      w.change('private', 7);
      w.rmpupdate(7, { immutable: true });
      return w.state(7);
    },
    'pre-swap',
    'pre-guest',
  ],
  D4: [(w) => smashed(w).rmpupdate(AT, { pageSize: 2 }).code, 4, 0],
  D5: [
    (w) => {
      w.change('private', AT, 2);
      const { asid, gfn, validated } = w.m.rmp.entryAt(asPfn(FRAME_BASE + AT + 3));
      return [asid, gfn, validated];
    },
    [0, 0, false],
    [1, AT + 3, true],
  ],
  D6: [
    (w) => {
      w.change('private', AT, 2);
      w.write(AT + 3, { inject: { between: { nth: 1, change: 'split' } } });
      return [w.pvalidate(AT, 2).faults.length, w.pvalidate(AT, 2).code];
    },
    [1, 6],
    [0, 6],
  ],
  D7: [(w) => w.pvalidate(7, 1, true, 1).status, 'GENERAL_PROTECTION', 'FAIL_PERMISSION'],
  D8: [
    (w) => {
      w.change('private', 7);
      return w.access(7, { vmpl: 1 }).faults.map(({ errorLow, errorHigh }) => [errorLow >>> 0, errorHigh]);
    },
    [[0x8000_0007, 0x15]],
    [[0x7, 0x15]],
  ],
  D9: [(w) => rmpTable(w.m, 'segmented').config, 0x2401, 0x0601],
  D10: [
    (w) => {
      w.change('private', 7);
      // No handler of this machine ends it: the split is impossible, as it is for hugetlb.
      const { outcome, faults } = w.write(8, { target: { space: 'gpa', page: asGfn(8), offset: 16 } });
      return [outcome, faults.map(({ action, signal, offset }) => [action, signal?.codeName ?? null, offset])];
    },
    ['livelock', [['none', null, 16]]],
    ['sigbus', [['sigbus', 'BUS_ADRERR', 16]]],
  ],
  D12: [
    (w) => {
      w.change('private', AT, 2);
      return [w.rmpupdate(AT + 3, zero).code, w.state(AT + 3), w.state(AT + 4)];
    },
    [4, 'guest-valid', 'guest-valid'],
    [0, 'hypervisor', 'guest-valid'],
  ],
  D13: [
    (w) => {
      w.change('private', 7);
      w.rmpadjust(7, { mask: 3 });
      w.access(7, { vmpl: 1 });
      w.rmpadjust(7, { mask: 0 });
      return w.access(7, { vmpl: 1 }).outcome;
    },
    'nested-fault',
    'completed',
  ],
  D14: [
    (w) => {
      w.change('private', 7);
      w.write(8, { content: 0x11 });
      w.access(7, { content: 0x22 });
      const guests = w.read(7, 2).data;
      return [[...w.read(8, 2).data], guests.every((byte) => byte === 0xff)];
    },
    [[0x11, 0x11], false],
    [[0x11, 0x11], true],
  ],
  D15: [
    (w) => {
      w.change('private', 7);
      return w.access(7).faults.map(({ reason }) => reason);
    },
    [],
    ['locked'],
  ],
  D16: [
    (w) => {
      w.rmpupdate(AT);
      return w.rmpupdate(AT, { pageSize: 2 }).code;
    },
    4,
    0,
  ],
};

test.each(Object.entries(ROWS))('%s', (name, [see, usual, other]) => {
  const [first, second] = DOUBT_VALUES[name as DoubtName];
  expect(DEFAULT_DOUBTS[name as DoubtName]).toBe(first);
  const backing = name === 'D10' ? 'hugetlb-2M' : 'thp';
  expect(see(new Workbench({ backing }))).toEqual(usual);
  expect(see(new Workbench({ backing, config: { doubts: { ...DEFAULT_DOUBTS, [name]: second } as Doubts } }))).toEqual(other);
});

test.each([
  ['the guest flushes on entry', (w: Workbench) => void w.enter(9, { flushTlb: true })],
  ['the page is smashed with its region', (w: Workbench) => void w.psmash(AT)],
  ['the page is validated anew', (w: Workbench) => void (w.pvalidate(AT, 2, false), w.pvalidate(AT, 2))],
])('with D13 stale-vmpl a translation goes where %s', (_name, end) => {
  const w = new Workbench({ config: { doubts: { ...DEFAULT_DOUBTS, D13: 'stale-vmpl' } } });
  w.vmsa(9);
  w.change('private', AT, 2);
  w.rmpadjust(AT, { pageSize: 2, mask: 3 });
  // The TLB's entry is as large as the smaller leaf: a guest leaf of 2M covers the neighbours too.
  w.access(AT, { vmpl: 1, guestLevel: 2 });
  w.rmpadjust(AT, { pageSize: 2, mask: 0 });
  expect(w.access(AT + 5, { vmpl: 1 }).outcome).toBe('completed');
  end(w);
  expect(w.access(AT + 5, { vmpl: 1 }).outcome).toBe('nested-fault');
});

test('with D13 a translation of 4K helps no neighbour', () => {
  const w = new Workbench({ config: { doubts: { ...DEFAULT_DOUBTS, D13: 'stale-vmpl' } } });
  w.change('private', AT, 2);
  w.rmpadjust(AT, { pageSize: 2, mask: 3 });
  w.access(AT, { vmpl: 1, guestLevel: 1 });
  w.rmpadjust(AT, { pageSize: 2, mask: 0 });
  expect(w.access(AT + 5, { vmpl: 1 }).outcome).toBe('nested-fault');
  expect(w.access(asGfn(AT), { vmpl: 1 }).outcome).toBe('completed');
});
