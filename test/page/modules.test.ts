/** The parts of the page that need no browser: where cells lie, which mappings are over them, what bits mean, what a batch holds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventObject } from '../../src/client/index.js';
import { NO_FILTER } from '../../web/src/live/protocol.js';
import { FAULTS_PER_BATCH, FAULTS_SHOWN, Tally, touchedBy } from '../../web/src/live/tally.js';
import { blocksOf } from '../../web/src/map/blocks.js';
import { bitFields } from '../../web/src/map/entry-bits.js';
import {
  cellOfPage,
  CELLS_MAX,
  COLUMNS,
  pageOfCell,
  scrollBy,
  shiftMax,
  windowAt,
  windowWith,
  zoomAt,
} from '../../web/src/map/geometry.js';
import { LEVELS, STATES } from '../../web/src/map/states.js';
import { questionOf, rowsOfComparison } from '../../web/src/play/compare-rows.js';
import { turnsOf } from '../../web/src/play/steps.js';

const TEBIBYTE = 2 ** 28;
const memory = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 4 * TEBIBYTE }));

describe('windows of the map', () => {
  test('a tebibyte is to be seen at once, 256 MiB a cell', () => {
    expect(windowAt(TEBIBYTE, shiftMax(TEBIBYTE), 0)).toEqual({ from: 0, shift: 16, cells: CELLS_MAX, end: TEBIBYTE });
  });

  test('lie in memory and begin with a row, wherever one asks for them', () => {
    fc.assert(
      fc.property(memory, fc.integer({ min: -3, max: 40 }), fc.double({ min: -1, max: 2, noNaN: true }), (end, shift, at) => {
        const window = windowAt(end, shift, at * end);
        expect(window.from % (COLUMNS * 2 ** window.shift)).toBe(0);
        expect(window.from).toBeGreaterThanOrEqual(0);
        expect(window.cells).toBeGreaterThan(0);
        expect(window.cells).toBeLessThanOrEqual(CELLS_MAX);
        expect(window.from + (window.cells - 1) * 2 ** window.shift).toBeLessThan(end);
      }),
    );
  });

  test('zooming keeps the page under the pointer in sight, and scrolling comes to every page', () => {
    fc.assert(
      fc.property(
        memory,
        fc.nat(CELLS_MAX),
        fc.integer({ min: -4, max: 4 }),
        fc.integer({ min: -100, max: 100 }),
        (end, at, steps, rows) => {
          const window = windowAt(end, Math.floor(shiftMax(end) / 2), end / 3);
          const cell = at % window.cells;
          const page = pageOfCell(window, cell);
          const zoomed = zoomAt(window, window.shift + steps, cell);
          expect(cellOfPage(zoomed, page)).not.toBeNull();
          expect(cellOfPage(windowWith(scrollBy(window, rows), page), page)).not.toBeNull();
        },
      ),
    );
  });
});

describe('blocks under huge mappings', () => {
  const counts = (cells: number, level: (typeof LEVELS)[number], states: readonly (readonly [number, (typeof STATES)[number]])[]) => {
    const made = { states: new Uint32Array(cells * STATES.length), levels: new Uint32Array(cells * LEVELS.length) };
    for (let cell = 0; cell < cells; cell++) {
      made.levels[cell * LEVELS.length + LEVELS.indexOf(level)] = 1;
      const state = states.find(([where]) => where === cell)?.[1] ?? 'guest-valid';
      made.states[cell * STATES.length + STATES.indexOf(state)] = 1;
    }
    return made;
  };

  test('one shared page makes its 2M mixed and no other', () => {
    const window = { from: 0, shift: 0, cells: 1024, end: 1024 };
    expect(blocksOf(window, counts(1024, '2M', [[7, 'hypervisor']]))).toEqual([
      { cell: 0, cells: 512, level: '2M', mixed: true },
      { cell: 512, cells: 512, level: '2M', mixed: false },
    ]);
  });

  test('a block that begins above the window is cut there', () => {
    const window = { from: 192, shift: 0, cells: 640, end: 4096 };
    expect(blocksOf(window, counts(640, '1G', []))).toEqual([
      { cell: 0, cells: 320, level: '1G', mixed: false },
      { cell: 320, cells: 320, level: '1G', mixed: false },
    ]);
  });

  test('4K mappings are no blocks', () => {
    expect(blocksOf({ from: 0, shift: 3, cells: 128, end: 1024 }, counts(128, '4K', [[7, 'hypervisor']]))).toEqual([]);
  });
});

describe('an RMP entry bit by bit', () => {
  const values = (which: 0 | 1, raw: string) => Object.fromEntries(bitFields(which, raw).map(({ name, value }) => [name, value]));

  test.each([
    ['0x4008000000208001', { assigned: 1n, page_size: 0n, gpa: 0x208n, asid: 1n, validated: 1n, lock: 0n }],
    ['0x8000000000000005', { assigned: 1n, immutable: 1n, lock: 1n, asid: 0n }],
    ['0x80000000000007fd', { subpage_count: 255n, immutable: 1n, assigned: 1n }],
    ['0x0', { assigned: 0n, asid: 0n, gpa: 0n }],
  ])('%s', (raw, expected) => {
    expect(values(0, raw)).toMatchObject(expected);
  });

  test('the fields are all bits, each once', () => {
    for (const which of [0, 1] as const) {
      const bits = bitFields(which, '0x0').flatMap(({ high, low }) => Array.from({ length: high - low + 1 }, (_, i) => high - i));
      expect(bits).toEqual(Array.from({ length: 64 }, (_, i) => 63 - i));
    }
  });

  test('masks are said in words', () => {
    expect(bitFields(1, '0x1f').at(-1)).toMatchObject({
      name: 'VMPL0',
      meaning: 'read write user-execute supervisor-execute shadow-stack',
    });
  });
});

describe('the tally', () => {
  const fault = (position: number, decision: string, gpa = '0x1000') =>
    ({
      vm: 'v',
      seq: position,
      position,
      type: 'fault',
      at: '2026-01-01T00:00:00.000Z',
      op: 'hypervisor-write',
      operation: 1,
      requestId: null,
      outcome: 'sigbus',
      fault: { decision, kind: 'rmp', gpa, hva: '0x0' },
    }) as unknown as EventObject;

  test('a batch is as small after a million events as after a hundred', () => {
    const tally = new Tally();
    for (let i = 1; i <= 100_000; i++) tally.take(fault(i, i % 10 === 0 ? 'PAGE_SPLIT' : 'KILL'));
    const { shown, ...rest } = tally.batch({ now: 100_005, atFirst: 0 });
    expect(shown).toHaveLength(FAULTS_PER_BATCH);
    expect(shown.at(-1)?.position).toBe(100_000);
    expect(rest).toMatchObject({
      events: 100_000,
      faults: 100_000,
      matching: 100_000,
      byDecision: { KILL: 90_000, PAGE_SPLIT: 10_000 },
      behind: 5,
      newestSeq: 100_000,
    });
    expect(tally.hasNews).toBe(false);
    expect(tally.filtered().shown).toHaveLength(FAULTS_SHOWN);
  });

  test('a rare fault is not lost behind common ones when the filter asks for it', () => {
    const tally = new Tally();
    tally.filter = { ...NO_FILTER, decisions: ['RETRY'] };
    for (let i = 1; i <= 500; i++) tally.take(fault(i, i === 3 ? 'RETRY' : 'KILL'));
    expect(tally.batch({ now: 500, atFirst: 0 })).toMatchObject({ matching: 1, shown: [{ position: 3 }] });
    tally.filter = { ...NO_FILTER, text: '0x2000' };
    tally.take(fault(501, 'KILL', '0x2000'));
    expect(tally.filtered()).toMatchObject({ matching: 1, kept: 501, shown: [{ position: 501 }] });
  });

  test('events of the time before have no lag, and faults leave the map as it is', () => {
    const tally = new Tally();
    tally.take(fault(7, 'KILL'));
    expect(tally.batch({ now: 9, atFirst: 8 }).newestAt).toBeNull();
    expect(touchedBy(fault(8, 'KILL'))).toBeNull();
    expect(touchedBy({ ...fault(9, 'KILL'), type: 'psmashed', gpa: '0x200000', pages: 512 } as unknown as EventObject)).toEqual({
      page: 512,
      pages: 512,
    });
    expect(touchedBy({ ...fault(9, 'KILL'), type: 'vm-reset' } as unknown as EventObject)).toBe('all');
  });
});

describe('a scenario in turns', () => {
  test('a repeat is one turn, and moves its addresses on each time', () => {
    const scenario = {
      title: 't',
      sources: [],
      generations: [],
      steps: [
        { op: 'read-page', gpa: 0x3000 },
        {
          op: 'repeat',
          times: 2,
          stride: 0x200000,
          steps: [
            { op: 'page-state-change', text: 'why', entries: [{ gpa: 0x1000, operation: 'shared' }], expect: { status: 'SUCCESS' } },
            { op: 'psmash', pfn: '0x100200' },
          ],
        },
      ],
    };
    expect(turnsOf(scenario).map(({ numbers, operations, looksAt }) => ({ numbers, operations, looksAt }))).toEqual([
      { numbers: ['1'], operations: [], looksAt: '0x3000' },
      {
        numbers: ['2.1', '2.2'],
        looksAt: null,
        operations: [
          { op: 'page-state-change', entries: [{ gpa: 0x1000, operation: 'shared' }] },
          { op: 'psmash', pfn: '0x100200' },
          { op: 'page-state-change', entries: [{ gpa: '0x201000', operation: 'shared' }] },
          { op: 'psmash', pfn: '0x100400' },
        ],
      },
    ]);
  });
});

describe('a comparison', () => {
  const scenario = {
    title: 'x',
    sources: [],
    generations: ['rfc-v1'],
    steps: [
      { op: 'read-page', gpa: 0 },
      {
        op: 'repeat',
        times: 3,
        stride: 4096,
        steps: [
          { op: 'read-page', gpa: 0 },
          { op: 'hypervisor-write', gpa: 0, size: 8, text: 'a store', expect: { outcome: 'completed' } },
          { op: 'hypervisor-read', gpa: 0, size: 8 },
        ],
      },
    ],
  };

  test('asks for what a scenario does, and shows one row a step: the first time that differs', () => {
    const question = questionOf(scenario);
    expect(question?.places.map(({ number }) => number)).toEqual(['2.2', '2.3', '2.2', '2.3', '2.2', '2.3']);
    expect(question?.request.operations[2]).toEqual({ op: 'hypervisor-write', gpa: '0x1000', size: 8 });
    const came = (outcome: string) => ({ outcome, decisions: [], actions: [], signal: null, faultFlags: [], dmesg: [] });
    const operations = [null, 0, 1, 2, 3, 4, 5].map((index) => ({
      index,
      op: 'x',
      same: index !== 2,
      by: { 'rfc-v1': came('completed'), 'no-snp': came(index === 2 ? 'sigbus' : 'completed') },
    }));
    const rows = rowsOfComparison({ generations: [], firstDifference: null, summary: [], operations }, question?.places ?? []);
    expect(rows.map(({ number, text, cells }) => [number, text, cells.get('no-snp')?.came])).toEqual([
      ['2.2', 'a store', 'sigbus'],
      ['2.3', null, 'completed'],
    ]);
  });

  test('is not asked for where a step is none that it knows', () => {
    expect(questionOf({ ...scenario, steps: [{ op: 'guest-access', gpa: 0, access: 'read' }] })).toBeNull();
  });
});
