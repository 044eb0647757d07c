/** The model alone against the comparison matrix: every row that rfc-v1 has here, so that the oracle itself is known to be right. */
import { describe, expect, test } from 'vitest';
import { asGfn, asPfn, asVpn } from '../../src/core/address.js';
import type { BetweenChange, Command, Inject, PageStateOperation, Via } from '../../src/core/command.js';
import { FRAME_BASE, HVA_BASE_VPN } from '../../src/core/config.js';
import { DEFAULT_DOUBTS } from '../../src/core/doubts.js';
import type { Backing, MachineConfig } from '../../src/core/config.js';
import { isRejection } from '../../src/core/error.js';
import type { Outcome, WriteOutcome } from '../../src/core/outcome.js';
import { createNaive } from './naive-machine.js';
import type { Naive } from './naive-machine.js';

function config(backing: Backing, change: Partial<MachineConfig> = {}): MachineConfig {
  const pages = backing === 'hugetlb-1G' ? 262_144 : 1024;
  return {
    generation: 'rfc-v1',
    asid: 1,
    seed: 1,
    onSigbus: 'report',
    doubts: DEFAULT_DOUBTS,
    memslots: [{ gfn: asGfn(0), pages, vpn: asVpn(HVA_BASE_VPN), backing, initialState: 'shared' }],
    ...change,
  };
}

function run(naive: Naive, command: Command): Outcome {
  const result = naive.apply(command);
  if (isRejection(result)) throw new Error(result.code);
  return result.outcome;
}

function ask(naive: Naive, operation: PageStateOperation, gfn: number, pageSize: 1 | 2 = 1): void {
  run(naive, {
    op: 'page-state-change',
    entries: [{ gfn: asGfn(gfn), pages: 1, pageSize, operation }],
    validate: true,
    strictGuest: false,
  });
}

function write(naive: Naive, gfn: number, options: { via?: Via; atomic?: boolean; inject?: Inject } = {}): WriteOutcome {
  const outcome = run(naive, {
    op: 'hypervisor-write',
    target: { space: 'gpa', page: asGfn(gfn), offset: 0 },
    size: 8,
    via: options.via ?? 'user',
    pagefaultDisabled: options.atomic ?? false,
    ...(options.inject === undefined ? {} : { inject: options.inject }),
  });
  if (outcome.op !== 'hypervisor-write') throw new Error('not a write');
  return outcome;
}

/** The outcome and, per fault, what the handler decided and did. */
function story(outcome: WriteOutcome): string {
  return [outcome.outcome, ...outcome.faults.map((f) => `${f.decision ?? f.kind}/${f.action}`)].join(' ');
}

const between = (change: BetweenChange, gfn?: number): Inject => ({
  between: { nth: 1, change, ...(gfn === undefined ? {} : { gfn: asGfn(gfn) }) },
});

/** Row of the matrix, backing, pages made private 4K (or one 2M entry), what happens meanwhile, page written, expected story. */
const rows: readonly [string, Backing, readonly number[] | '2M', Inject | undefined, number, string][] = [
  ['1: a 4K leaf over a shared page', '4k', [7], undefined, 8, 'completed'],
  ['2: shared only by the time of the look-up', '4k', [7], between('shared'), 7, 'completed RETRY/none'],
  ['3: a 4K leaf over an assigned page', '4k', [7], undefined, 7, 'sigbus KILL/sigbus'],
  ['5: an anonymous 2M leaf over shared pages', 'thp', [], undefined, 7, 'completed'],
  ['6: an anonymous 2M leaf, the neighbour assigned', 'thp', [8], undefined, 7, 'completed PAGE_SPLIT/split'],
  ['7: an anonymous 2M leaf over an assigned 4K page', 'thp', [7], undefined, 7, 'sigbus KILL/sigbus'],
  ['8: an anonymous 2M leaf over a 2M entry', 'thp', '2M', undefined, 7, 'sigbus KILL/sigbus'],
  ['9: the conflict is gone before the look-up, and still a split', 'thp', [8], between('region-shared'), 7, 'completed PAGE_SPLIT/split'],
  ['10: a file huge page that comes back', 'shmem-thp', [8], undefined, 7, 'ping-pong PAGE_SPLIT/cleared not-present/mapped'],
  ['11: hugetlb cannot split', 'hugetlb-2M', [8], undefined, 7, 'livelock PAGE_SPLIT/none'],
  ['12: hugetlb, the page itself assigned', 'hugetlb-2M', [7], undefined, 7, 'sigbus KILL/sigbus'],
  ['13: 1G, head shared, neighbour assigned', 'hugetlb-1G', [8], undefined, 7, 'livelock PAGE_SPLIT/none'],
  ['14: 1G, head assigned: wrongly a signal', 'hugetlb-1G', [0], undefined, 7, 'sigbus KILL/sigbus'],
  ['15: 1G, target assigned and head shared: wrongly no signal', 'hugetlb-1G', [7], undefined, 7, 'livelock PAGE_SPLIT/none'],
  ['16: 1G, assigned in another 2M of it', 'hugetlb-1G', [1024], undefined, 7, 'completed'],
  ['17: fsdax comes back huge', 'dax-2M', [8], undefined, 7, 'ping-pong PAGE_SPLIT/cleared not-present/mapped'],
  ['18: the leaf is gone at the look-up', 'thp', [8], between('unmapped'), 7, 'sigbus KILL/sigbus'],
  ['19: the leaf is swapped out at the look-up', 'thp', [8], between('swapped'), 7, 'sigbus KILL/sigbus'],
  ['20: the look-up fails', 'thp', [8], { lookupFailure: { pfn: asPfn(FRAME_BASE + 7) } }, 7, 'sigbus KILL/sigbus'],
  ['22: another thread has split already', 'thp', [8], between('split'), 7, 'completed RETRY/none'],
];

describe('the model and the v1 column of the comparison matrix', () => {
  test.each(rows)('row %s', (_row, backing, assigned, inject, written, expected) => {
    const naive = createNaive(config(backing));
    if (assigned === '2M') ask(naive, 'private', 0, 2);
    else for (const gfn of assigned) ask(naive, 'private', gfn);
    expect(story(write(naive, written, inject === undefined ? {} : { inject }))).toBe(expected);
  });

  test('row 4: a 4K leaf inside a 2M entry', () => {
    const naive = createNaive(config('thp'));
    ask(naive, 'private', 0, 2);
    write(naive, 7, { inject: between('split') });
    expect(story(write(naive, 7))).toBe('sigbus KILL/sigbus');
  });

  test('rows 23 and 32: no read of the host is checked', () => {
    const naive = createNaive(config('thp'));
    write(naive, 7);
    ask(naive, 'private', 7);
    for (const via of ['user', 'direct-map'] as const) {
      const target = { space: 'gpa', page: asGfn(7), offset: 0 } as const;
      expect(run(naive, { op: 'hypervisor-read', target, size: 8, via })).toMatchObject({ outcome: 'completed', bytesRead: 8, faults: [] });
    }
  });

  test('rows 26 to 28: a copy to the user ends in EFAULT where the user would be signalled, and splits where it may sleep', () => {
    const naive = createNaive(config('thp'));
    ask(naive, 'private', 8);
    expect(story(write(naive, 7, { via: 'copy-to-user', atomic: true }))).toBe('efault NONE/efault');
    const slept = write(naive, 7, { via: 'copy-to-user' });
    expect(story(slept)).toBe('completed PAGE_SPLIT/split');
    expect(slept.faults.map((f) => [f.errorCode >>> 0, f.faultFlags])).toEqual([[0x80000003, 0x615]]);
    expect(story(write(naive, 8, { via: 'copy-to-user' }))).toBe('efault KILL/efault');
  });

  test('rows 30 and 31: the direct map is fine beside an assigned page and an oops on it, which ends the VMM', () => {
    const naive = createNaive(config('thp'));
    ask(naive, 'private', 8);
    expect(story(write(naive, 7, { via: 'direct-map' }))).toBe('completed');
    expect(story(write(naive, 8, { via: 'direct-map' }))).toBe('oops NONE/oops');
    expect(naive.state.killed).toBe(true);
  });

  test('row 35: PVALIDATE of a 4K page in a 2M entry is answered by PSMASH', () => {
    const naive = createNaive(config('thp'));
    ask(naive, 'private', 0, 2);
    const outcome = run(naive, { op: 'pvalidate', gfn: asGfn(7), offset: 0, pageSize: 1, validate: true, vmpl: 0 });
    expect(outcome).toMatchObject({
      status: 'SUCCESS',
      carry: true,
      faults: [{ action: 'psmash', errorHigh: 0xc, errorLow: 0x80000005 | 0 }],
    });
  });

  test('row 36: PVALIDATE of an unassigned page makes it private', () => {
    const naive = createNaive(config('thp'));
    const outcome = run(naive, { op: 'pvalidate', gfn: asGfn(7), offset: 0, pageSize: 1, validate: true, vmpl: 0 });
    expect(outcome).toMatchObject({ status: 'SUCCESS', carry: false, faults: [{ action: 'made-private', errorHigh: 4 }] });
  });

  test('rows 38 and 40: a change beside data that the host maps huge succeeds, and splits the direct map once', () => {
    const naive = createNaive(config('thp'));
    const types = [7, 8].map((gfn) => {
      const result = naive.apply({
        op: 'page-state-change',
        entries: [{ gfn: asGfn(gfn), pages: 1, pageSize: 1, operation: 'private' }],
        validate: false,
        strictGuest: false,
      });
      return isRejection(result) ? [] : result.events.map((e) => e.type);
    });
    expect(types).toEqual([
      ['direct-map-split', 'rmp-updated', 'page-state-changed'],
      ['rmp-updated', 'page-state-changed'],
    ]);
  });

  test('rfc-v1-reply answers a split that cannot be with SIGBUS', () => {
    const naive = createNaive(config('hugetlb-2M', { generation: 'rfc-v1-reply' }));
    ask(naive, 'private', 8);
    const outcome = write(naive, 7);
    expect(story(outcome)).toBe('sigbus PAGE_SPLIT/split-failed');
    expect(outcome.faults[0].signal).toMatchObject({ name: 'SIGBUS', codeName: 'BUS_ADRERR' });
  });

  test('no-snp checks no write', () => {
    const naive = createNaive(config('hugetlb-2M', { generation: 'no-snp' }));
    ask(naive, 'private', 8);
    expect(story(write(naive, 8))).toBe('completed');
  });
});
