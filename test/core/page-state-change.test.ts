/** Page-state changes: the effect table, the guest's PVALIDATEs around them, failures, limits. */
import { describe, expect, it } from 'vitest';
import { asGfn, FRAME_BASE, type PageStateEntry, PSC_ENTRIES_MAX, PSC_PAGES_MAX } from '../../src/core/index.js';
import { Workbench } from './workbench.js';

const typesFrom = (w: Workbench, from: number): string[] => w.events.filter((e) => e.seq > from).map((e) => e.type);
const entry = (operation: PageStateEntry['operation'], gfn: number, pageSize: 1 | 2 = 1, pages = 1): PageStateEntry => ({
  gfn: asGfn(gfn),
  pages,
  pageSize,
  operation,
});

/** Runs before the request: what region 1 (guest pages 512 to 1023) is like. */
const PREPARED: Readonly<Record<string, (w: Workbench) => void>> = {
  shared: () => {},
  'one page private': (w) => w.change('private', 519),
  'one 2M entry': (w) => w.change('private', 512, 2),
  '512 4K entries': (w) => {
    w.change('private', 512, 2);
    w.psmash(512);
  },
};

describe('entries of one request that name the same page', () => {
  it('PVALIDATE what they made private themselves, once', () => {
    const w = new Workbench();
    const entries = [entry('private', 512, 2), entry('private', 519), entry('private', 512, 2)];
    const result = w.run({ op: 'page-state-change', entries, validate: true, strictGuest: true });
    expect(result).toMatchObject({
      outcome: { status: 'SUCCESS', results: [{ carry: false, rmpPages: 512 }, { rmpPages: 0 }, { rmpPages: 0 }] },
    });
    expect(w.m.rmp.isHuge(FRAME_BASE + 512)).toBe(true);
    expect(w.events.filter((e) => e.type === 'pvalidated')).toHaveLength(1);
    expect(w.m.state).toBe('running');
  });

  it('PVALIDATE anew what was shared and made private again', () => {
    const w = new Workbench();
    const entries = [entry('private', 519), entry('shared', 519), entry('private', 519)];
    const result = w.run({ op: 'page-state-change', entries, validate: true, strictGuest: true });
    expect(result).toMatchObject({ outcome: { status: 'SUCCESS' } });
    expect(w.m.rmp.stateAt(FRAME_BASE + 519)).toBe('guest-valid');
    expect(w.events.filter((e) => e.type === 'pvalidated')).toHaveLength(1);
  });
});

describe('the effect of a request on the RMP', () => {
  it.each([
    ['private 2M', 'shared', 512, 'one 2M RMPUPDATE', ['direct-map-split', 'rmp-updated', 'page-state-changed', 'pvalidated'], true, 512],
    [
      'private 2M',
      'one page private',
      505,
      '4K each around the private one',
      ['rmp-updated', 'rmp-updated', 'page-state-changed', 'pvalidated', 'pvalidated'],
      false,
      511,
    ],
    ['private 2M', 'one 2M entry', 512, 'nothing', ['page-state-changed'], true, 0],
    ['private 4K', 'shared', 519, 'one 4K RMPUPDATE', ['direct-map-split', 'rmp-updated', 'page-state-changed', 'pvalidated'], false, 1],
    ['private 4K', 'one page private', 519, 'nothing', ['page-state-changed'], false, 0],
    ['private 4K', 'one 2M entry', 519, 'nothing', ['page-state-changed'], true, 0],
    ['shared 2M', 'one 2M entry', 512, 'one 2M RMPUPDATE', ['pvalidated', 'rmp-updated', 'page-state-changed'], false, 512],
    ['shared 2M', '512 4K entries', 512, '4K each', ['pvalidated', 'rmp-updated', 'page-state-changed'], false, 512],
    ['shared 2M', 'one page private', 512, '4K where assigned', ['pvalidated', 'rmp-updated', 'page-state-changed'], false, 1],
    [
      'shared 4K',
      'one 2M entry',
      519,
      'PSMASH, then 4K',
      ['nested-fault', 'psmashed', 'pvalidated', 'rmp-updated', 'page-state-changed'],
      false,
      1,
    ],
    ['shared 4K', 'one page private', 519, 'one 4K RMPUPDATE', ['pvalidated', 'rmp-updated', 'page-state-changed'], false, 1],
    ['shared 4K', 'shared', 519, 'nothing', ['page-state-changed'], false, 0],
    ['psmash 2M', 'one 2M entry', 512, 'a hint: nothing', ['page-state-changed'], true, 0],
    ['unsmash 2M', '512 4K entries', 512, 'a hint: nothing', ['page-state-changed'], false, 0],
  ] as const)('%s on %s', (request, before, gfn, _effect, types, huge, rmpPages) => {
    const w = new Workbench();
    PREPARED[before](w);
    const from = w.m.seq;
    const [operation, size] = request.split(' ') as [PageStateEntry['operation'], string];
    const outcome = w.change(operation, size === '2M' ? 512 : gfn, size === '2M' ? 2 : 1);
    expect(outcome).toMatchObject({ status: 'SUCCESS', requestFailed: false, results: [{ status: 'SUCCESS', code: 0, rmpPages }] });
    expect(typesFrom(w, from)).toEqual(types);
    expect(w.m.rmp.isHuge(FRAME_BASE + 512)).toBe(huge);
  });

  it('makes private 2M of 4K entries where the host maps 4K, and PVALIDATEs them one by one', () => {
    const w = new Workbench({ backing: '4k' });
    const outcome = w.change('private', 512, 2);
    expect(outcome.results).toEqual([{ status: 'SUCCESS', code: 0, carry: false, rmpPages: 512 }]);
    expect(w.m.rmp.isHuge(FRAME_BASE + 512)).toBe(false);
    expect(w.m.rmp.stateAt(FRAME_BASE + 1023)).toBe('guest-valid');
    expect(typesFrom(w, 1)).toEqual(['direct-map-split', 'rmp-updated', 'page-state-changed', 'pvalidated']);
  });

  it('leaves the pages guest-invalid without validate', () => {
    const w = new Workbench();
    w.change('private', 519, 1, { validate: false });
    expect(w.m.rmp.stateAt(FRAME_BASE + 519)).toBe('guest-invalid');
  });

  it('smashes in the host where the guest does not validate', () => {
    const w = new Workbench();
    w.change('private', 512, 2);
    const from = w.m.seq;
    w.change('shared', 519, 1, { validate: false });
    expect(typesFrom(w, from)).toEqual(['psmashed', 'rmp-updated', 'page-state-changed']);
    expect(w.m.rmp.stateAt(FRAME_BASE + 520)).toBe('guest-valid');
  });

  it('cuts an entry of many pages into requests of 253', () => {
    const w = new Workbench();
    w.change('private', 512, 1, { pages: 512 });
    const runs = w.events.filter((e) => e.type === 'rmp-updated').map((e) => e.pages);
    expect(runs).toEqual([253, 253, 6]);
    expect(w.m.rmp.assignedAround(FRAME_BASE + 512)).toBe(512);
  });

  it('PVALIDATEs shared pages before the whole request and private ones after it', () => {
    const w = new Workbench();
    w.change('private', 3);
    const from = w.m.seq;
    w.run({ op: 'page-state-change', entries: [entry('private', 2), entry('shared', 3)], validate: true, strictGuest: false });
    expect(typesFrom(w, from)).toEqual([
      'pvalidated',
      'rmp-updated',
      'page-state-changed',
      'rmp-updated',
      'page-state-changed',
      'pvalidated',
    ]);
  });

  it('reports the carry flag of a page that was never validated, and goes on', () => {
    const w = new Workbench();
    w.change('private', 3, 1, { validate: false });
    expect(w.change('shared', 3).results).toEqual([{ status: 'SUCCESS', code: 0, carry: true, rmpPages: 1 }]);
  });

  it('ends a strict guest on an unexpected carry flag, as Linux ends itself', () => {
    const w = new Workbench();
    w.change('private', 3, 1, { validate: false });
    const result = w.run({ op: 'page-state-change', entries: [entry('shared', 3), entry('shared', 4)], validate: true, strictGuest: true });
    expect(result).toMatchObject({
      outcome: { status: 'GUEST_TERMINATED', results: [{ status: 'GUEST_TERMINATED' }, { status: 'NOT_ATTEMPTED' }] },
    });
    expect(w.events.at(-1)).toMatchObject({ type: 'vm-killed', cause: 'guest-terminated' });
  });
});

describe('a request that fails', () => {
  it.each([
    [1, 'FAIL_INPUT'],
    [2, 'FAIL_PERMISSION'],
    [4, 'FAIL_OVERLAP'],
  ] as const)('with code %i says so, keeps what was done and attempts nothing after it', (code, status) => {
    const w = new Workbench();
    const result = w.run({
      op: 'page-state-change',
      entries: [entry('private', 1), entry('private', 2), entry('private', 3)],
      validate: true,
      strictGuest: false,
      inject: { rmpupdate: { nth: 2, code } },
    });
    expect(result).toMatchObject({
      outcome: {
        status,
        code,
        requestFailed: true,
        results: [
          { status: 'SUCCESS', rmpPages: 1 },
          { status, code, rmpPages: 0 },
          { status: 'NOT_ATTEMPTED', code: null },
        ],
      },
    });
    expect(w.m.rmp.isAssigned(FRAME_BASE + 1)).toBe(true);
    expect(w.m.rmp.isAssigned(FRAME_BASE + 2)).toBe(false);
  });

  it('is tried again on FAIL_INUSE, as v1 does, and the injection counts executions', () => {
    const w = new Workbench();
    expect(w.change('private', 1, 1, { inject: { rmpupdate: { nth: 1, code: 3 } } })).toMatchObject({ status: 'SUCCESS' });
  });

  it('stops where PVALIDATE can never complete', () => {
    const w = new Workbench();
    w.rmpupdate(3, { asid: 2 });
    const outcome = w.change('shared', 3);
    expect(outcome).toMatchObject({ status: 'NESTED_FAULT', code: null, requestFailed: false });
    expect(w.m.rmp.isAssigned(FRAME_BASE + 3)).toBe(true);
  });
});

describe('a request that makes no sense', () => {
  it.each([
    ['no entry', [], '/entries'],
    ['254 entries', Array.from({ length: PSC_ENTRIES_MAX + 1 }, (_, i) => entry('private', i)), '/entries'],
    ['an unaligned 2M gpa', [entry('private', 0), entry('private', 513, 2)], '/entries/1/gpa'],
    ['no page', [entry('private', 0, 1, 0)], '/entries/0/pages'],
    ['pages beyond the memslot', [entry('private', 2040, 1, 9)], '/entries/0/gpa'],
    ['a gpa outside every memslot', [entry('shared', 4096)], '/entries/0/gpa'],
  ])('is refused for %s, and nothing changes', (_name, entries, pointer) => {
    const w = new Workbench();
    const before = [w.m.seq, w.m.operations, w.m.rmp.version];
    expect(w.rejection({ op: 'page-state-change', entries, validate: true, strictGuest: false }).pointer).toBe(pointer);
    expect([w.m.seq, w.m.operations, w.m.rmp.version]).toEqual(before);
  });

  it('is allowed up to PSC_PAGES_MAX pages and refused above', () => {
    const w = new Workbench({ pages: PSC_PAGES_MAX + 512 });
    const units = PSC_PAGES_MAX / 512;
    expect(w.change('private', 0, 2, { pages: units }).status).toBe('SUCCESS');
    expect(
      w.rejection({ op: 'page-state-change', entries: [entry('private', 0, 2, units + 1)], validate: true, strictGuest: false }).code,
    ).toBe('limit-exceeded');
  });

  it('takes 253 entries', () => {
    const w = new Workbench();
    const entries = Array.from({ length: PSC_ENTRIES_MAX }, (_, i) => entry('private', i));
    expect(w.run({ op: 'page-state-change', entries, validate: true, strictGuest: false })).toMatchObject({
      outcome: { status: 'SUCCESS' },
    });
  });
});
