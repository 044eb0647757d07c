/** Whatever is sent, the answer is a result or a problem document of the list, never an error of the program. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { beforeAll, expect } from 'vitest';
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from '../../src/http/problem.js';
import { FIRMWARE_COMMANDS } from '../../src/http/schemas/firmware.js';
import { TestApp } from './support/test-app.js';

const RUNS = process.env['RAMPART_LONG'] === '1' ? 50_000 : 1500;

const app = new TestApp({ vmsMax: 50 });
let vm = '';

beforeAll(async () => {
  vm = await app.vm({ onSigbus: 'report', memory: { size: '8MiB' } });
});

const EDGES = [
  0,
  1,
  0xfff,
  0x1000,
  0x1f_ffff,
  0x20_0000,
  0x7f_ffff,
  0x80_0000,
  0x10_0000,
  0x10_0200,
  0x7fff_ffff_f000,
  2 ** 47,
  2 ** 52,
  Number.MAX_SAFE_INTEGER,
];
const address = fc.oneof(
  fc.constantFrom(...EDGES).map((n) => `0x${n.toString(16)}`),
  fc.constantFrom(...EDGES),
  fc.integer({ min: 0, max: 0x7ff }).map((page) => `0x${(page * 4096).toString(16)}`),
  fc.constantFrom('0x7f0000200000', '0x7f00007fffff', '0xffffffffffffffff', '0xffff888000000000', '0X0', '', null),
);
const size = fc.oneof(
  fc.constantFrom(0, 1, 64, 4096, 8192, 2 ** 21, 2 ** 26, 2 ** 26 + 1, '4K', '2MiB', '1T', '9999999999999T', -1, 1.5),
  fc.nat(),
);
const nth = fc.integer({ min: 0, max: 3 });
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const inject = fc.record(
  {
    splitFailure: fc.record({ nth }),
    rmpupdate: fc.record({ nth, code: fc.integer({ min: 0, max: 8 }) }),
    lookupFailure: fc.record({ pfn: address }),
    between: fc.record({
      nth,
      change: fc.constantFrom('shared', 'private', 'region-shared', 'unmapped', 'swapped', 'migrating', 'split', 'collapsed'),
      gpa: some(address),
    }),
  },
  { requiredKeys: [] },
);
const common = { inject: some(inject), [`x`]: fc.option(fc.constant(1), { nil: undefined, freq: 30 }) };

const bodies: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'hypervisor-writes': fc.record({
    hva: some(address),
    gpa: some(address),
    pfn: fc.option(address, { nil: undefined, freq: 5 }),
    size: some(size),
    fill: some(fc.nat(300)),
    data: some(fc.base64String()),
    via: some(fc.constantFrom('user', 'copy-to-user', 'direct-map', 'kvm')),
    pagefaultDisabled: some(fc.boolean()),
    ...common,
  }),
  'hypervisor-reads': fc.record({
    hva: some(address),
    gpa: some(address),
    pfn: some(address),
    size,
    via: some(fc.constantFrom('user', 'direct-map')),
  }),
  'page-state-changes': fc.record({
    entries: fc.array(
      fc.record({
        gpa: address,
        pages: some(fc.oneof(fc.nat(2048), size)),
        pageSize: some(fc.constantFrom('4K', '2M')),
        operation: fc.constantFrom('private', 'shared', 'psmash', 'unsmash'),
      }),
      { maxLength: 6 },
    ),
    validate: some(fc.boolean()),
    strictGuest: some(fc.boolean()),
    ...common,
  }),
  pvalidate: fc.record({ gpa: address, pageSize: fc.constantFrom('4K', '2M'), validate: fc.boolean(), vmpl: some(fc.nat(4)), ...common }),
  rmpupdate: fc.record({
    pfn: address,
    assigned: fc.boolean(),
    gpa: some(address),
    asid: some(fc.nat(1024)),
    pageSize: some(fc.constantFrom('4K', '2M')),
    immutable: some(fc.boolean()),
    directMap: some(fc.boolean()),
    ...common,
  }),
  psmash: fc.record({ pfn: address }),
  'guest-accesses': fc.record({
    gpa: address,
    size: some(size),
    access: fc.constantFrom('read', 'write', 'execute'),
    cBit: some(fc.boolean()),
    vmpl: some(fc.nat(4)),
    privilege: some(fc.constantFrom('user', 'supervisor')),
    guestLevel: some(fc.constantFrom('4K', '2M', '1G')),
    fill: some(fc.nat(300)),
    data: some(fc.base64String()),
    ...common,
  }),
  rmpadjust: fc.record({
    gpa: address,
    pageSize: fc.constantFrom('4K', '2M'),
    targetVmpl: fc.nat(4),
    permissions: fc.subarray(['read', 'write', 'user-execute', 'supervisor-execute', 'supervisor-shadow-stack']),
    vmsa: some(fc.boolean()),
    vmpl: some(fc.nat(4)),
    ...common,
  }),
  rmpquery: fc.record({ gpa: address, pageSize: fc.constantFrom('4K', '2M'), targetVmpl: fc.nat(4), vmpl: some(fc.nat(4)) }),
  rmpread: fc.record({ pfn: address }),
  'nested-maps': fc.record({ gpa: address, pfn: fc.oneof(address, fc.constant(null)), pageSize: some(fc.constantFrom('4K', '2M')) }),
  'ghcb-requests': fc.record({
    form: fc.constantFrom('nae', 'msr'),
    buffer: some(fc.uint8Array({ maxLength: 2100 }).map((bytes) => Buffer.from(bytes).toString('base64'))),
    stopAfterPages: some(fc.nat(600)),
    value: some(fc.bigInt({ min: 0n, max: 2n ** 64n }).map((value) => `0x${value.toString(16)}`)),
    ...common,
  }),
  'vcpus/0/enter': fc.record({ vmsa: address, vmcb: some(address), flushTlb: some(fc.boolean()) }),
  'vcpus/0/exit': fc.constant({}),
  'firmware-commands': fc.record(
    {
      command: fc.constantFrom(...FIRMWARE_COMMANDS),
      gctx: address,
      policy: size,
      asid: fc.nat(70_000),
      page: address,
      pageSize: fc.constantFrom('4K', '2M'),
      pageType: fc.oneof(fc.nat(9), fc.constantFrom('normal', 'vmsa')),
      pages: fc.array(address, { maxLength: 3 }),
      source: address,
      destination: address,
      metadata: address,
      slot: fc.nat(300),
      request: address,
      response: address,
    },
    { requiredKeys: ['command'] },
  ),
};

const operation = fc.constantFrom(...Object.keys(bodies)).chain((name) => fc.tuple(fc.constant(name), bodies[name] ?? fc.constant({})));
const creation = fc.record(
  {
    generation: fc.constantFrom('rfc-v1', 'rfc-v1-reply', 'no-snp', 'v7'),
    memory: fc.record(
      {
        size,
        backing: fc.constantFrom('thp', '4k', 'shmem-thp', 'hugetlb-2M', 'hugetlb-1G', 'dax-2M'),
        initialState: fc.constantFrom('shared', 'private'),
      },
      { requiredKeys: [] },
    ),
    memslots: fc.array(fc.record({ gpa: address, size, hva: some(address) }), { maxLength: 3 }),
    asid: fc.integer({ min: 0, max: 1024 }),
    inject,
  },
  { requiredKeys: [] },
);

function expectAnswer(reply: { status: number; text: string; body: unknown }): void {
  if (reply.status < 300) return;
  const { code, status } = reply.body as { code: ProblemCode; status: number };
  expect(PROBLEM_CODES, reply.text).toContain(code);
  expect([reply.status, status]).toEqual([PROBLEMS[code].status, PROBLEMS[code].status]);
}

propertyTest.prop([operation], { numRuns: RUNS })('operations on one VM, one after the other', async ([name, body]) => {
  const reply = await app.post(`${vm}/${name}`, body);
  expectAnswer(reply);
  if (reply.body.code === 'vm-killed' || reply.body.code === 'guest-not-running') await app.call({ method: 'POST', url: `${vm}/reset` });
});

propertyTest.prop([creation], { numRuns: RUNS / 10 })('creations', async (body) => {
  const reply = await app.post('/v1/vms', body);
  expectAnswer(reply);
  if (reply.status === 201) await app.delete(`/v1/vms/${reply.body.id}`);
});

propertyTest.prop(
  [
    fc.constantFrom('map', 'rmp', 'page-table', 'events', ''),
    fc.array(
      fc.tuple(
        fc.constantFrom('from', 'to', 'cells', 'limit', 'hva', 'after', 'digest', 'types', 'gpa', '__proto__'),
        fc.oneof(address, fc.string(), fc.nat(5000)),
      ),
      { maxLength: 3 },
    ),
  ],
  {
    numRuns: RUNS / 5,
  },
)('queries', async (path, query) => {
  const search = query.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
  expectAnswer(await app.get(`${vm}${path === '' ? '' : `/${path}`}?${search}`));
});

propertyTest.prop(
  [
    fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'),
    fc.webPath(),
    fc.string(),
    fc.constantFrom('application/json', 'text/plain', ''),
  ],
  { numRuns: RUNS / 5 },
)('anything anywhere', async (method, url, payload, type) => {
  const sent = method === 'GET' ? {} : { payload, headers: type === '' ? {} : { 'content-type': type } };
  expectAnswer(await app.call({ method: method as 'GET', url: url === '' ? '/' : url, ...sent }));
});
