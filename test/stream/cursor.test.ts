/** Cursors: what is one, and where it leads. */
import { describe, expect, test } from 'vitest';
import { parseAfter, positionOf } from '../../src/service/cursor.js';
import { FakeVm } from './support/fake-vms.js';
import { newLog } from './support/log-text.js';

describe('text', () => {
  test.each([
    ['e1.812', { kind: 'cursor', epoch: 'e1', position: 812 }],
    ['e-9x.0', { kind: 'cursor', epoch: 'e-9x', position: 0 }],
    ['812', { kind: 'seq', seq: 812 }],
    ['0', { kind: 'seq', seq: 0 }],
    ['head', { kind: 'head' }],
    ['oldest', { kind: 'oldest' }],
  ])('%s is a cursor', (text, after) => {
    expect(parseAfter(text)).toEqual(after);
  });

  test.each([
    '',
    '-1',
    'e1',
    'e1.',
    '.5',
    'e1.-5',
    'e1.5.6',
    'e1.0x5',
    ' 5',
    '5 ',
    '1e3',
    'e 1.5',
    '99999999999999999',
    'e1.9007199254740993',
  ])('%j is none', (text) => {
    expect(parseAfter(text)).toBeNull();
  });
});

describe('place', () => {
  /** vm-a has positions 1 and 3, vm-b 2 and 4; later ones push the first out where the log is short. */
  function log(limits = {}) {
    const made = newLog({ limits });
    const a = new FakeVm('vm-a', made);
    const b = new FakeVm('vm-b', made);
    a.change(1);
    b.change(1);
    return { made, a };
  }

  test.each([
    ['e1.0', null, 0],
    ['e1.4', null, 4],
    ['e1.2', 'vm-a', 2],
    ['0', 'vm-a', 0],
    ['1', 'vm-a', 1],
    ['2', 'vm-a', 3],
    ['2', 'vm-b', 4],
    ['head', null, 4],
    ['oldest', null, 0],
  ])('%s of %s is position %d', (text, vm, position) => {
    expect(positionOf(log().made, parseAfter(text) ?? { kind: 'head' }, vm)).toBe(position);
  });

  test.each([
    ['e1.5', null, 'cursor-future'],
    ['3', 'vm-a', 'cursor-future'],
    ['e0.1', null, 'epoch-mismatch'],
    ['1', null, 'invalid-field'],
  ])('%s of %s is refused: %s', (text, vm, code) => {
    expect(positionOf(log().made, parseAfter(text) ?? { kind: 'head' }, vm)).toMatchObject({ rejected: true, code, pointer: 'after' });
  });

  test('a place before the oldest event is compacted, and the refusal says where the log begins', () => {
    const { made, a } = log({ segmentEventsMax: 2, eventsPerVm: 1, logBytesMax: 1 });
    for (let i = 0; i < 10; i++) a.change(1);
    expect(made.oldest).toBeGreaterThan(4);
    for (const [text, vm] of [
      ['e1.1', null],
      ['0', 'vm-a'],
      ['1', 'vm-a'],
    ] as const) {
      expect(positionOf(made, parseAfter(text) ?? { kind: 'head' }, vm)).toMatchObject({
        code: 'compacted',
        extra: { oldest: made.oldest },
      });
    }
    expect(positionOf(made, { kind: 'cursor', epoch: 'e1', position: made.oldest - 1 }, null)).toBe(made.oldest - 1);
  });
});
