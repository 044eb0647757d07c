/** The compiled validators of the hot routes and the zod schemas say the same of every value. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { isRefusal } from '../../src/http/problem.js';
import { ReadRequest, WriteRequest } from '../../src/http/schemas/host-access.js';
import { PageStateRequest } from '../../src/http/schemas/instruction.js';
import { compiled, reads, readsFast } from '../../src/http/validate.js';

/** Things that stand on either side of some border. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    '0x',
    '0xFF',
    '0X1',
    'ff',
    '0x12345678901234567',
    ' 0x1',
    '0x1\n',
    -0,
    -1,
    1.5,
    256,
    2 ** 31,
    2 ** 53,
    Number.MAX_VALUE,
    null,
  ),
  fc.constantFrom('4k', '4Ki', '0', '01', '1 K', '9999999999999T', '99999999999999', 'kvm', '1G', '', 'a=b', '====', 'é', 'success'),
);

/** An object with some of these members: as it should be, or one of them odd, or with one more. */
function bodyOf(members: Record<string, fc.Arbitrary<unknown>>, required: readonly string[] = []): fc.Arbitrary<unknown> {
  const optional = Object.fromEntries(
    Object.entries(members).map(([key, value]) => [key, required.includes(key) ? value : fc.option(value, { nil: undefined })]),
  );
  const body = fc.record(optional).map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));
  const key = fc.oneof(fc.constantFrom(...Object.keys(members)), fc.string());
  return fc.oneof(
    { weight: 6, arbitrary: body },
    { weight: 2, arbitrary: fc.tuple(body, key, odd).map(([made, name, value]) => ({ ...made, [name]: value })) },
    {
      weight: 1,
      arbitrary: fc.tuple(body, key).map(([made, name]) => Object.fromEntries(Object.entries(made).filter(([other]) => other !== name))),
    },
  );
}

const address = fc.oneof(
  fc.nat().map((n) => `0x${n.toString(16)}`),
  fc.maxSafeNat(),
);
const size = fc.oneof(fc.maxSafeNat(), fc.constantFrom('4K', '2MiB', '1TiB', '12'));
const nth = fc.integer({ min: 1, max: 5 });
const inject = bodyOf({
  splitFailure: bodyOf({ nth }, ['nth']),
  rmpupdate: bodyOf({ nth, code: fc.integer({ min: 1, max: 7 }) }, ['nth', 'code']),
  lookupFailure: bodyOf({ pfn: address }, ['pfn']),
  between: bodyOf({ nth, change: fc.constantFrom('shared', 'swapped', 'collapsed'), gpa: address }, ['nth', 'change']),
});
const accessExpect = bodyOf({
  outcome: fc.constantFrom('completed', 'livelock'),
  decisions: fc.array(fc.constantFrom('KILL', 'RETRY'), { maxLength: 3 }),
});
const where = { hva: address, gpa: address, pfn: address };

const CASES: readonly (readonly [name: string, schema: z.ZodType, bodies: fc.Arbitrary<unknown>])[] = [
  [
    'hypervisor writes',
    WriteRequest,
    bodyOf({
      ...where,
      size,
      fill: fc.integer({ min: 0, max: 255 }),
      data: fc.base64String(),
      via: fc.constantFrom('user', 'copy-to-user', 'direct-map'),
      pagefaultDisabled: fc.boolean(),
      inject,
      expect: accessExpect,
    }),
  ],
  ['hypervisor reads', ReadRequest, bodyOf({ ...where, size, via: fc.constantFrom('user', 'direct-map'), expect: accessExpect }, ['size'])],
  [
    'page-state changes',
    PageStateRequest,
    bodyOf(
      {
        entries: fc.array(
          bodyOf(
            {
              gpa: address,
              pages: nth,
              pageSize: fc.constantFrom('4K', '2M'),
              operation: fc.constantFrom('private', 'shared', 'psmash', 'unsmash'),
            },
            ['gpa', 'operation'],
          ),
          { maxLength: 4 },
        ),
        validate: fc.boolean(),
        strictGuest: fc.boolean(),
        inject,
        expect: bodyOf({ status: fc.constantFrom('SUCCESS', 'FAIL_INPUT') }),
      },
      ['entries'],
    ),
  ],
];

describe.each(CASES)('%s', (_name, schema, bodies) => {
  const fast = compiled(schema);
  const readFast = readsFast(schema);
  const read = reads(schema, 'body');
  const seen = { accepted: 0, refused: 0 };

  propertyTest.prop([bodies], { numRuns: 2000 })('ajv and zod agree', (body) => {
    const accepted = schema.safeParse(body).success;
    seen[accepted ? 'accepted' : 'refused']++;
    expect(fast(body)).toBe(accepted);
    expect(readFast(body)).toEqual(read(body));
    expect(isRefusal(read(body))).toBe(!accepted);
  });

  test('and both verdicts did occur', () => {
    expect(seen.accepted).toBeGreaterThan(50);
    expect(seen.refused).toBeGreaterThan(50);
  });
});

test('a value is handed on as it came: nothing is filled in, stripped or turned into another type', () => {
  const body = { gpa: 4096, size: '4K' };
  expect(readsFast(WriteRequest)(body)).toEqual({ value: { gpa: 4096, size: '4K' } });
});
