/** Misuse: each kind is answered by a problem document that names the field and the remedy, and the VM stays as it was. */
import { beforeAll, describe, expect, test } from 'vitest';
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from '../../src/http/problem.js';
import { type Reply, TestApp } from './support/test-app.js';

const app = new TestApp({ bodyBytesMax: 16_384 });
let vm = '';
let digest = '';

beforeAll(async () => {
  vm = await app.vm({ onSigbus: 'report', memory: { size: '16MiB' } });
  await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x200000', pageSize: '2M', operation: 'private' }] });
  digest = await app.digest(vm);
});

/** A whole problem document of this code, and nothing changed. */
async function expectProblem(reply: Reply, code: ProblemCode, pointer: string): Promise<void> {
  expect(reply.body, reply.text).toMatchObject({ code, pointer });
  expect(reply.headers['content-type']).toBe('application/problem+json');
  expect(Object.keys(reply.body).slice(0, 8)).toEqual(['type', 'title', 'status', 'detail', 'code', 'pointer', 'hint', 'requestId']);
  expect(reply.body).toMatchObject({ type: `/docs/problems#${code}`, status: PROBLEMS[code].status, title: PROBLEMS[code].title });
  expect(reply.status).toBe(PROBLEMS[code].status);
  expect(reply.body.requestId).toBe(reply.headers['x-request-id']);
  expect(reply.body.detail).not.toBe('');
  expect(reply.body.hint).not.toBe('');
  expect(await app.digest(vm)).toBe(digest);
}

type Row = readonly [what: string, path: string, body: unknown, code: ProblemCode, pointer: string];

const entries = (count: number) => Array.from({ length: count }, () => ({ gpa: '0x0', operation: 'private' }));

const ROWS: readonly Row[] = [
  ['unknown field', '/hypervisor-writes', { gpa: '0x0', size: 1, sise: 2 }, 'unknown-field', '/sise'],
  [
    'unknown field in an entry',
    '/page-state-changes',
    { entries: [{ gpa: '0x0', operation: 'private', page: 1 }] },
    'unknown-field',
    '/entries/0/page',
  ],
  ['missing field', '/psmash', {}, 'invalid-field', '/pfn'],
  ['no target', '/hypervisor-writes', { size: 1 }, 'invalid-field', '/gpa'],
  ['two targets', '/hypervisor-writes', { size: 1, gpa: '0x0', hva: '0x7f0000000000' }, 'invalid-field', '/gpa'],
  ['pfn without direct-map', '/hypervisor-writes', { size: 1, pfn: '0x100000' }, 'invalid-field', '/pfn'],
  ['hva with direct-map', '/hypervisor-writes', { size: 1, hva: '0x7f0000000000', via: 'direct-map' }, 'invalid-field', '/hva'],
  [
    'pagefaultDisabled of the VMM',
    '/hypervisor-writes',
    { size: 1, gpa: '0x0', pagefaultDisabled: true },
    'invalid-field',
    '/pagefaultDisabled',
  ],
  ['upper-case hex', '/hypervisor-writes', { gpa: '0x20000A', size: 1 }, 'invalid-field', '/gpa'],
  ['more than 64 bits', '/hypervisor-writes', { gpa: '0x10000000000000000', size: 1 }, 'invalid-field', '/gpa'],
  ['negative number', '/hypervisor-writes', { gpa: -4096, size: 1 }, 'invalid-field', '/gpa'],
  ['number that is not exact', '/hypervisor-writes', { gpa: 2 ** 53, size: 1 }, 'invalid-field', '/gpa'],
  ['fraction', '/hypervisor-writes', { gpa: 0.5, size: 1 }, 'invalid-field', '/gpa'],
  [
    'another thread at a gpa outside every memslot',
    '/hypervisor-writes',
    { gpa: '0x0', size: 1, inject: { between: { nth: 1, change: 'shared', gpa: '0x1000000' } } },
    'address-out-of-range',
    '/inject/between/gpa',
  ],
  [
    'a look-up that fails for a frame without RMP entry',
    '/hypervisor-writes',
    { gpa: '0x0', size: 1, inject: { lookupFailure: { pfn: '0x140000' } } },
    'address-out-of-range',
    '/inject/lookupFailure/pfn',
  ],
  ['gpa outside every memslot', '/hypervisor-writes', { gpa: '0x1000000', size: 1 }, 'address-out-of-range', '/gpa'],
  ['range that runs past the memslot', '/hypervisor-writes', { gpa: '0xfffff0', size: 17 }, 'address-out-of-range', '/gpa'],
  ['hva of the kernel', '/hypervisor-writes', { hva: '0xffff888000000000', size: 1 }, 'address-out-of-range', '/hva'],
  ['non-canonical hva', '/hypervisor-writes', { hva: '0x800000000000', size: 1 }, 'address-out-of-range', '/hva'],
  ['frame beyond RAM', '/hypervisor-writes', { pfn: '0xffffffffff', size: 1, via: 'direct-map' }, 'address-out-of-range', '/pfn'],
  ['size 0', '/hypervisor-writes', { gpa: '0x0', size: 0 }, 'invalid-field', '/size'],
  ['size over the limit', '/hypervisor-writes', { gpa: '0x0', size: '65MiB' }, 'limit-exceeded', '/size'],
  ['read over the limit', '/hypervisor-reads', { gpa: '0x0', size: '2MiB' }, 'limit-exceeded', '/size'],
  ['size as the text of a number', '/hypervisor-writes', { gpa: '0x0', size: '64' }, 'invalid-field', '/size'],
  ['size in words', '/hypervisor-writes', { gpa: '0x0', size: '1 page' }, 'invalid-field', '/size'],
  ['no size and no data', '/hypervisor-writes', { gpa: '0x0' }, 'invalid-field', '/size'],
  ['data that is no base64', '/hypervisor-writes', { gpa: '0x0', data: 'a' }, 'invalid-field', '/data'],
  ['data with stray bits', '/hypervisor-writes', { gpa: '0x0', data: 'AR==' }, 'invalid-field', '/data'],
  ['empty data', '/hypervisor-writes', { gpa: '0x0', data: '' }, 'invalid-field', '/data'],
  ['data and size that disagree', '/hypervisor-writes', { gpa: '0x0', data: 'AQ==', size: 2 }, 'invalid-field', '/size'],
  ['data and fill', '/hypervisor-writes', { gpa: '0x0', data: 'AQ==', fill: 1 }, 'invalid-field', '/fill'],
  ['fill that is no byte', '/hypervisor-writes', { gpa: '0x0', size: 1, fill: 256 }, 'invalid-field', '/fill'],
  ['text for a number', '/hypervisor-writes', { gpa: '0x0', size: 1, fill: '1' }, 'invalid-field', '/fill'],
  ['number for a truth', '/page-state-changes', { entries: entries(1), validate: 1 }, 'invalid-field', '/validate'],
  ['null', '/hypervisor-writes', { gpa: null, size: 1 }, 'invalid-field', '/gpa'],
  ['a list', '/hypervisor-writes', [], 'invalid-field', ''],
  ['a number', '/hypervisor-writes', 7, 'invalid-field', ''],
  ['no entries', '/page-state-changes', { entries: [] }, 'invalid-field', '/entries'],
  ['254 entries', '/page-state-changes', { entries: entries(254) }, 'limit-exceeded', '/entries'],
  ['entry without operation', '/page-state-changes', { entries: [{ gpa: '0x0' }] }, 'invalid-field', '/entries/0/operation'],
  ['entry inside a page', '/page-state-changes', { entries: [{ gpa: '0x10', operation: 'private' }] }, 'invalid-field', '/entries/0/gpa'],
  [
    '2M entry off its boundary',
    '/page-state-changes',
    { entries: [...entries(1), { gpa: '0x1000', pageSize: '2M', operation: 'private' }] },
    'invalid-field',
    '/entries/1/gpa',
  ],
  [
    'entry past the memslot',
    '/page-state-changes',
    { entries: [{ gpa: '0xfff000', pages: 2, operation: 'private' }] },
    'address-out-of-range',
    '/entries/0/gpa',
  ],
  [
    '1G entry',
    '/page-state-changes',
    { entries: [{ gpa: '0x0', pageSize: '1G', operation: 'private' }] },
    'invalid-field',
    '/entries/0/pageSize',
  ],
  [
    'too many pages together',
    '/page-state-changes',
    { entries: Array.from({ length: 65 }, () => ({ gpa: '0x0', pages: 4096, operation: 'private' })) },
    'limit-exceeded',
    '/entries',
  ],
  ['VMPL 4', '/pvalidate', { gpa: '0x0', pageSize: '4K', validate: true, vmpl: 4 }, 'invalid-field', '/vmpl'],
  ['pvalidate outside every memslot', '/pvalidate', { gpa: '0x1000000', pageSize: '4K', validate: true }, 'address-out-of-range', '/gpa'],
  [
    'inject that counts from 0',
    '/hypervisor-writes',
    { gpa: '0x0', size: 1, inject: { splitFailure: { nth: 0 } } },
    'invalid-field',
    '/inject/splitFailure/nth',
  ],
  [
    'inject of an unknown code',
    '/rmpupdate',
    { pfn: '0x100000', assigned: false, inject: { rmpupdate: { nth: 1, code: 8 } } },
    'invalid-field',
    '/inject/rmpupdate/code',
  ],
  [
    'expectation of an unknown outcome',
    '/hypervisor-writes',
    { gpa: '0x0', size: 1, expect: { outcome: 'fine' } },
    'invalid-field',
    '/expect/outcome',
  ],
  [
    'expectation of another operation',
    '/psmash',
    { pfn: '0x100000', expect: { outcome: 'completed' } },
    'unknown-field',
    '/expect/outcome',
  ],
  ['unknown parameter', '/psmash?failOnExpectaton=true', { pfn: '0x100000' }, 'unknown-field', 'failOnExpectaton'],
  ['parameter twice', '/psmash?failOnExpectation=true&failOnExpectation=true', { pfn: '0x100000' }, 'invalid-field', 'failOnExpectation'],
];

describe('operations', () => {
  test.each(ROWS)('%s', async (_what, path, body, code, pointer) => {
    await expectProblem(await app.post(`${vm}${path}`, body), code, pointer);
  });

  test('an unknown VM', async () => {
    await expectProblem(await app.post('/v1/vms/vm-none/psmash', { pfn: '0x100000' }), 'unknown-vm', '');
    await expectProblem(await app.get('/v1/vms/__proto__'), 'unknown-vm', '');
  });
});

describe('creation', () => {
  const rows: readonly (readonly [what: string, body: object, code: ProblemCode, pointer: string])[] = [
    ['no whole page of memory', { memory: { size: 5000 } }, 'invalid-field', '/memory/size'],
    ['no memory', { memory: { size: 0 } }, 'invalid-field', '/memory/size'],
    ['more than 4 TiB', { memory: { size: '5TiB' } }, 'limit-exceeded', '/memory/size'],
    ['1G pages in 512 MiB', { memory: { size: '512MiB', backing: 'hugetlb-1G' } }, 'backing-refused', '/memory/backing'],
    [
      'hugetlb at an odd address',
      { memslots: [{ gpa: '0x0', size: '2MiB', backing: 'hugetlb-2M', hva: '0x7f0000001000' }] },
      'backing-refused',
      '/memslots/0/backing',
    ],
    ['memory and memslots', { memory: {}, memslots: [{ gpa: '0x0', size: 4096 }] }, 'invalid-field', '/memslots'],
    [
      'memslots that overlap',
      {
        memslots: [
          { gpa: '0x0', size: 8192 },
          { gpa: '0x1000', size: 4096 },
        ],
      },
      'invalid-field',
      '/memslots/1/gpa',
    ],
    [
      'hvas that overlap',
      {
        memslots: [
          { gpa: '0x0', size: 8192, hva: '0x10000000' },
          { gpa: '0x10000', size: 4096, hva: '0x10001000' },
        ],
      },
      'invalid-field',
      '/memslots/1/hva',
    ],
    ['a memslot inside a page', { memslots: [{ gpa: '0x10', size: 4096 }] }, 'invalid-field', '/memslots/0/gpa'],
    [
      'a memslot at a kernel address',
      { memslots: [{ gpa: '0x0', size: 4096, hva: '0xffff888000000000' }] },
      'address-out-of-range',
      '/memslots/0/hva',
    ],
    ['a name of 129 characters', { name: 'n'.repeat(129) }, 'limit-exceeded', '/name'],
    ['a label with a space', { labels: { suite: 'a b' } }, 'invalid-field', '/labels/suite'],
    ['33 labels', { labels: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`l${i}`, 'x'])) }, 'limit-exceeded', '/labels'],
    ['ASID 0', { asid: 0 }, 'invalid-field', '/asid'],
    ['ASID 1023', { asid: 1023 }, 'invalid-field', '/asid'],
    ['a time to live of 0', { ttlSeconds: 0 }, 'invalid-field', '/ttlSeconds'],
    ['an unknown generation', { generation: 'v99' }, 'invalid-field', '/generation'],
    ['an unknown backing', { memory: { backing: 'paper' } }, 'invalid-field', '/memory/backing'],
    ['separate private backing under v1', { privateBacking: 'separate' }, 'backing-refused', '/privateBacking'],
    [
      'a private guest that is not launched',
      { launch: 'none', memory: { initialState: 'private' } },
      'invalid-field',
      '/memory/initialState',
    ],
    ['coverage that cuts a region', { rmp: { coverage: '1M' } }, 'invalid-field', '/rmp/coverage'],
    ['coverage beyond RAM', { rmp: { coverage: '1T' } }, 'invalid-field', '/rmp/coverage'],
    [
      'private memory that is not covered',
      { rmp: { coverage: '4G' }, memory: { initialState: 'private' } },
      'invalid-field',
      '/memory/initialState',
    ],
    ['HV-Fixed frames beyond the coverage', { rmp: { hvFixed: [{ pfn: '0x10000000' }] } }, 'address-out-of-range', '/rmp/hvFixed/0/pfn'],
    [
      'HV-Fixed frames that start private',
      { rmp: { hvFixed: [{ pfn: '0x100000' }] }, memory: { initialState: 'private' } },
      'invalid-field',
      '/rmp/hvFixed/0/pfn',
    ],
    [
      'more HV-Fixed frames than the limit',
      { rmp: { hvFixed: ['0x0', '0x10000'].map((pfn) => ({ pfn, pages: 40_000 })) } },
      'limit-exceeded',
      '/rmp/hvFixed',
    ],
    ['no CPU', { hostCpus: 0 }, 'invalid-field', '/hostCpus'],
    ['more CPUs than the limit', { hostCpus: 1025 }, 'invalid-field', '/hostCpus'],
    ['hugetlb under v6', { generation: 'v6', memory: { backing: 'hugetlb-2M' } }, 'backing-refused', '/memory/backing'],
    ['doubt D14 with another value', { doubts: { D14: 'x' } }, 'invalid-field', '/doubts/D14'],
    ['doubt D1 with another value', { doubts: { D1: 'x' } }, 'invalid-field', '/doubts/D1'],
    ['doubt G12', { doubts: { G12: 'x' } }, 'invalid-field', '/doubts/G12'],
    ['doubt G13', { doubts: { G13: 'x' } }, 'unknown-field', '/doubts/G13'],
    ['doubt D17', { doubts: { D17: 'x' } }, 'unknown-field', '/doubts/D17'],
  ];

  test.each(rows)('%s', async (_what, body, code, pointer) => {
    await expectProblem(await app.post('/v1/vms', body), code, pointer);
  });

  test('the remedy for the name of a label', async () => {
    const { body } = await app.post('/v1/vms', { labels: { 'a b': 'x' } });
    expect(body.hint).toBe('give a name that is text of 1 to 64 letters, digits, underscores, dots and hyphens');
  });

  test.each([
    ['another thread', { between: { nth: 1, change: 'shared', gpa: '0x10000000' } }, '/inject/between/gpa'],
    ['a look-up', { lookupFailure: { pfn: '0x140000' } }, '/inject/lookupFailure/pfn'],
  ])('%s outside the VM', async (_what, inject, pointer) => {
    await expectProblem(await app.post('/v1/vms', { inject }), 'address-out-of-range', pointer);
  });
});

describe('bodies', () => {
  const write = (text: string | Buffer, headers?: Record<string, string>): Promise<Reply> =>
    app.postText(`${vm}/hypervisor-writes`, text, headers);

  test.each<[string, string | Buffer, ProblemCode, string]>([
    ['a key twice', '{"gpa":"0x0","size":1,"gpa":"0x1000"}', 'duplicate-key', '/gpa'],
    ['a key twice, once in another spelling', '{"gpa":"0x0","size":1,"g\\u0070a":"0x1000"}', 'duplicate-key', '/gpa'],
    ['a key twice deep inside', '{"gpa":"0x0","size":1,"inject":{"between":{"nth":1,"nth":2}}}', 'duplicate-key', '/inject/between/nth'],
    ['__proto__', '{"gpa":"0x0","size":1,"__proto__":{"size":2}}', 'forbidden-key', '/__proto__'],
    ['__proto__ in another spelling', '{"gpa":"0x0","size":1,"inject":{"\\u005f_proto__":1}}', 'forbidden-key', '/inject/__proto__'],
    ['constructor', '{"gpa":"0x0","size":1,"constructor":{"prototype":{}}}', 'unknown-field', '/constructor'],
    ['half an object', '{"gpa":', 'malformed-json', ''],
    ['two values', '{}{}', 'malformed-json', ''],
    ['a comment', '{/* */}', 'malformed-json', ''],
    ['nothing', '', 'malformed-json', ''],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'malformed-json', ''],
    ['brackets without end', '['.repeat(4000), 'malformed-json', ''],
    ['nesting as deep as the body is long', `${'['.repeat(2000)}${']'.repeat(2000)}`, 'invalid-field', ''],
  ])('%s', async (_what, text, code, pointer) => {
    await expectProblem(await write(text), code, pointer);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'application/json; charset=latin1',
    'multipart/form-data; boundary=x',
    'application/*',
  ])('sent as %s', async (type) => {
    await expectProblem(await write('{"gpa":"0x0","size":1}', { 'content-type': type }), 'unsupported-media-type', 'Content-Type');
  });

  test('sent without a type', async () => {
    const reply = await app.call({ method: 'POST', url: `${vm}/hypervisor-writes`, payload: Buffer.from('{}') });
    await expectProblem(reply, 'unsupported-media-type', 'Content-Type');
  });

  test('sent compressed', async () => {
    await expectProblem(
      await write('{"gpa":"0x0","size":1}', { 'content-encoding': 'gzip' }),
      'unsupported-media-type',
      'Content-Encoding',
    );
  });

  test('UTF-8 may be said', async () => {
    const reply = await write('{"gpa":"0x0","size":1}', { 'content-type': 'application/json; charset=UTF-8' });
    expect(reply.status).toBe(200);
  });

  test.each([
    ['bytes that are no base64', '{"gpa":"0x0","data":"!!"}', '/data', 'give base64 in the standard alphabet, with padding'],
    ['a frame without direct map', '{"pfn":"0x100000","size":1}', '/pfn', 'say via: "direct-map", or give hva or gpa'],
  ])('the remedy for %s', async (_what, text, pointer, hint) => {
    expect((await write(text)).body).toMatchObject({ code: 'invalid-field', pointer, hint });
  });

  test('longer than the limit', async () => {
    await expectProblem(await write(`{"gpa":"0x0","size":1${' '.repeat(16_384)}}`), 'body-too-large', '');
  });

  test('where none is taken', async () => {
    await expectProblem(await app.call({ method: 'DELETE', url: '/v1/vms?label=no:one', payload: { now: true } }), 'invalid-field', '');
  });
});

describe('places and methods', () => {
  test.each<[string, string, ProblemCode]>([
    ['GET', '/v1/nothing', 'unknown-route'],
    ['GET', '/v1/vms/', 'unknown-vm'],
    ['POST', '/v1/vms/vm-1/nothing', 'unknown-route'],
    ['GET', '/V1/about', 'unknown-route'],
    ['GET', '//v1/about', 'unknown-route'],
    ['GET', '/%zz', 'malformed-url'],
    ['GET', '/v1/vms/%', 'malformed-url'],
    ['GET', `/v1/vms/${'x'.repeat(500)}`, 'unknown-route'],
  ])('%s %s', async (method, url, code) => {
    await expectProblem(await app.call({ method: method as 'GET', url }), code, '');
  });

  test.each<[string, string, string]>([
    ['PUT', '/v1/about', 'GET, HEAD'],
    ['PATCH', '/v1/vms', 'POST, GET, HEAD, DELETE'],
    ['GET', '/v1/vms/vm-1/hypervisor-writes', 'POST'],
    ['OPTIONS', '/v1/vms', 'POST, GET, HEAD, DELETE'],
    ['PROPFIND', '/healthz', 'GET, HEAD'],
  ])('%s %s names the methods that exist', async (method, url, allow) => {
    const reply = await app.call({ method: method as 'GET', url });
    await expectProblem(reply, 'method-not-allowed', '');
    expect(reply.headers['allow']).toBe(allow);
  });

  test('an unknown route is that, whatever the body looks like', async () => {
    await expectProblem(
      await app.postText('/v1/nothing', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      'unknown-route',
      '',
    );
  });

  test('an unknown generation', async () => {
    await expectProblem(await app.get('/v1/generations/v99'), 'unknown-generation', '');
  });

  test.each([
    ['one that is too long', 'k'.repeat(256)],
    ['one with a space', 'a b'],
  ])('an Idempotency-Key that is none: %s', async (_name, key) => {
    const reply = await app.post(`${vm}/psmash`, { pfn: '0x100200' }, { 'idempotency-key': key });
    await expectProblem(reply, 'invalid-field', 'Idempotency-Key');
  });
});

test('the list of codes is the documentation: each has a status, a title and a reason', () => {
  for (const code of PROBLEM_CODES) {
    expect(PROBLEMS[code].status).toBeGreaterThanOrEqual(400);
    expect(PROBLEMS[code].title).toMatch(/^[A-Z]/);
    expect(PROBLEMS[code].when).not.toBe('');
  }
});

test('a Last-Event-ID that is no cursor is to blame, not a parameter', async () => {
  const reply = await app.get('/v1/events', { accept: 'text/event-stream', 'last-event-id': 'now' });
  await expectProblem(reply, 'invalid-field', 'Last-Event-ID');
});
