/** Answers are written by compiled code, and say exactly what JSON.stringify would. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { serializerOf } from '../../src/http/reply.js';
import { WriteAnswer } from '../../src/http/schemas/host-access.js';
import { PageStateAnswer } from '../../src/http/schemas/instruction.js';
import { TestApp } from './support/test-app.js';

describe('the compiled writer', () => {
  test.each<[string, z.ZodType, object]>([
    [
      'null and absence differ',
      z.strictObject({ a: z.string().nullable(), b: z.string().optional(), c: z.strictObject({ d: z.int() }).nullable() }),
      { a: null, c: null },
    ],
    ['members keep the order of the schema', z.strictObject({ z: z.int().optional(), a: z.int() }), { z: 1, a: 2 }],
    ['text is escaped', z.strictObject({ a: z.string() }), { a: '"\\\n\u2028\ud800' }],
    ['records keep their keys', z.strictObject({ a: z.record(z.string(), z.int()) }), { a: { '2M': 1, none: 0 } }],
    ['large integers stay exact', z.strictObject({ a: z.int() }), { a: Number.MAX_SAFE_INTEGER }],
    [
      'lists of nullable objects',
      z.strictObject({ a: z.array(z.strictObject({ b: z.boolean() }).nullable()) }),
      { a: [null, { b: true }] },
    ],
  ])('%s', (_what, schema, value) => {
    expect(serializerOf(schema)(value)).toBe(JSON.stringify(value));
  });
});

/** Every answer of the service, as its schema and as JSON see it. */
test('answers of all operations and views fit their schemas, and nothing is lost in writing', async () => {
  const app = new TestApp();
  const vm = await app.vm({ onSigbus: 'report', memory: { size: '8MiB' }, labels: { a: 'b' }, name: 'n', ttlSeconds: 5 });
  const calls: readonly (readonly ['GET' | 'POST', string, object?])[] = [
    [
      'POST',
      '/page-state-changes',
      {
        entries: [
          { gpa: '0x200000', pageSize: '2M', operation: 'private' },
          { gpa: '0x207000', operation: 'shared' },
        ],
      },
    ],
    ['POST', '/hypervisor-writes', { gpa: '0x207000', size: 1, fill: 7 }],
    ['POST', '/hypervisor-writes', { gpa: '0x208000', size: 1, expect: { outcome: 'completed', decisions: [] } }],
    ['POST', '/hypervisor-reads', { gpa: '0x207000', size: 2 }],
    ['POST', '/pvalidate', { gpa: '0x208000', pageSize: '4K', validate: false }],
    ['POST', '/rmpupdate', { pfn: '0x100300', assigned: true, gpa: '0x300000', asid: 1 }],
    ['POST', '/psmash', { pfn: '0x100200' }],
    ['GET', '/pages/0x208000'],
    ['GET', '/map?cells=4'],
    ['GET', '/rmp?from=0x1001ff&limit=10'],
    ['GET', '/page-table?hva=0x7f0000207000'],
    ['GET', '/vmas'],
    ['GET', ''],
    ['GET', '?digest=false'],
  ];
  for (const [method, path, payload] of calls) {
    const pattern = `/v1/vms/:vm${path.split('?')[0]?.replace(/\/pages\/.*/, '/pages/:gpa') ?? ''}`;
    const schema = app.app.routes.find((route) => route.method === method && route.path === pattern)?.answer.schema;
    const { status, body, text } = payload === undefined ? await app.get(vm + path) : await app.post(vm + path, payload);
    expect([status, schema === undefined], text).toEqual([200, false]);
    expect(schema?.safeParse(body).error).toBeUndefined();
    expect(text).toBe(JSON.stringify(body));
  }
});

test('hot answers have no member that their schema does not name', () => {
  for (const schema of [WriteAnswer, PageStateAnswer]) expect(schema.def.catchall?._zod.def.type).toBe('never');
});
