/** Looking at a VM: the page, the map, the raw table, the walk, the VMAs. */
import { beforeAll, describe, expect, test } from 'vitest';
import { TestApp } from './support/test-app.js';

const app = new TestApp();
let vm = '';

beforeAll(async () => {
  vm = await app.vm({ onSigbus: 'report', memory: { size: '8MiB' } });
  await app.post(`${vm}/page-state-changes`, {
    entries: [
      { gpa: '0x200000', pageSize: '2M', operation: 'private' },
      { gpa: '0x207000', operation: 'shared' },
    ],
  });
  await app.post(`${vm}/hypervisor-writes`, { gpa: '0x207000', size: 4, fill: 1 });
});

test('a page is seen from everywhere', async () => {
  const { status, body } = await app.get(`${vm}/pages/0x208000`);
  expect(status).toBe(200);
  expect(body).toEqual({
    gpa: '0x208000',
    hva: '0x7f0000208000',
    pfn: '0x100208',
    vma: { start: '0x7f0000000000', size: 8 * 2 ** 20, backing: 'thp', protection: 'read-write', hugePages: 'default', memslot: 0 },
    pinned: true,
    mapping: { level: '4K', present: true, pfn: '0x100208', state: 'present' },
    nestedLevel: '4K',
    privatePfn: null,
    privateAttribute: true,
    directMapLevel: '4K',
    directMapPresent: true,
    rmp: {
      pfn: '0x100208',
      assigned: true,
      pageSize: '4K',
      level: '4K',
      immutable: false,
      gpa: '0x208000',
      asid: 1,
      vmsa: false,
      validated: true,
      vmpl: [31, 0, 0, 0],
      subPageCount: 0,
      state: 'guest-valid',
      raw: ['0x4008000000208001', '0x1f'],
    },
    state: 'guest-valid',
    contentBytes: 0,
  });
  expect((await app.get(`${vm}/pages/0x207000`)).body).toMatchObject({ state: 'hypervisor', contentBytes: 4096 });
  expect((await app.get(`${vm}/pages/${0x208000}`)).body).toEqual(body);
});

test('the map counts states and levels by cell', async () => {
  const { body } = await app.get(`${vm}/map?from=0x0&to=0x800000&cells=4`);
  expect(body.cells).toEqual([
    { gpa: '0x0', pages: 512, states: { hypervisor: 512 }, levels: { '2M': 512 }, mixed: false },
    { gpa: '0x200000', pages: 512, states: { hypervisor: 1, 'guest-valid': 511 }, levels: { '4K': 512 }, mixed: true },
    { gpa: '0x400000', pages: 512, states: { hypervisor: 512 }, levels: { '2M': 512 }, mixed: false },
    { gpa: '0x600000', pages: 512, states: { hypervisor: 512 }, levels: { '2M': 512 }, mixed: false },
  ]);
  const whole = await app.get(`${vm}/map`);
  expect(whole.body.cells.reduce((sum: number, cell: { pages: number }) => sum + cell.pages, 0)).toBe(2048);
});

describe('the raw table', () => {
  test("it begins at the VM's first frame and goes on where the page before ended", async () => {
    const first = await app.get(`${vm}/rmp?limit=2`);
    expect(first.body.entries.map((entry: { pfn: string }) => entry.pfn)).toEqual(['0x100000', '0x100001']);
    expect(first.body.next).toBe('0x100002');
    const { body } = await app.get(`${vm}/rmp?from=0x100207&limit=2`);
    expect(body.entries.map((entry: { state: string }) => entry.state)).toEqual(['hypervisor', 'guest-valid']);
  });

  test('it ends where the host has no more RAM', async () => {
    const { body } = await app.get(`${vm}/rmp?from=0x13ffff`);
    expect([body.entries.length, body.next]).toEqual([1, null]);
    const beyond = await app.get(`${vm}/rmp?from=0x140000`);
    expect([beyond.status, beyond.body.code, beyond.body.pointer]).toEqual([400, 'address-out-of-range', 'from']);
  });
});

test('a walk shows the levels down to the leaf', async () => {
  const split = await app.get(`${vm}/page-table?hva=0x7f0000207123`);
  expect(split.body.levels.map(({ name, index, leaf, size, pfn }: Record<string, unknown>) => [name, index, leaf, size, pfn])).toEqual([
    ['PGD', 254, false, null, null],
    ['PUD', 0, false, null, null],
    ['PMD', 1, false, null, null],
    ['PTE', 7, true, '4K', '0x100207'],
  ]);
  const huge = await app.get(`${vm}/page-table?hva=0x7f0000400000`);
  expect(huge.body.levels.at(-1)).toMatchObject({ name: 'PMD', index: 2, present: true, leaf: true, size: '2M', pfn: '0x100400' });
});

test('a walk of an address that nothing is mapped at ends at the first empty level', async () => {
  const ends = async (hva: string): Promise<unknown> => (await app.get(`${vm}/page-table?hva=${hva}`)).body.levels.at(-1);
  expect(await ends('0x1000')).toEqual({ name: 'PGD', index: 0, present: false, leaf: false, size: null, pfn: null });
  expect(await ends('0x7f0040000000')).toMatchObject({ name: 'PUD', index: 1, present: false });
  expect(await ends('0x7f0000800000')).toMatchObject({ name: 'PMD', index: 4, present: false });
});

test('the VMAs are those of the memslots', async () => {
  const { body } = await app.get(`${vm}/vmas`);
  expect(body).toEqual({
    vmas: [{ start: '0x7f0000000000', size: 8 * 2 ** 20, backing: 'thp', protection: 'read-write', hugePages: 'default', memslot: 0 }],
  });
});

test.each([
  ['/pages/0x200001', 'invalid-field', 'gpa'],
  ['/pages/0x800000', 'address-out-of-range', 'gpa'],
  ['/pages/page', 'invalid-field', 'gpa'],
  ['/map?from=0x1', 'invalid-field', 'from'],
  ['/map?from=0x800000', 'address-out-of-range', 'from'],
  ['/map?to=0x900000', 'address-out-of-range', 'to'],
  ['/map?cells=0', 'invalid-field', 'cells'],
  ['/map?cells=4097', 'limit-exceeded', 'cells'],
  ['/map?cell=1', 'unknown-field', 'cell'],
  ['/rmp?limit=1001', 'invalid-field', 'limit'],
  ['/page-table', 'invalid-field', 'hva'],
  ['/page-table?hva=0x800000000000', 'address-out-of-range', 'hva'],
  ['/page-table?hva=0x1&hva=0x2', 'invalid-field', 'hva'],
])('GET %s is refused: %s', async (path, code, pointer) => {
  const { status, body } = await app.get(`${vm}${path}`);
  expect([status, body.code, body.pointer]).toEqual([400, code, pointer]);
});
