/** The v1 column of the comparison matrix (generations.md 9), row by row. */
import { describe, expect, it } from 'vitest';
import { asGfn, asPfn, type Backing, FRAME_BASE, type WriteOutcome } from '../../src/core/index.js';
import { between, Workbench, writeTo } from './workbench.js';

const GIB = 262_144;
const decisions = (o: WriteOutcome): unknown[] => o.faults.filter((f) => f.kind === 'rmp').map((f) => f.decision);
const actions = (o: WriteOutcome): string[] => o.faults.map((f) => f.action);

/** A 2M region at gfn 512 with these private 4K pages. */
function region(backing: Backing, privatePages: readonly number[], generation: 'rfc-v1' | 'rfc-v1-reply' = 'rfc-v1'): Workbench {
  const w = new Workbench({ backing, generation, pages: backing === 'hugetlb-1G' ? GIB : 2048 });
  for (const page of privatePages) w.change('private', page);
  return w;
}

describe('user stores under v1', () => {
  it('row 1: a 4K leaf on a shared page is stored to', () => {
    expect(region('4k', [513]).write(512)).toMatchObject({ outcome: 'completed', faults: [] });
  });

  it('row 2: a 4K leaf on a page that is shared only by lookup time is retried', () => {
    const w = region('4k', [512]);
    const o = w.write(512, { inject: between('shared') });
    expect(o).toMatchObject({
      outcome: 'completed',
      faults: [{ decision: 'RETRY', action: 'none', reason: 'page-assigned', lookedUp: { assigned: false } }],
    });
  });

  it('row 3: a 4K leaf on a 4K-assigned page is a SIGBUS at the exact address', () => {
    const o = region('4k', [512]).write(512, { target: { space: 'gpa', page: asGfn(512), offset: 0x123 } });
    expect(o).toMatchObject({
      outcome: 'sigbus',
      bytesWritten: 0,
      faults: [
        {
          errorCode: 0x8000_0007 | 0,
          level: 1,
          decision: 'KILL',
          faultFlags: null,
          action: 'sigbus',
          offset: 0x123,
          signal: { number: 7, code: 2, codeName: 'BUS_ADRERR' },
        },
      ],
    });
  });

  it('row 4: a 4K leaf inside a 2M entry is a SIGBUS', () => {
    const w = region('thp', []);
    w.change('private', 512, 2);
    w.write(519, { inject: between('split') });
    expect(w.write(519)).toMatchObject({ outcome: 'sigbus', faults: [{ level: 1, lookedUp: { assigned: true, level: 2 } }] });
  });

  it('row 5: a 2M leaf over 512 shared pages is stored to', () => {
    expect(region('thp', []).write(512)).toMatchObject({ outcome: 'completed', faults: [] });
  });

  it('row 6: a 2M anonymous leaf beside an assigned page is split, then stored to', () => {
    const w = region('thp', [513]);
    const o = w.write(512);
    expect(o).toMatchObject({
      outcome: 'completed',
      bytesWritten: 64,
      faults: [
        {
          level: 2,
          reason: 'mapping-overlaps-assigned',
          decision: 'PAGE_SPLIT',
          faultFlags: 0x655,
          action: 'split',
          lookedUp: { assigned: false, level: 1 },
        },
      ],
    });
    expect(w.write(514)).toMatchObject({ outcome: 'completed', faults: [] });
  });

  it('row 7: a 2M anonymous leaf on a 4K-assigned page is a SIGBUS without a split', () => {
    const w = region('thp', [512]);
    expect(w.write(512)).toMatchObject({ outcome: 'sigbus', faults: [{ level: 2, action: 'sigbus' }] });
    expect(w.m.counters.splits).toBe(0);
  });

  it('row 8: a 2M anonymous leaf on a 2M entry is a SIGBUS', () => {
    const w = region('thp', []);
    w.change('private', 512, 2);
    expect(w.write(519)).toMatchObject({ outcome: 'sigbus', faults: [{ level: 2, lookedUp: { assigned: true, level: 2 } }] });
  });

  it('row 9: a 2M leaf whose conflict vanished before the look-up is split all the same', () => {
    const o = region('thp', [513]).write(512, { inject: between('region-shared') });
    expect(o).toMatchObject({ outcome: 'completed', faults: [{ decision: 'PAGE_SPLIT', action: 'split' }] });
  });

  it.each(['shmem-thp', 'dax-2M'] as const)('rows 10 and 17: a %s leaf is cleared and mapped huge again without end', (backing) => {
    const w = region(backing, [513]);
    const o = w.write(512);
    expect(o).toMatchObject({ outcome: 'ping-pong', bytesWritten: 0 });
    expect(actions(o)).toEqual(['cleared', 'mapped']);
    expect(o.faults.map((f) => f.repeats)).toEqual([1, 1]);
    expect(w.m.pageTable.presentLevel(w.m.layout.slots[0].vpn + 512)).toBe(2);
  });

  it('row 11: hugetlb 2M beside an assigned page faults without end', () => {
    const w = region('hugetlb-2M', [513]);
    const before = w.m.seq;
    expect(w.write(512)).toMatchObject({ outcome: 'livelock', faults: [{ decision: 'PAGE_SPLIT', action: 'none', repeats: 1 }] });
    expect(w.m.seq).toBe(before + 1);
  });

  it('row 12: hugetlb 2M on an assigned page is a SIGBUS', () => {
    expect(region('hugetlb-2M', [512]).write(512)).toMatchObject({ outcome: 'sigbus', faults: [{ decision: 'KILL' }] });
  });

  it.each([
    ['row 13: neighbour assigned, head shared: endless', [514], 513, 'livelock', 'PAGE_SPLIT', 512],
    ['row 14: head assigned, target shared: a wrong SIGBUS', [512], 513, 'sigbus', 'KILL', 512],
    ['row 15: target assigned, head shared: endless, where SIGBUS is due', [513], 513, 'livelock', 'PAGE_SPLIT', 512],
  ] as const)('hugetlb 1G, %s', (_name, privatePages, target, outcome, decision, lookedUp) => {
    const o = region('hugetlb-1G', privatePages).write(target);
    expect(o.outcome).toBe(outcome);
    expect(o.faults).toMatchObject([{ level: 3, decision, lookedUp: { pfn: FRAME_BASE + lookedUp } }]);
  });

  it('row 16: a 1G leaf with an assigned page in another 2M is stored to', () => {
    expect(region('hugetlb-1G', [5]).write(512)).toMatchObject({ outcome: 'completed', faults: [] });
  });

  it('row 18: a leaf unmapped before the look-up is a SIGBUS', () => {
    const o = region('thp', [513]).write(512, { inject: between('unmapped') });
    expect(o).toMatchObject({ outcome: 'sigbus', faults: [{ decision: 'KILL', lookedUp: null, dmesg: [] }] });
  });

  it.each(['swapped', 'migrating'] as const)(
    'row 19: a leaf %s before the look-up gives a garbage frame, an alert and a SIGBUS',
    (change) => {
      const o = region('thp', [513]).write(512, { inject: between(change) });
      expect(o.outcome).toBe('sigbus');
      expect(o.faults[0]).toMatchObject({ decision: 'KILL', lookedUp: null });
      expect(o.faults[0].dmesg).toEqual(['SEV-SNP: failed to lookup RMP entry for address 0x7f0000200000 pfn 0xffffffffff']);
    },
  );

  it('row 20: a failing look-up is an alert and a SIGBUS', () => {
    const o = region('thp', [513]).write(512, { inject: { lookupFailure: { pfn: asPfn(FRAME_BASE + 512) } } });
    expect(o).toMatchObject({ outcome: 'sigbus', faults: [{ decision: 'KILL', lookedUp: null }] });
    expect(o.faults[0].dmesg).toEqual(['SEV-SNP: failed to lookup RMP entry for address 0x7f0000200000 pfn 0x100200']);
  });

  it('row 22: the second of two threads finds the split done and is retried', () => {
    const o = region('thp', [513]).write(512, { inject: between('split') });
    expect(o).toMatchObject({
      outcome: 'completed',
      faults: [{ level: 2, decision: 'RETRY', action: 'none', lookedUp: { assigned: false } }],
    });
  });

  it('row 23: a read of a private page does not fault', () => {
    expect(region('thp', [512]).read(512)).toMatchObject({ outcome: 'completed', bytesRead: 8, faults: [] });
  });

  it('row 24: a store to the address of a private page is a SIGBUS that ends the VMM', () => {
    const w = new Workbench({ onSigbus: 'kill' });
    w.change('private', 512);
    expect(w.write(512).outcome).toBe('sigbus');
    expect(w.m.state).toBe('killed');
    expect(w.events.at(-1)).toMatchObject({ type: 'vm-killed', cause: 'sigbus' });
    expect(w.rejection(writeTo(0)).code).toBe('vm-killed');
  });
});

describe('kernel stores under v1', () => {
  it('row 26: copy-to-user on an assigned 4K leaf is EFAULT without a signal', () => {
    const o = region('4k', [512]).write(512, { via: 'copy-to-user' });
    expect(o).toMatchObject({
      outcome: 'efault',
      faults: [{ origin: 'kernel', errorCode: 0x8000_0003 | 0, decision: 'KILL', action: 'efault', signal: null }],
    });
  });

  it('row 27: a sleepable copy-to-user beside an assigned page splits and goes on', () => {
    const o = region('thp', [513]).write(512, { via: 'copy-to-user' });
    expect(o).toMatchObject({ outcome: 'completed', faults: [{ decision: 'PAGE_SPLIT', faultFlags: 0x615, errorCode: 0x8000_0003 | 0 }] });
  });

  it('row 28: with page faults disabled it is EFAULT and nothing is split', () => {
    const w = region('thp', [513]);
    const o = w.write(512, { via: 'copy-to-user', pagefaultDisabled: true });
    expect(o).toMatchObject({ outcome: 'efault', faults: [{ decision: 'NONE', lookedUp: null, faultFlags: null, action: 'efault' }] });
    expect(w.m.counters.splits).toBe(0);
  });

  it('row 30: a direct-map store to an assigned frame is an oops with the entry dumped', () => {
    const w = region('thp', [512]);
    const o = w.write(512, { via: 'direct-map' });
    expect(o).toMatchObject({ outcome: 'oops', faults: [{ space: 'direct-map', decision: 'NONE', action: 'oops', level: 1 }] });
    expect(o.faults[0].dmesg).toEqual([
      'BUG: unable to handle page fault for address: ffff888100200000',
      '#PF: supervisor write access in kernel mode',
      '#PF: error_code(0x80000003) - rmp violation',
      'SEV-SNP: PFN 0x100200, RMP entry: [0x4008000000200001 - 0x000000000000001f]',
    ]);
    expect(w.m.state).toBe('killed');
  });

  it('row 31: a direct-map store beside an assigned frame is stored, since the direct map was split before', () => {
    const w = region('thp', [513]);
    expect(w.write(512, { via: 'direct-map' })).toMatchObject({ outcome: 'completed', faults: [] });
  });

  it('a direct map left whole faults beside an assigned frame, and the dump shows the neighbour', () => {
    const w = region('thp', []);
    w.rmpupdate(513, { directMap: false });
    const o = w.write(512, { via: 'direct-map' });
    expect(o).toMatchObject({ outcome: 'oops', faults: [{ level: 2, reason: 'mapping-overlaps-assigned' }] });
    expect(o.faults[0].dmesg.slice(3)).toEqual([
      'SEV-SNP: PFN 0x100200 unassigned, dumping non-zero entries in 2M PFN region: [0x100200 - 0x100400]',
      'SEV-SNP: PFN: 0x100201, [0x0008000000201001 - 0x000000000000001f]',
    ]);
  });

  it('row 32: a direct-map read of an assigned frame does not fault', () => {
    expect(region('thp', [512]).read(512, 8, 'direct-map')).toMatchObject({ outcome: 'completed' });
  });
});

describe('the guest under v1', () => {
  it('row 35: a 4K PVALIDATE in a 2M entry is answered by PSMASH', () => {
    const w = region('thp', []);
    w.change('private', 512, 2, { validate: false });
    expect(w.pvalidate(519)).toMatchObject({ status: 'SUCCESS', faults: [{ action: 'psmash' }] });
  });

  it('row 36: PVALIDATE of an unassigned page makes it private 4K', () => {
    const w = region('thp', []);
    expect(w.pvalidate(519)).toMatchObject({ status: 'SUCCESS', carry: false, faults: [{ action: 'made-private', errorHigh: 4 }] });
    expect(w.m.rmp.stateAt(FRAME_BASE + 519)).toBe('guest-valid');
  });

  it('row 38: a private 4K beside shared data changes the RMP alone; the host learns at its next store', () => {
    const w = region('thp', []);
    w.change('private', 513);
    expect(w.m.pageTable.presentLevel(w.m.layout.slots[0].vpn + 512)).toBe(2);
    expect(decisions(w.write(512))).toEqual(['PAGE_SPLIT']);
  });

  it.each([
    ['4K', 513, 1],
    ['2M', 512, 2],
  ] as const)('row 40: an RMPUPDATE of %s splits the direct map, once', (_name, gfn, pageSize) => {
    const w = region('thp', []);
    w.change('private', gfn, pageSize);
    w.change('shared', gfn, pageSize);
    const splits = w.events.filter((e) => e.type === 'direct-map-split');
    expect(splits).toMatchObject([{ gfn: 512, pfn: FRAME_BASE + 512, pages: 512 }]);
    expect(w.m.rmp.isDirectMapSplit(FRAME_BASE + 512)).toBe(true);
  });
});

describe('rfc-v1-reply: a split that fails ends in SIGBUS', () => {
  it.each(['hugetlb-2M', 'hugetlb-1G'] as const)('on %s', (backing) => {
    const o = region(backing, [514], 'rfc-v1-reply').write(513);
    expect(o).toMatchObject({
      outcome: 'sigbus',
      faults: [{ decision: 'PAGE_SPLIT', action: 'split-failed', signal: { name: 'SIGBUS' } }],
    });
  });

  it('for an injected failure, where v1 tries again', () => {
    const inject = { splitFailure: { nth: 1 } };
    expect(region('thp', [513], 'rfc-v1-reply').write(512, { inject })).toMatchObject({
      outcome: 'sigbus',
      faults: [{ action: 'split-failed' }],
    });
    const o = region('thp', [513]).write(512, { inject });
    expect(o.outcome).toBe('completed');
    expect(actions(o)).toEqual(['split-failed', 'split']);
  });

  it('as EFAULT for copy-to-user', () => {
    const o = region('hugetlb-2M', [513], 'rfc-v1-reply').write(512, { via: 'copy-to-user' });
    expect(o).toMatchObject({ outcome: 'efault', faults: [{ action: 'split-failed', signal: null }] });
  });

  it('but a cleared file mapping counts as split: it stays a ping-pong', () => {
    expect(region('shmem-thp', [513], 'rfc-v1-reply').write(512).outcome).toBe('ping-pong');
  });
});

describe('no-snp', () => {
  it('stores everywhere and leaves the direct map whole', () => {
    const w = new Workbench({ generation: 'no-snp' });
    w.change('private', 512);
    expect(w.write(512)).toMatchObject({ outcome: 'completed', faults: [] });
    expect(w.write(512, { via: 'direct-map' })).toMatchObject({ outcome: 'completed' });
    expect(w.events.some((e) => e.type === 'direct-map-split')).toBe(false);
  });
});
