/**
 * The comparison matrix (generations.md 9): its 40 rows, every generation's cell. A cell is a word of the matrix; what the word means in
 * outcome, decisions, actions, signal, error code, kernel log and events is written down once, below. Rows 1 to 22 and 26 to 28 of v7, v8 and
 * upstream are the starred cells: private memory is made to share its page with the VMM.
 */
import { describe, expect, it } from 'vitest';
import {
  asGfn,
  asPfn,
  type Backing,
  createMachine,
  type Event,
  FRAME_BASE,
  type GenerationName,
  generationOf,
  isRejection,
  type PageStateOutcome,
  type PrivateBacking,
  type PvalidateOutcome,
  type ReadOutcome,
  type WriteOutcome,
} from '../../src/core/index.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import { between, configOf, type Shape, Workbench } from './workbench.js';

const COLUMNS = ['rfc-v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'upstream', 'inplace'] as const satisfies readonly GenerationName[];
type Column = (typeof COLUMNS)[number];
const GIB = 262_144;

/** What was seen of one cell. */
interface Seen {
  readonly outcome: string;
  /** Error code, decision (or kind), action and signal of each fault. */
  readonly faults: readonly string[];
  /** Kinds of lines, those of faults and those beside them. */
  readonly log: readonly string[];
  /** Types, without those of the faults. */
  readonly events: readonly string[];
}

const LINES: readonly (readonly [string, RegExp])[] = [
  ['alert', /^SEV-SNP: failed to lookup RMP entry for address 0x[0-9a-f]+ pfn 0x[0-9a-f]+$/],
  ['fatal', /^SEV-SNP: Fatal RMP page fault, terminating process, entry assigned for pfn 0x[0-9a-f]+$/],
  ['force', /^SEV-SNP: force unassigned pfn 0x[0-9a-f]+$/],
  ['kvm', /^SEV-SNP: write to guest private gfn 0x[0-9a-f]+$/],
  ['bug', /^BUG: unable to handle page fault for address: [0-9a-f]{16}$/],
  ['access', /^#PF: supervisor (read|write) access in kernel mode$/],
  ['rmp', /^#PF: error_code\(0x80000003\) - (rmp|RMP) violation$/],
  ['absent', /^#PF: error_code\(0x000[02]\) - not-present page$/],
  ['dump', /^SEV-SNP: PFN 0x[0-9a-f]+, RMP entry: \[0x[0-9a-f]{16} - 0x[0-9a-f]{16}\]$/],
  ['leak', /^SEV-SNP: Leaking PFN range 0x[0-9a-f]+-0x[0-9a-f]+$/],
  ['again', /^SEV-SNP: rmpupdate failed, ret: \d, pfn: [0-9a-f]+, npages: (1|512), level: [12], retrying \(max: \d+\)\.\.\.$/],
  ['failed', /^SEV-SNP: RMPUPDATE failed for PFN [0-9a-f]+, pg_level: [12], ret: \d$/],
];

function kindOf(line: string): string {
  return LINES.find(([, pattern]) => pattern.test(line))?.[0] ?? `unknown: ${line}`;
}

function seen(outcome: WriteOutcome | ReadOutcome, events: readonly Event[]): Seen {
  const lines = [...('dmesg' in outcome ? (outcome.dmesg ?? []) : []), ...outcome.faults.flatMap((f) => f.dmesg)];
  return {
    outcome: outcome.outcome,
    faults: outcome.faults.map((f) => {
      const code = (f.errorCode >>> 0).toString(16);
      return [code, f.decision ?? f.kind, f.action, ...(f.signal === null ? [] : [f.signal.codeName])].join(' ');
    }),
    log: lines.map(kindOf),
    events: events.map((e) => e.type).filter((type) => type !== 'fault'),
  };
}

// --- what the words mean -----------------------------------------------------------------------------------------------------

const NOTHING: Seen = { outcome: 'completed', faults: [], log: [], events: [] };
const code = (who: Who): string => (who === 'user' ? '80000007' : '80000003');
type Who = 'user' | 'kernel';

/** The line before SIGBUS that v7 and v8 print. */
const fatal = (g: Column): string[] => (g === 'v7' || g === 'v8' ? ['fatal'] : []);

const WORDS: Readonly<Record<string, (g: Column, who: Who) => Seen>> = {
  OK: () => NOTHING,
  /** The store goes to the shared page; nobody faults. */
  OTHER: () => NOTHING,
  RETRY: (_, who) => ({ ...NOTHING, faults: [`${code(who)} RETRY none`], events: ['rmp-updated'] }),
  'RETRY, split meanwhile': (_, who) => ({ ...NOTHING, faults: [`${code(who)} RETRY none`], events: ['mapping-split'] }),
  /** Upstream's normal path finds the conflict gone. */
  'RETRY (normal path)': (_, who) => ({ ...NOTHING, faults: [`${code(who)} NONE none`], events: ['rmp-updated'] }),
  'RETRY (normal path), split meanwhile': (_, who) => ({ ...NOTHING, faults: [`${code(who)} NONE none`], events: ['mapping-split'] }),
  'RETRY, fault in, SPLIT': (_, who) => ({
    ...NOTHING,
    faults: [`${code(who)} RETRY none`, '6 not-present mapped', `${code(who)} PAGE_SPLIT split`],
    events: ['mapping-removed', 'mapping-installed', 'mapping-split'],
  }),
  'fault in, LIVE': (_, who) => ({
    outcome: 'livelock',
    faults: [`${code(who)} NONE mapped`, `${code(who)} NONE none`],
    log: [],
    events: ['mapping-removed', 'mapping-installed'],
  }),
  SPLIT: (_, who) => ({ ...NOTHING, faults: [`${code(who)} PAGE_SPLIT split`], events: ['mapping-split'] }),
  'SPLIT (needless)': (_, who) => ({ ...NOTHING, faults: [`${code(who)} PAGE_SPLIT split`], events: ['rmp-updated', 'mapping-split'] }),
  /** The huge leaf goes, and a table keeps it from coming back. */
  'SPLIT (pte_alloc)': () => ({
    ...NOTHING,
    faults: ['80000007 PAGE_SPLIT cleared', '6 not-present mapped'],
    events: ['mapping-removed', 'mapping-installed'],
  }),
  PING: () => ({
    outcome: 'ping-pong',
    faults: ['80000007 PAGE_SPLIT cleared', '6 not-present mapped'],
    log: [],
    events: ['mapping-removed', 'mapping-installed'],
  }),
  SBUS: (g) => ({ outcome: 'sigbus', faults: ['80000007 KILL sigbus BUS_ADRERR'], log: fatal(g), events: [] }),
  'SBUS, unmapped': () => ({ outcome: 'sigbus', faults: ['80000007 KILL sigbus BUS_ADRERR'], log: [], events: ['mapping-removed'] }),
  'SBUS, garbage': (g) => ({
    outcome: 'sigbus',
    faults: ['80000007 KILL sigbus BUS_ADRERR'],
    log: g === 'rfc-v1' ? ['alert'] : [],
    events: ['mapping-removed'],
  }),
  'alert+SBUS': () => ({ outcome: 'sigbus', faults: ['80000007 KILL sigbus BUS_ADRERR'], log: ['alert'], events: [] }),
  'SBUS (index not the VMM’s)': () => ({ outcome: 'sigbus', faults: ['6 not-present sigbus BUS_ADRERR'], log: [], events: [] }),
  LIVE: (g, who) => ({
    outcome: 'livelock',
    faults: [`${code(who)} ${g === 'upstream' || g === 'inplace' ? 'NONE' : 'PAGE_SPLIT'} none`],
    log: [],
    events: [],
  }),
  EFAULT: (g) => ({ outcome: 'efault', faults: ['80000003 KILL efault'], log: fatal(g), events: [] }),
  'EFAULT (no handler)': () => ({ outcome: 'efault', faults: ['80000003 NONE efault'], log: [], events: [] }),
  EBUSY: () => ({ outcome: 'ebusy', faults: [], log: [], events: [] }),
  'EFAULT (unmapped)': () => ({ outcome: 'efault', faults: [], log: [], events: [] }),
  /** Forced shared before KVM's store. */
  'FSH (KVM)': () => ({ ...NOTHING, log: ['kvm'], events: ['rmp-updated'] }),
  /** Forced shared by the #PF handler of a kernel address. */
  FSH: () => ({ ...NOTHING, faults: ['80000003 FORCE_SHARED made-shared'], log: ['force'], events: ['rmp-updated'] }),
  'OOPS(rmp)': () => ({ outcome: 'oops', faults: ['80000003 NONE oops'], log: ['bug', 'access', 'rmp', 'dump'], events: ['vm-killed'] }),
  'OOPS(np)': () => ({ outcome: 'oops', faults: ['2 not-present oops'], log: ['bug', 'access', 'absent'], events: ['vm-killed'] }),
  'OOPS(np), read': () => ({ outcome: 'oops', faults: ['0 not-present oops'], log: ['bug', 'access', 'absent'], events: ['vm-killed'] }),
};

// --- the rows ---------------------------------------------------------------------------------------------------------------------

interface Row {
  readonly row: number;
  readonly what: string;
  readonly who?: Who;
  /** A word for each column; a column that is left out has no cell. */
  readonly cells: Readonly<Partial<Record<Column, string>>>;
  see(generation: Column): Seen;
}

/** Cells by columns: `cells('rfc-v1 v2', 'SBUS', 'v3', 'OK')`. */
function cells(...pairs: readonly string[]): Row['cells'] {
  const found: Partial<Record<Column, string>> = {};
  for (let i = 0; i < pairs.length; i += 2) for (const g of pairs[i].split(' ')) found[g as Column] = pairs[i + 1];
  return found;
}
const HANDLERS = 'rfc-v1 v2 v3 v4 v5 v6 v7 v8';
const POSTED = 'rfc-v1 v2 v3 v4 v5 v6';
const ALL = `${HANDLERS} upstream`;

function bench(generation: Column, backing: Backing, privateBacking: PrivateBacking | 'default' = 'same', over: Shape = {}): Workbench {
  const config = privateBacking === 'default' ? {} : { privateBacking };
  return new Workbench({ generation, backing, pages: backing === 'hugetlb-1G' ? GIB : 2048, ...over, config });
}

/** A store to guest page 512 of a VM on which these 4K pages are private, and what came of it. */
function store(generation: Column, backing: Backing, privatePages: readonly number[], over: Parameters<Workbench['write']>[1] = {}): Seen {
  const w = bench(generation, backing);
  for (const page of privatePages) w.change('private', page);
  return observe(w, () => w.write(512, over));
}

function observe(w: Workbench, act: () => WriteOutcome | ReadOutcome): Seen {
  const before = w.events.length;
  const outcome = act();
  return seen(outcome, w.events.slice(before));
}

/** v6 refuses hugetlb where it is registered; its code past that point is asked all the same. */
function storeHugetlb(generation: Column, backing: Backing, privatePages: readonly number[], page: number): Seen {
  const refuses = generation === 'v6';
  const made = createMachine(
    configOf({ generation, backing, pages: backing === 'hugetlb-1G' ? GIB : 2048, config: { privateBacking: 'same' } }),
    memoryCipher,
  );
  expect(isRejection(made) ? made.code : 'made').toBe(refuses ? 'backing-refused' : 'made');
  const w = Workbench.unchecked({ generation, backing, pages: backing === 'hugetlb-1G' ? GIB : 2048, config: { privateBacking: 'same' } });
  for (const gfn of privatePages) w.change('private', gfn);
  return observe(w, () => w.write(page));
}

const ROWS: readonly Row[] = [
  { row: 1, what: 'user write, 4K leaf, target shared', cells: cells(ALL, 'OK'), see: (g) => store(g, '4k', [513]) },
  {
    row: 2,
    what: 'the same, shared only by lookup time',
    cells: cells(HANDLERS, 'RETRY', 'upstream', 'RETRY (normal path)'),
    see: (g) => store(g, '4k', [512], { inject: between('shared') }),
  },
  {
    row: 3,
    what: 'user write, 4K leaf, RMP 4K assigned',
    cells: cells(HANDLERS, 'SBUS', 'upstream', 'LIVE'),
    see: (g) => store(g, '4k', [512]),
  },
  {
    row: 4,
    what: 'user write, 4K leaf inside RMP 2M',
    cells: cells(HANDLERS, 'SBUS', 'upstream', 'LIVE'),
    see(g) {
      const w = bench(g, 'thp');
      w.change('private', 512, 2);
      w.write(519, { inject: between('split') });
      return observe(w, () => w.write(519));
    },
  },
  { row: 5, what: 'user write, 2M anonymous, all shared', cells: cells(ALL, 'OK'), see: (g) => store(g, 'thp', []) },
  {
    row: 6,
    what: '2M anonymous, neighbour assigned',
    cells: cells(HANDLERS, 'SPLIT', 'upstream', 'LIVE'),
    see: (g) => store(g, 'thp', [513]),
  },
  {
    row: 7,
    what: '2M anonymous, target 4K-assigned',
    cells: cells(HANDLERS, 'SBUS', 'upstream', 'LIVE'),
    see: (g) => store(g, 'thp', [512]),
  },
  {
    row: 8,
    what: '2M anonymous, RMP 2M',
    cells: cells(HANDLERS, 'SBUS', 'upstream', 'LIVE'),
    see(g) {
      const w = bench(g, 'thp');
      w.change('private', 512, 2);
      return observe(w, () => w.write(519));
    },
  },
  {
    row: 9,
    what: '2M leaf, conflict vanished before the look-up',
    cells: cells(HANDLERS, 'SPLIT (needless)', 'upstream', 'RETRY (normal path)'),
    see: (g) => store(g, 'thp', [513], { inject: between('region-shared') }),
  },
  ...(
    [
      [10, 'shmem-thp'],
      [17, 'dax-2M'],
    ] as const
  ).map(
    ([row, backing]): Row => ({
      row,
      what: `2M ${backing}, neighbour assigned`,
      cells: cells(POSTED, 'PING', 'v7 v8', 'SPLIT (pte_alloc)', 'upstream', 'LIVE'),
      see: (g) => store(g, backing, [513]),
    }),
  ),
  { row: 11, what: '2M hugetlb, neighbour assigned', cells: cells(ALL, 'LIVE'), see: (g) => storeHugetlb(g, 'hugetlb-2M', [513], 512) },
  {
    row: 12,
    what: '2M hugetlb, target assigned',
    cells: cells(HANDLERS, 'SBUS', 'upstream', 'LIVE'),
    see: (g) => storeHugetlb(g, 'hugetlb-2M', [512], 512),
  },
  {
    row: 13,
    what: '1G hugetlb, neighbour assigned, head shared',
    cells: cells(ALL, 'LIVE'),
    see: (g) => storeHugetlb(g, 'hugetlb-1G', [514], 513),
  },
  {
    row: 14,
    what: '1G hugetlb, target shared, head assigned',
    cells: cells(POSTED, 'SBUS', 'v7 v8 upstream', 'LIVE'),
    see: (g) => storeHugetlb(g, 'hugetlb-1G', [512], 513),
  },
  {
    row: 15,
    what: '1G hugetlb, target assigned, head shared',
    cells: cells(POSTED, 'LIVE', 'v7 v8', 'SBUS', 'upstream', 'LIVE'),
    see: (g) => storeHugetlb(g, 'hugetlb-1G', [513], 513),
  },
  { row: 16, what: '1G leaf, assigned page in another 2M', cells: cells(ALL, 'OK'), see: (g) => storeHugetlb(g, 'hugetlb-1G', [5], 512) },
  {
    row: 18,
    what: 'no leaf at the look-up',
    cells: cells('rfc-v1 v2 v3 v4', 'SBUS, unmapped', 'v5 v6 v7 v8', 'RETRY, fault in, SPLIT', 'upstream', 'fault in, LIVE'),
    see: (g) => store(g, 'thp', [513], { inject: between('unmapped') }),
  },
  ...(['swapped', 'migrating'] as const).map(
    (change): Row => ({
      row: 19,
      what: `leaf ${change} at the look-up`,
      cells: cells('rfc-v1 v2 v3 v4', 'SBUS, garbage', 'v5 v6 v7 v8', 'RETRY, fault in, SPLIT', 'upstream', 'fault in, LIVE'),
      see: (g) => store(g, 'thp', [513], { inject: between(change) }),
    }),
  ),
  {
    row: 20,
    what: 'RMP look-up error',
    cells: cells('rfc-v1', 'alert+SBUS', 'v2 v3 v4 v5 v6 v7 v8', 'SBUS', 'upstream', 'LIVE'),
    see: (g) => store(g, 'thp', [513], { inject: { lookupFailure: { pfn: asPfn(FRAME_BASE + 512) } } }),
  },
  {
    row: 22,
    what: 'two threads, the same 2M',
    cells: cells(HANDLERS, 'RETRY, split meanwhile', 'upstream', 'RETRY (normal path), split meanwhile'),
    see: (g) => store(g, 'thp', [513], { inject: between('split') }),
  },
  {
    row: 23,
    what: 'user read of a private page',
    cells: cells(POSTED, 'OK', 'v7 v8 upstream', 'OTHER'),
    see(g) {
      const w = bench(g, '4k', 'default');
      w.change('private', 512);
      w.read(512);
      return observe(w, () => w.read(512));
    },
  },
  {
    row: 24,
    what: 'user write to the address of a private page',
    cells: cells(POSTED, 'SBUS', 'v7 v8 upstream', 'OTHER'),
    see(g) {
      const w = bench(g, 'thp', 'default');
      w.change('private', 512);
      w.read(512);
      return observe(w, () => w.write(512));
    },
  },
  {
    row: 25,
    what: 'user touch of mmapped guest_memfd, private index',
    cells: cells('inplace', 'SBUS (index not the VMM’s)'),
    see(g) {
      const w = bench(g, 'thp', 'default');
      w.change('private', 512);
      return observe(w, () => w.write(512));
    },
  },
  {
    row: 26,
    what: 'copy_to_user, 4K leaf assigned',
    who: 'kernel',
    cells: cells(HANDLERS, 'EFAULT', 'upstream', 'LIVE'),
    see: (g) => store(g, '4k', [512], { via: 'copy-to-user' }),
  },
  {
    row: 27,
    what: 'copy_to_user, 2M anonymous, neighbour assigned, may sleep',
    who: 'kernel',
    cells: cells(HANDLERS, 'SPLIT', 'upstream', 'LIVE'),
    see: (g) => store(g, 'thp', [513], { via: 'copy-to-user' }),
  },
  {
    row: 28,
    what: 'the same with page faults disabled',
    cells: cells(ALL, 'EFAULT (no handler)'),
    see: (g) => store(g, 'thp', [513], { via: 'copy-to-user', pagefaultDisabled: true }),
  },
  {
    row: 29,
    what: 'KVM writes a private page',
    cells: cells('rfc-v1 v2', 'EFAULT', 'v3 v4', 'FSH (KVM)', 'v5 v6 v7', 'EBUSY', 'v8 upstream', 'OTHER', 'inplace', 'EFAULT (unmapped)'),
    see(g) {
      const w = bench(g, '4k', 'default');
      w.change('private', 512);
      w.read(512);
      return observe(w, () => w.write(512, { via: 'kvm' }));
    },
  },
  {
    row: 30,
    what: 'kernel direct-map write to an assigned frame',
    cells: cells('rfc-v1 v3 v4 upstream', 'OOPS(rmp)', 'v2', 'FSH', 'v5 v6 v7 v8', 'OOPS(np)'),
    see: (g) => store(g, 'thp', [512], { via: 'direct-map' }),
  },
  {
    row: 30,
    what: 'the same, immutable',
    cells: cells('v2', 'OOPS(rmp)'),
    see(g) {
      const w = bench(g, 'thp');
      w.rmpupdate(512, { immutable: true });
      return observe(w, () => w.write(512, { via: 'direct-map' }));
    },
  },
  {
    row: 31,
    what: 'kernel direct-map write beside an assigned frame',
    cells: cells(ALL, 'OK'),
    see: (g) => store(g, 'thp', [513], { via: 'direct-map' }),
  },
  {
    row: 32,
    what: 'kernel direct-map read of an assigned frame',
    cells: cells('rfc-v1 v2 v3 v4 upstream', 'OK', 'v5 v6 v7 v8', 'OOPS(np), read'),
    see(g) {
      const w = bench(g, 'thp');
      w.change('private', 512);
      return observe(w, () => w.read(512, 8, 'direct-map'));
    },
  },
];

describe.each(ROWS)('row $row: $what', ({ cells: expected, see, who = 'user' }) => {
  it.each(COLUMNS.flatMap((g) => (expected[g] === undefined ? [] : [[g, expected[g]] as const])))('%s: %s', (g, word) => {
    const meaning = WORDS[word];
    expect(meaning, `the word ${word} has a meaning`).toBeDefined();
    expect(see(g)).toEqual(meaning?.(g, who));
  });
});

// --- requests of the guest, and what they cost ------------------------------------------------------------------------------------------

const all = (columns: string): readonly Column[] => columns.split(' ') as unknown as readonly Column[];

describe('row 33: a request for a private page that KVM holds mapped', () => {
  const cases = cells('rfc-v1 v2 v8 upstream', 'SUCCESS', 'v3 v4', 'EBUSY', 'v5 v6 v7', 'WAITS', 'inplace', 'EAGAIN');
  it.each(Object.entries(cases))('%s: %s', (generation, status) => {
    const w = bench(generation as Column, 'thp', 'default');
    const { map } = w.outcome({ op: 'kernel-map', gfn: asGfn(512) }) as { readonly map: number };
    const before = status === 'SUCCESS' ? null : w.digest();
    const refused = w.change('private', 512);
    expect(refused.status).toBe(status);
    expect(refused.requestFailed).toBe(status === 'EBUSY' || status === 'EAGAIN');
    if (before === null) return;
    expect(w.digest()).toBe(before);
    w.outcome({ op: 'kernel-unmap', map });
    expect(w.change('private', 512).status).toBe('SUCCESS');
  });
});

describe('rows 34 to 36: nested faults of the guest', () => {
  it.each(all(ALL))('row 34, %s: a 4K nested leaf over a 2M entry is answered by PSMASH', (generation) => {
    const w = bench(generation, 'thp');
    w.change('private', 512, 2);
    w.write(519, { inject: between('split') });
    const o: PvalidateOutcome = w.pvalidate(512, 2);
    expect(o).toMatchObject({ status: 'FAIL_SIZEMISMATCH', faults: [{ errorHigh: 4, level: 1, action: 'psmash' }] });
  });

  it.each(all(ALL))('row 35, %s: a 4K PVALIDATE in a 2M entry (SIZEM) is answered by PSMASH', (generation) => {
    const w = bench(generation, 'thp');
    w.change('private', 512, 2, { validate: false });
    expect(w.pvalidate(519)).toMatchObject({ status: 'SUCCESS', faults: [{ errorHigh: 12, action: 'psmash' }] });
  });

  it.each(all(POSTED))('row 36, %s: an access with C=1 to an unassigned page makes it private, 4K', (generation) => {
    const w = bench(generation, 'thp', 'default');
    expect(w.pvalidate(519)).toMatchObject({ status: 'SUCCESS', faults: [{ errorHigh: 4, action: 'made-private' }] });
    expect(w.events.map((e) => e.type)).not.toContain('memory-fault-exit');
  });

  it.each(all('v7 v8 upstream inplace'))(
    'row 36, %s: an access with C=1 to a shared page exits to the VMM, which converts it',
    (generation) => {
      const w = bench(generation, 'thp', 'default');
      expect(w.pvalidate(519).status).toBe('SUCCESS');
      expect(w.events.find((e) => e.type === 'memory-fault-exit')).toMatchObject({ gfn: 519, pages: 1, isPrivate: true });
      expect(w.m.view.privateAttribute(asGfn(519))).toBe(true);
    },
  );

  it.each(all(ALL))('row 37, %s: an access with C=0 to an assigned page makes it shared, from v7 on by the VMM', (generation) => {
    // The guest's own stores are no command here: the hook is asked as such a store would.
    const w = bench(generation, 'thp');
    w.change('private', 512);
    const cause = { gfn: asGfn(512), pfn: asPfn(FRAME_BASE + 512), cBit: false, sizem: false, nestedLevel: 1 } as const;
    const plan = generationOf(generation).onNestedFault(cause, w.m.view);
    const byVmm = ['v7', 'v8', 'upstream'].includes(generation);
    expect(plan).toMatchObject({ repairs: [{ kind: 'make-shared' }], then: byVmm ? 'exit-to-vmm' : 'retry' });
  });
});

describe('row 38: a page becomes private beside shared data that the host maps 2M', () => {
  it.each(all(POSTED))('%s: the RMP alone changes, and the host learns at its next store', (generation) => {
    const w = bench(generation, 'thp', 'default');
    w.change('private', 513);
    expect(w.m.pageTable.presentLevel(w.m.layout.slots[0].vpn + 512)).toBe(2);
    expect(observe(w, () => w.write(512))).toEqual(WORDS['SPLIT']?.(generation, 'user'));
  });

  it.each(all('v7 v8 upstream'))('%s: the private page is another one, and no store faults', (generation) => {
    const w = bench(generation, 'thp', 'default');
    w.change('private', 513);
    expect(observe(w, () => w.write(512))).toEqual(NOTHING);
  });

  it('inplace: the conversion itself splits and unmaps, and no store to shared data faults', () => {
    const w = bench('inplace', 'thp', 'default');
    const before = w.events.length;
    w.change('private', 513);
    expect(w.events.slice(before).map((e) => e.type)).toEqual([
      'mapping-split',
      'mapping-removed',
      'direct-map-split',
      'rmp-updated',
      'page-state-changed',
      'pvalidated',
    ]);
    expect(observe(w, () => w.write(512))).toEqual(NOTHING);
  });
});

describe('row 39: a page that cannot be un-assigned', () => {
  it.each(all('v7 v8 upstream'))('%s: goes on the list of leaked pages', (generation) => {
    const w = bench(generation, '4k', 'default');
    w.change('private', 512);
    const base = w.m.layout.privateBase;
    w.rmpupdate(512, { pfn: asPfn(base + 512), immutable: true, directMap: false });
    const o: PageStateOutcome = w.change('shared', 512, 1, { validate: false });
    expect(o.status).toBe('SUCCESS');
    expect((o.dmesg ?? []).map(kindOf).filter((kind) => kind === 'leak')).toEqual(['leak']);
    expect(w.events.find((e) => e.type === 'page-leaked')).toMatchObject({ gfn: 512, pfn: base + 512, pages: 1 });
    expect(w.m.counters.leakedPages).toBe(1);
  });

  /** v7 and v8 name what they leak; upstream says before that RMPUPDATE failed; v6 said that it tries again; the others log the failure. */
  const LINES_AT_TEARDOWN = cells(
    'rfc-v1 v2 v3 v4 v5',
    'failed dump',
    'v6',
    'again',
    'v7 v8',
    'leak dump',
    'upstream inplace',
    'failed dump leak dump',
  );

  it.each(Object.entries(LINES_AT_TEARDOWN))('%s: RMPUPDATE fails when the VM goes, and the log says %s', (name, words) => {
    const generation = name as Column;
    const w = bench(generation, '4k', 'default');
    w.change('private', 512);
    const pfn = asPfn((generationOf(generation).facts.privateBacking === 'separate' ? w.m.layout.privateBase : FRAME_BASE) + 512);
    w.rmpupdate(512, { pfn, immutable: true, directMap: false });
    const before = w.events.length;
    w.outcome({ op: 'delete', cause: 'request' });
    const [leaked, gone] = w.events.slice(before);
    expect(leaked).toMatchObject({ type: 'page-leaked', cause: 'teardown', gfn: 512, pfn, pages: 1, code: 2 });
    expect('dmesg' in leaked ? leaked.dmesg.map(kindOf).join(' ') : '').toBe(words);
    expect(gone).toMatchObject({ type: 'vm-deleted', unassigned: 0, leaked: 1 });
  });

  it.each(all(POSTED))(
    '%s: a page that is unmapped while private is freed assigned, and a store of the kernel there oopses',
    (generation) => {
      const w = bench(generation, 'thp', 'default');
      w.change('private', 512);
      w.pin(512, 1, false);
      w.munmap(512, 1);
      const leaked = w.events.find(({ type }) => type === 'page-leaked');
      expect(leaked).toMatchObject({ cause: 'freed', gfn: 512, pfn: FRAME_BASE + 512, pages: 1 });
      w.mmap(512, 1);
      expect(w.write(512)).toMatchObject({ outcome: 'completed' });
      const stored = observe(w, () =>
        w.write(0, { target: { space: 'pfn', page: asPfn(FRAME_BASE + 512), offset: 0 }, via: 'direct-map' }),
      );
      const word = generation === 'v2' ? 'FSH' : generation === 'v5' || generation === 'v6' ? 'OOPS(np)' : 'OOPS(rmp)';
      expect(stored).toEqual(WORDS[word](generation, 'kernel'));
    },
  );

  it.each(all('v7 v8 upstream'))('%s: unmapping the shared page of a private one leaks nothing', (generation) => {
    const w = bench(generation, 'thp', 'default');
    w.change('private', 512);
    w.munmap(512, 1);
    expect(w.events.some(({ type }) => type === 'page-leaked')).toBe(false);
    w.outcome({ op: 'delete', cause: 'request' });
    expect(w.events.at(-1)).toMatchObject({ type: 'vm-deleted', unassigned: 1, leaked: 0 });
  });
});

describe('row 40: what an RMPUPDATE costs the direct map', () => {
  it.each(all('rfc-v1 v2 v3 v4').flatMap((g) => [[g, 513, 1] as const, [g, 512, 2] as const]))(
    '%s, gfn %d, size %d: a split',
    (g, gfn, size) => {
      const w = bench(g, 'thp');
      w.change('private', gfn, size);
      w.change('shared', gfn, size);
      expect(w.events.filter((e) => e.type === 'direct-map-split')).toHaveLength(1);
    },
  );

  it.each(all('v5 v6 v7 v8').flatMap((g) => [[g, 513, 1, 1] as const, [g, 512, 2, 512] as const]))(
    '%s, gfn %d, size %d: %d pages not present, and back again',
    (g, gfn, size, pages) => {
      const w = bench(g, 'thp');
      const absent = (): number => Array.from({ length: 2048 }, (_, i) => w.m.rmp.isDirectMapAbsent(FRAME_BASE + i)).filter(Boolean).length;
      w.change('private', gfn, size);
      expect(absent()).toBe(pages);
      w.change('shared', gfn, size);
      expect(absent()).toBe(0);
    },
  );

  it('upstream: one split for 4K, nothing for 2M', () => {
    const w = bench('upstream', 'thp');
    w.change('private', 512, 2);
    expect(w.events.some((e) => e.type === 'direct-map-split')).toBe(false);
    w.change('private', 1025);
    expect(w.events.filter((e) => e.type === 'direct-map-split')).toHaveLength(1);
  });
});

describe('the rows once more after khugepaged has been there', () => {
  /** Page 512 is shared and 513 private, a store has split the leaf, and khugepaged scans. */
  function scanned(generation: Column, backing: Backing, unpinned: boolean): { readonly w: Workbench; readonly scan: object } {
    const w = bench(generation, backing);
    w.change('private', 513);
    w.write(512);
    if (unpinned) w.pin(512, 512, false);
    return { w, scan: w.khugepaged() };
  }

  it.each(all(HANDLERS))('row 6, %s: pinned anonymous memory stays 4K, and the next store finds nothing in its way', (generation) => {
    const { w, scan } = scanned(generation, 'thp', false);
    expect(scan).toMatchObject({ collapsed: 0, pinned: 1 });
    expect(observe(w, () => w.write(512))).toEqual(NOTHING);
  });

  it.each(all(HANDLERS))('row 6, %s: unpinned memory is copied, so the private page is lost and the store splits nothing', (generation) => {
    const { w, scan } = scanned(generation, 'thp', true);
    expect(scan).toMatchObject({ collapsed: 1, pinned: 0 });
    expect(w.m.pageTable.presentLevel(w.m.layout.slots[0].vpn + 512)).toBe(2);
    expect(w.events.at(-1)).toMatchObject({ type: 'page-leaked', cause: 'freed', gfn: 513 });
    expect(observe(w, () => w.write(512))).toEqual(NOTHING);
  });

  it.each(all('v7 v8'))('row 10, %s: a file’s table is removed, pinned or not: the two winds blow on', (generation) => {
    const { w, scan } = scanned(generation, 'shmem-thp', false);
    expect(scan).toMatchObject({ retracted: 1, pinned: 0 });
    expect(observe(w, () => w.write(512))).toEqual({
      ...NOTHING,
      faults: ['6 not-present mapped', '80000007 PAGE_SPLIT cleared', '6 not-present mapped'],
      events: ['mapping-installed', 'mapping-removed', 'mapping-installed'],
    });
  });

  it.each(all(HANDLERS))('row 18, %s: what the VMM itself has unmapped is a SIGSEGV, no matter for the handler', (generation) => {
    const w = bench(generation, 'thp');
    w.change('private', 513);
    w.munmap(512, 1);
    expect(w.write(512)).toMatchObject({ outcome: 'segv', faults: [{ decision: null }] });
  });

  it.each(all(HANDLERS))('row 19, %s: a page that was swapped out before the store is faulted in first, and then split', (generation) => {
    const w = bench(generation, 'thp');
    w.pin(512, 512, false);
    w.leaf(512, 512, 'swap-out');
    w.change('private', 1025);
    expect(w.write(512)).toMatchObject({ outcome: 'completed', faults: [{ kind: 'not-present', action: 'mapped' }] });
  });
});

describe('row 33 in place: a pinned page is in use', () => {
  it('is not converted, and once it is let go of it is', () => {
    const w = bench('inplace', 'thp', 'default');
    w.pin(519, 1, true);
    const before = w.digest();
    expect(w.change('private', 519)).toMatchObject({ status: 'EAGAIN', requestFailed: true });
    expect(w.change('private', 512, 2)).toMatchObject({ status: 'EAGAIN', requestFailed: true });
    expect(w.digest()).toBe(before);
    expect(w.pvalidate(519)).toMatchObject({ outcome: 'nested-fault' });
    expect(w.change('private', 520).status).toBe('SUCCESS');
    w.pin(519, 1, false);
    expect(w.change('private', 519).status).toBe('SUCCESS');
  });

  it('and a private page cannot be pinned', () => {
    const w = bench('inplace', 'thp', 'default');
    w.change('private', 519);
    expect(w.pin(512, 512, true)).toMatchObject({ outcome: 'EFAULT', pages: 0 });
    expect(w.pin(512, 7, true)).toMatchObject({ outcome: 'completed', pages: 7 });
  });
});

describe('what the kernel prints while it answers the guest', () => {
  const inject = { rmpupdate: { nth: 1, code: 2 } } as const;
  const printed = (o: object): readonly string[] => ('dmesg' in o ? (o.dmesg as readonly string[]).map(kindOf) : []);

  it.each([
    ['v5', []],
    ['v6', ['again']],
    ['inplace', ['failed']],
  ] as const)('%s: a failed RMPUPDATE on the way of an access, an instruction or a request says %j', (generation, words) => {
    const kinds = (o: object): readonly string[] => printed(o).filter((kind) => kind !== 'unknown' && words.some((word) => word === kind));
    const w = bench(generation, 'thp', 'default');
    const outcomes = [
      w.access(512, { inject }),
      w.rmpadjust(513, { inject }),
      w.outcome({ op: 'rmpquery', gfn: asGfn(514), pageSize: 1, vmpl: 0, targetVmpl: 1, inject }),
      w.outcome({ op: 'ghcb-request', form: 'msr', high: 0x0010_0000, low: (515 << 12) | 0x014, inject }),
    ];
    for (const outcome of outcomes) {
      expect(kinds(outcome), outcome.op).toEqual(words);
      expect('dmesg' in outcome, outcome.op).toBe(words.length > 0);
    }
  });
});

describe('row 21: a #PF with the RMP bit while SNP is off', () => {
  it('cannot be: every host here has SNP on, and under no-snp no store is checked', () => {
    const w = new Workbench({ generation: 'no-snp' });
    w.change('private', 512);
    expect(observe(w, () => w.write(512))).toEqual(NOTHING);
  });
});

describe('the matrix as a whole', () => {
  it('has all 40 rows', () => {
    const elsewhere = [21, 33, 34, 35, 36, 37, 38, 39, 40];
    expect([...new Set([...ROWS.map(({ row }) => row), ...elsewhere])].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
  });

  it('has a cell for every posted generation in every row that is not about mmapped guest_memfd or a variant', () => {
    for (const { row, what, cells: expected } of ROWS) {
      if (row === 25 || what === 'the same, immutable') continue;
      for (const g of all(ALL)) expect(expected[g], `row ${row}, ${g}`).toBeDefined();
    }
  });
});
