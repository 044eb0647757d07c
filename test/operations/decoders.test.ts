/** Operations as bytes: records and lines in any pieces come to the same, and what is none is named. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/core/index.js';
import { hypervisorRead, hypervisorWrite } from '../../src/http/commands.js';
import { type BadRecord, RECORD_BYTES, RecordDecoder } from '../../src/service/operations/binary-records.js';
import { canonicalCommand } from '../../src/service/operations/canonical-line.js';
import { LineSplitter } from '../../src/service/operations/line-splitter.js';

interface Fields {
  readonly op?: number;
  readonly flags?: number;
  readonly zero?: number;
  readonly size?: number;
  readonly address?: bigint;
  readonly rest?: number;
}

function record({ op = 1, flags = 0, zero = 0, size = 1, address = 0n, rest = 0 }: Fields): Buffer {
  const bytes = Buffer.alloc(RECORD_BYTES);
  bytes[0] = op;
  bytes[1] = flags;
  bytes.writeUInt16LE(zero, 2);
  bytes.writeUInt32LE(size, 4);
  bytes.writeBigUInt64LE(address, 8);
  bytes[31] = rest;
  return bytes;
}

/** Everything in `bytes`, cut into pieces at these places. */
function decoded(bytes: Buffer, cuts: readonly number[] = []): (Command | BadRecord)[] {
  const decoder = new RecordDecoder();
  const found: (Command | BadRecord)[] = [];
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  for (const [i, from] of [0, ...places].entries()) {
    decoder.feed(bytes.subarray(from, places[i] ?? bytes.length));
    for (let one = decoder.next(); one !== null; one = decoder.next()) found.push(one);
  }
  const end = decoder.end();
  return end === null ? found : [...found, end];
}

describe('binary records', () => {
  test.each([
    [
      'a write to a gpa',
      { flags: 2, size: 64, address: 0x20_0008n },
      { op: 'hypervisor-write', target: { space: 'gpa', page: 0x200, offset: 8 }, size: 64 },
    ],
    [
      'a write to an hva of 47 bits',
      { size: 1, address: 0x7fff_ffff_f123n },
      { op: 'hypervisor-write', target: { space: 'hva', page: 0x7_ffff_ffff, offset: 0x123 }, size: 1 },
    ],
    [
      'a read of an address of 64 bits',
      { op: 2, size: 9, address: 0xffff_8880_0010_0fffn },
      { op: 'hypervisor-read', target: { space: 'hva', page: 0xffff888000100, offset: 0xfff }, size: 9 },
    ],
    [
      'a change to private 2M',
      { op: 3, flags: 1, size: 4, address: 0x20_0000n },
      {
        op: 'page-state-change',
        entries: [{ gfn: 0x200, pages: 4, pageSize: 2, operation: 'private' }],
        validate: true,
        strictGuest: false,
      },
    ],
    [
      'a change to shared 4K',
      { op: 4, size: 1, address: 0x1000n },
      { op: 'page-state-change', entries: [{ gfn: 1, pages: 1, pageSize: 1, operation: 'shared' }] },
    ],
  ])('%s', (_what, fields, command) => {
    expect(decoded(record(fields))).toMatchObject([command]);
  });

  test.each([
    ['no operation', { op: 0 }, /0 is no operation/],
    ['an unknown operation', { op: 7 }, /7 is no operation/],
    ['2M pages of a write', { flags: 1 }, /reserved bits/],
    ['a gpa flag of a change', { op: 3, flags: 2 }, /reserved bits/],
    ['the highest flag', { flags: 0x80 }, /reserved bits/],
    ['bytes that have to be zero', { zero: 1 }, /reserved bytes/],
    ['the last byte', { rest: 1 }, /reserved bytes/],
    ['a page that does not begin one', { op: 3, address: 0x1001n }, /does not begin/],
  ])('%s is none, and is named by its number', (_what, fields, detail) => {
    expect(decoded(Buffer.concat([record({}), record(fields)])).at(-1)).toMatchObject({
      bad: true,
      index: 1,
      detail: expect.stringMatching(detail) as string,
    });
  });

  test('bytes that end inside a record', () => {
    expect(decoded(record({}).subarray(0, 31))).toMatchObject([{ bad: true, index: 0, detail: 'the last record has 31 of 32 bytes' }]);
  });

  propertyTest.prop([fc.array(fc.tuple(fc.nat(4), fc.nat(0xffff), fc.nat()), { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 30 })])(
    'come to the same in whatever pieces',
    (list, cuts) => {
      const bytes = Buffer.concat(list.map(([op, size, page]) => record({ op, size, address: BigInt(page) * 4096n })));
      expect(decoded(bytes, cuts)).toEqual(decoded(bytes));
    },
  );
});

describe('lines', () => {
  const linesOf = (text: string, cuts: readonly number[], lineBytesMax = 1000): (string | null)[] => {
    const splitter = new LineSplitter(lineBytesMax);
    const bytes = Buffer.from(text);
    const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
    const lines: (string | null)[] = [];
    for (const [i, from] of [0, ...places].entries()) {
      splitter.feed(bytes.subarray(from, places[i] ?? bytes.length));
      for (let line = splitter.next(); line !== null; line = splitter.next()) {
        if (line === 'too-long') return [...lines, 'too-long'];
        lines.push(line.toString());
      }
    }
    const last = splitter.end();
    return last === null ? lines : [...lines, last.toString()];
  };

  propertyTest.prop([
    fc.array(fc.constantFrom('a', 'é', '\n', '\n\n', 'some more'), { maxLength: 40 }),
    fc.array(fc.nat(), { maxLength: 20 }),
  ])('are those of the text, in whatever pieces it comes', (parts, cuts) => {
    const text = parts.join('');
    const expected = text.split('\n');
    if (expected.at(-1) === '') expected.pop();
    expect(linesOf(text, cuts)).toEqual(expected);
  });

  test.each([
    ['in one piece', []],
    ['in two', [3]],
  ])('a line of the limit passes and one byte more does not, %s', (_what, cuts) => {
    expect(linesOf('12345678\n', cuts, 8)).toEqual(['12345678']);
    expect(linesOf('123456789\n', cuts, 8)).toEqual(['too-long']);
    expect(linesOf('123456789', cuts, 8)).toEqual(['too-long']);
  });
});

describe('the canonical line', () => {
  const full = (text: string): unknown => {
    const { op, ...body } = JSON.parse(text) as { op: string; gpa: string; size: number };
    return op === 'hypervisor-read' ? hypervisorRead(body) : hypervisorWrite(body);
  };

  propertyTest.prop([
    fc.constantFrom('hypervisor-write', 'hypervisor-read'),
    fc.constantFrom('gpa', 'hva'),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.oneof(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 10 ** 15 - 1 })),
  ])('comes to what the full parser makes of it', (op, space, address, size) => {
    const text = `{"op":"${op}","${space}":"0x${address.toString(16)}","size":${size}}`;
    expect(canonicalCommand(Buffer.from(text))).toEqual(full(text));
  });

  test.each([
    '{"op":"hypervisor-write","gpa":"0x0","size":0}',
    '{"op":"hypervisor-write","gpa":"0x0","size":01}',
    '{"op":"hypervisor-write","gpa":"0x0","size":1} ',
    '{"op":"hypervisor-write","gpa":"0x0","size":1,"fill":0}',
    '{"op":"hypervisor-write","gpa":"0x0A","size":1}',
    '{"op":"hypervisor-write","gpa":"0x","size":1}',
    '{"op":"hypervisor-write","gpa":"0x00000000000000001","size":1}',
    '{"op":"hypervisor-write","pfn":"0x1","size":1}',
    '{"op":"hypervisor-write","gpa":"0x0","size":1e3}',
    '{"op":"hypervisor-write","gpa":"0x0","size":9999999999999999}',
    '{"op":"hypervisor-write", "gpa":"0x0","size":1}',
    '{"op":"hypervisor-write","gpa":"0x0","size":1',
    '{"op":"psmash","pfn":"0x0"}',
    '',
  ])('leaves %j to the full parser', (text) => {
    expect(canonicalCommand(Buffer.from(text))).toBeNull();
  });
});
