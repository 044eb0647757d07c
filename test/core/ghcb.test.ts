/** GHCB requests as bytes: progress, resuming, hints, and what is malformed, after hardware.md 5. */
import { describe, expect, it } from 'vitest';
import type { GhcbOutcome } from '../../src/core/index.js';
import { Workbench } from './workbench.js';

interface Entry {
  readonly gfn: number;
  readonly operation: number;
  readonly huge?: boolean;
  readonly done?: number;
}

const PRIVATE = 1;
const SHARED = 2;

function structure(entries: readonly Entry[], header: { readonly cur?: number; readonly end?: number } = {}): Buffer {
  const bytes = Buffer.alloc(8 + entries.length * 8);
  bytes.writeUInt16LE(header.cur ?? 0, 0);
  bytes.writeUInt16LE(header.end ?? entries.length - 1, 2);
  for (const [i, { gfn, operation, huge, done }] of entries.entries()) {
    bytes.writeBigUInt64LE(
      BigInt(done ?? 0) | (BigInt(gfn) << 12n) | (BigInt(operation) << 52n) | (huge === true ? 1n << 56n : 0n),
      8 + i * 8,
    );
  }
  return bytes;
}

type Nae = Extract<GhcbOutcome, { form: 'nae' }>;

function ask(w: Workbench, content: Uint8Array, stopAfterPages = Number.MAX_SAFE_INTEGER, inject = {}): Nae {
  const result = w.run({ op: 'ghcb-request', form: 'nae', content: Uint8Array.from(content), stopAfterPages, inject });
  if ('rejected' in result || result.outcome.op !== 'ghcb-request' || result.outcome.form !== 'nae') throw new Error('refused');
  return result.outcome;
}

function progress({ content }: Nae): readonly [cur: number, donePages: number[]] {
  const bytes = Buffer.from(content);
  const entries = Array.from({ length: (bytes.length - 8) / 8 }, (_, i) => bytes.readUInt16LE(8 + i * 8) & 0xfff);
  return [bytes.readUInt16LE(0), entries];
}

describe('the NAE form', () => {
  it('does all entries and counts them off', () => {
    const w = new Workbench();
    const answer = ask(
      w,
      structure([
        { gfn: 512, operation: PRIVATE, huge: true },
        { gfn: 7, operation: PRIVATE },
        { gfn: 7, operation: SHARED },
      ]),
    );
    expect([answer.exitInfo1, answer.exitInfo2, progress(answer)]).toEqual([0, [0, 0], [3, [512, 1, 1]]]);
    expect([w.state(512), w.state(700), w.state(7)]).toEqual(['guest-invalid', 'guest-invalid', 'hypervisor']);
    expect(w.m.rmp.isHuge(0x10_0000 + 512)).toBe(true);
  });

  it('stops early inside a 2M entry, which it goes on with by 4K when the bytes come again', () => {
    const w = new Workbench();
    const first = ask(
      w,
      structure([
        { gfn: 512, operation: PRIVATE, huge: true },
        { gfn: 7, operation: PRIVATE },
      ]),
      100,
    );
    expect([first.exitInfo2, progress(first)]).toEqual([
      [0, 0],
      [0, [100, 0]],
    ]);
    expect([w.state(611), w.state(612)]).toEqual(['guest-invalid', 'hypervisor']);
    const second = ask(w, first.content);
    expect(progress(second)).toEqual([2, [512, 1]]);
    expect(w.m.rmp.assignedAround(0x10_0000 + 512)).toBe(512);
    expect(w.m.rmp.isHuge(0x10_0000 + 512)).toBe(false);
  });

  it('takes PSMASH and UNSMASH for hints: success, and nothing happens', () => {
    const w = new Workbench();
    w.change('private', 512, 2);
    const answer = ask(
      w,
      structure([
        { gfn: 512, operation: 3, huge: true },
        { gfn: 512, operation: 4, huge: true },
      ]),
    );
    expect([answer.exitInfo2, progress(answer)]).toEqual([
      [0, 0],
      [2, [512, 512]],
    ]);
    expect(w.m.rmp.isHuge(0x10_0000 + 512)).toBe(true);
  });

  it.each([
    ['end beyond 252', structure([{ gfn: 7, operation: PRIVATE }], { end: 253 }), [0, [1, 1]]],
    ['cur beyond end: nothing to do', structure([{ gfn: 7, operation: PRIVATE }], { cur: 1 }), [0, [0, 0]]],
    ['an operation that is none', structure([{ gfn: 7, operation: 5 }]), [0, [1, 2]]],
    ['a 2M entry off its boundary', structure([{ gfn: 7, operation: PRIVATE, huge: true }]), [0, [1, 2]]],
    ['more pages done than there are', structure([{ gfn: 7, operation: PRIVATE, done: 2 }]), [0, [1, 2]]],
    ['a page that the host does not have', structure([{ gfn: 2 ** 30, operation: PRIVATE }]), [0, [0x100, 0]]],
    ['fewer bytes than a header', Buffer.alloc(7), [2, [0, 3]]],
    ['fewer bytes than entries', structure([{ gfn: 7, operation: PRIVATE }], { end: 1 }), [2, [0, 3]]],
    ['more bytes than the shared buffer', Buffer.alloc(2033), [2, [0, 3]]],
  ] as const)('answers %s', (_name, bytes, [exitInfo1, exitInfo2]) => {
    const w = new Workbench();
    expect(ask(w, bytes)).toMatchObject({ exitInfo1, exitInfo2 });
    expect(w.state(7)).toBe('hypervisor');
  });

  it('takes 253 entries, the most there can be', () => {
    const w = new Workbench();
    const answer = ask(w, structure(Array.from({ length: 253 }, (_, i) => ({ gfn: i, operation: PRIVATE }))));
    expect([answer.exitInfo2, progress(answer)[0]]).toEqual([[0, 0], 253]);
  });

  it('leaves cur_entry at the entry that failed, and what was done stays', () => {
    const w = new Workbench();
    const three = structure([7, 8, 9].map((gfn) => ({ gfn, operation: PRIVATE })));
    const answer = ask(w, three, undefined, { rmpupdate: { nth: 2, code: 2 } });
    expect([answer.exitInfo2, progress(answer)]).toEqual([
      [0x100, 0],
      [1, [1, 0, 0]],
    ]);
    expect([w.state(7), w.state(8)]).toEqual(['guest-invalid', 'hypervisor']);
  });
});

describe('the MSR form', () => {
  const quad = (value: bigint) =>
    ({ op: 'ghcb-request', form: 'msr', high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) }) as const;
  const ERROR = 0x8000_0000_0000_0015n;
  it.each([
    ['private', 0x0010_0000_0000_7014n, 0x15n, 'guest-invalid'],
    ['shared', 0x0020_0000_0000_7014n, 0x15n, 'hypervisor'],
    ['a hint, which this form does not have', 0x0030_0000_0000_7014n, ERROR, 'hypervisor'],
    ['no operation', 0x7014n, ERROR, 'hypervisor'],
    ['a page that the host does not have', 0x001f_ffff_ffff_f014n, ERROR, 'hypervisor'],
    ['features', 0x080n, 0x3081n, 'hypervisor'],
    ['SEV information', 0x002n, 0x0002_0001_3300_0001n, 'hypervisor'],
    ['registration of a GHCB', 0x7012n, 0x7013n, 'hypervisor'],
    ['a code that is none: the MSR keeps its value', 0x7fffn, 0x7fffn, 'hypervisor'],
  ] as const)('answers %s', (_name, value, expected, state) => {
    const w = new Workbench();
    const result = w.run(quad(value));
    if ('rejected' in result || result.outcome.op !== 'ghcb-request' || result.outcome.form !== 'msr') throw new Error('refused');
    expect((BigInt(result.outcome.high) << 32n) | BigInt(result.outcome.low)).toBe(expected);
    expect(w.state(7)).toBe(state);
  });
});
