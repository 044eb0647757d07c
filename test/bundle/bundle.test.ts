/** Export and import: the same VM in another service, and nothing else taken for one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asGfn, type Command, DEFAULT_DOUBTS, EARLY_DOUBTS } from '../../src/core/index.js';
import { BUNDLE_LIMITS } from '../../src/http/bundle/format.js';
import { readBundle } from '../../src/http/bundle/read.js';
import { Later } from '../../src/http/route.js';
import { bundleRoutes } from '../../src/http/routes/bundles.js';
import { admit } from '../../src/service/bundle-admission.js';
import { MemoryHistories } from '../../src/service/history.js';
import type { Turn } from '../../src/service/journal.js';
import type { Vm } from '../../src/service/machines.js';
import { PROBLEMS } from '../../src/http/problem.js';
import { type Loose, type Reply, TestApp } from '../http/support/test-app.js';
import { exportOf, forged, importBundle, sealed, step, told, vmWithStory } from './workbench.js';

const app = new TestApp();
const other = new TestApp();

async function expectRefused(service: TestApp, bundle: string | Buffer, code: keyof typeof PROBLEMS, detail: RegExp): Promise<Reply> {
  const before = (await service.get('/v1/vms?limit=1000')).body.vms.length;
  const reply = await importBundle(service, bundle);
  expect(reply.body, reply.text).toMatchObject({ code, status: PROBLEMS[code].status, pointer: '' });
  expect(reply.body.detail).toMatch(detail);
  expect(reply.body.hint).not.toBe('');
  expect((await service.get('/v1/vms?limit=1000')).body.vms).toHaveLength(before);
  return reply;
}

describe('a bundle', () => {
  test('comes to the same VM elsewhere, which does the same from then on', async () => {
    const vm = await vmWithStory(app);
    await step(app, vm, 1);
    const original = (await app.get(vm)).body;
    const reply = await app.get(`${vm}/export`);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/vnd.rampart.bundle',
      'content-disposition': `attachment; filename="${original.id}.rampart"`,
      etag: `"${original.stats.operations}"`,
    });
    const { status, headers, body } = await importBundle(other, reply.text);
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/vms/${body.id}`);
    expect(body).toMatchObject({ digest: original.digest, name: 'original', labels: { suite: 'a' }, memory: original.memory, seq: 1 });
    expect(body.origin).toMatchObject({
      kind: 'import',
      vm: original.id,
      seq: original.seq,
      check: 'replayed',
      base: 'origin',
      commands: 10,
    });
    expect((await other.get(`/v1/vms/${body.id}/events`)).body.events).toMatchObject([
      { type: 'vm-created', op: 'import', origin: body.origin },
    ]);
    const there = await step(other, `/v1/vms/${body.id}`, 4);
    expect(told(there)).toEqual(told(await step(app, vm, 4)));
    const { body: reset } = await other.call({ method: 'POST', url: `/v1/vms/${body.id}/reset` });
    expect(reset.digest).toBe(original.digest);
  });

  test('is the same text each time, as long as nothing happens', async () => {
    const vm = await vmWithStory(app);
    expect(await exportOf(app, vm)).toBe(await exportOf(app, vm));
  });

  test('of a fork begins at the fork and knows its resets', async () => {
    const vm = await vmWithStory(app);
    const fork = `/v1/vms/${(await app.post(`${vm}/fork`, {})).body.id}`;
    await step(app, fork, 2);
    await app.call({ method: 'POST', url: `${fork}/reset` });
    await step(app, fork, 3);
    const { body } = await importBundle(other, await exportOf(app, fork));
    expect(body).toMatchObject({ digest: await app.digest(fork), origin: { check: 'replayed', base: 'origin', commands: 11 } });
    const again = await importBundle(app, await exportOf(other, `/v1/vms/${body.id}`));
    expect(again.body).toMatchObject({ digest: body.digest, origin: { commands: 0 } });
  });

  test('of a killed VM is a killed VM', async () => {
    const vm = await vmWithStory(app, { onSigbus: 'kill' });
    const { body } = await importBundle(other, await exportOf(app, vm));
    expect(body).toMatchObject({ state: 'killed', digest: await app.digest(vm) });
  });

  test('without history has the state alone, and says so', async () => {
    const vm = await vmWithStory(app);
    const bundle = await exportOf(app, vm, '?history=false');
    expect(bundle).not.toContain('"command"');
    const { body } = await importBundle(other, bundle);
    expect(body).toMatchObject({ digest: await app.digest(vm), origin: { check: 'replayed', base: 'state', commands: 0 } });
  });

  test('of other rules is taken by its state, whatever its commands say, and says so', async () => {
    const vm = await vmWithStory(app);
    for (const rulesVersion of [0, 7]) {
      const bundle = forged(await exportOf(app, vm), (lines) => {
        (lines[0] as Loose).rulesVersion = rulesVersion;
        (lines as Loose)[1] = ['command', { op: 'of-other-rules' }];
      });
      const { status, body } = await importBundle(other, bundle);
      expect(status).toBe(201);
      expect(body).toMatchObject({ digest: await app.digest(vm), origin: { check: 'taken', rulesVersion } });
    }
  });

  test('of a version before a doubt had its name has the default of it', async () => {
    const vm = await vmWithStory(app);
    const early = (name: string): boolean => EARLY_DOUBTS.some((one) => one === name);
    const bundle = forged(await exportOf(app, vm), ([head]) => {
      const { config } = head as Loose;
      (head as Loose).rulesVersion = 2;
      config.doubts = Object.fromEntries(Object.entries(config.doubts as object).filter(([name]) => early(name)));
    });
    const { status, body } = await importBundle(other, bundle);
    expect([status, body.digest]).toEqual([201, await app.digest(vm)]);
    expect(body.doubts).toEqual(DEFAULT_DOUBTS);
    const damaged = forged(bundle, ([head]) => void delete (head as Loose).config.doubts.D1);
    expect((await importBundle(other, damaged)).body.code).toBe('bundle-damaged');
  });

  test('with an Idempotency-Key is imported once; the key is taken while it is under way', async () => {
    const bundle = await exportOf(app, await vmWithStory(app));
    const key = { 'idempotency-key': 'i1' };
    const [first, meanwhile] = await Promise.all([importBundle(other, bundle, key), importBundle(other, bundle, key)]);
    // Which of the two depends on whether the first has ended when the second is read.
    expect(first.status).toBe(201);
    expect(['idempotency-running', first.text]).toContain(meanwhile.body.code ?? meanwhile.text);
    const again = await importBundle(other, bundle, key);
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
    expect((await importBundle(other, `${bundle} `, key)).body.code).toBe('idempotency-mismatch');
    expect((await importBundle(other, 'nothing', { 'idempotency-key': 'i2' })).body.code).toBe('bundle-damaged');
    expect((await importBundle(other, bundle, { 'idempotency-key': 'i2' })).status).toBe(201);
  });

  test('has a type of its own, at its own route only', async () => {
    const bundle = await exportOf(app, await vmWithStory(app));
    for (const type of ['application/json', 'text/plain', 'application/octet-stream']) {
      const { body } = await importBundle(other, type === 'application/json' ? '{}' : bundle, { 'content-type': type });
      expect(body).toMatchObject({ code: 'unsupported-media-type', hint: expect.stringContaining('application/vnd.rampart.bundle') });
    }
    const elsewhere = await app.call({
      method: 'POST',
      url: '/v1/vms',
      payload: bundle,
      headers: { 'content-type': 'application/vnd.rampart.bundle' },
    });
    expect(elsewhere.body).toMatchObject({ code: 'unsupported-media-type', hint: expect.stringContaining('application/json') });
  });
});

describe('damage', () => {
  test('of any one byte, and any cut, is refused', async () => {
    const bundle = Buffer.from(await exportOf(app, await vmWithStory(app)));
    const at = fc.integer({ min: 0, max: bundle.length - 1 });
    const damaged = fc.oneof(
      fc.tuple(at, fc.integer({ min: 1, max: 255 })).map(([i, mask]) => {
        const copy = Buffer.from(bundle);
        copy[i] = (copy[i] ?? 0) ^ mask;
        return copy;
      }),
      at.map((i) => bundle.subarray(0, i)),
      at.map((i) => Buffer.concat([bundle.subarray(0, i), bundle.subarray(i + 1)])),
      at.map((i) => Buffer.concat([bundle, bundle.subarray(i)])),
    );
    await fc.assert(
      fc.asyncProperty(damaged, async (bytes) => {
        const { status, body } = await importBundle(other, bytes);
        expect([400, 422], JSON.stringify(body)).toContain(status);
        expect(['bundle-damaged', 'bundle-newer']).toContain(body.code);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test.each<readonly [string, string, RegExp]>([
    ['nothing', '', /does not begin/],
    ['a line', '\n', /does not begin/],
    ['JSON of something else', '{"format":"zip","version":1}\n', /does not begin/],
    ['a deep one', sealed(`${'['.repeat(100_000)}${']'.repeat(100_000)}\n`), /does not begin/],
    ['no version', '{"format":"rampart-bundle"}\n', /does not begin/],
    ['a version that is none', '{"format":"rampart-bundle","version":"1"}\n', /version is none/],
    ['a header alone', sealed('{"format":"rampart-bundle","version":1}\n'), /header has a wrong/],
    ['a prototype in its header', sealed('{"format":"rampart-bundle","version":1,"__proto__":{"polluted":1}}\n'), /does not begin/],
  ])('%s', async (_what, bundle, detail) => {
    await expectRefused(other, bundle, 'bundle-damaged', detail);
    expect(({} as Loose).polluted).toBeUndefined();
  });

  test('a newer form is said to be newer', async () => {
    await expectRefused(other, '{"format":"rampart-bundle","version":2,"what":"ever"}\n', 'bundle-newer', /version 2/);
    const bundle = await exportOf(app, await vmWithStory(app));
    const newer = forged(bundle, (lines) => {
      Object.assign((lines[0] as Loose).config, { generation: 'v99' });
      (lines[0] as Loose).rulesVersion = 99;
    });
    await expectRefused(other, newer, 'bundle-newer', /rules 99/);
  });
});

type Forgery = readonly [what: string, change: (lines: Loose[]) => unknown[] | void, code: keyof typeof PROBLEMS, detail: RegExp];

const stateAt = (lines: readonly Loose[], table?: string): number =>
  lines.findIndex((line) => line[0] === 'state' && (table === undefined ? line.length === 2 : line[1] === table));

const FORGERIES: readonly Forgery[] = [
  ['another digest', (lines) => void (lines[0].digest = 'f'.repeat(64)), 'bundle-differs', /the bundle says ffff/],
  ['a command left out', (lines) => ((lines[0].commands -= 1), lines.filter((_, i) => i !== 1)), 'bundle-differs', /digest|command/],
  ['a command changed', (lines) => void (lines[2][1].entries[0].gfn += 1), 'bundle-differs', /digest|command/],
  ['a command out of range', (lines) => void (lines[2][1].entries[0].gfn = 2 ** 40), 'bundle-differs', /command 2 of 5 is refused/],
  [
    'a state changed',
    (lines) => void (lines[stateAt(lines, 'contents')][2][0][1] = Buffer.alloc(4096, 7).toString('base64')),
    'bundle-differs',
    /the state has digest/,
  ],
  ['a count that does not fit', (lines) => void (lines[0].commands += 1), 'bundle-damaged', /5 commands, its header says 6/],
  ['an unknown command', (lines) => void (lines[1][1].op = 'format-disk'), 'bundle-damaged', /line 2 is no command/],
  ['a command of a prototype', (lines) => void (lines[1][1].op = 'constructor'), 'bundle-damaged', /line 2 is no command/],
  ['a deletion', (lines) => void (lines[1] = ['command', { op: 'delete', cause: 'ttl' }]), 'bundle-damaged', /line 2 is no command/],
  ['a negative page', (lines) => void (lines[1][1].entries[0].gfn = -512), 'bundle-damaged', /line 2 is no command/],
  ['text for a page', (lines) => void (lines[1][1].entries[0].gfn = '512'), 'bundle-damaged', /line 2 is no command/],
  ['a field too many', (lines) => void (lines[1][1].more = 1), 'bundle-damaged', /line 2 is no command/],
  ['contents of another length', (lines) => void (lines[3][1].size = 2 ** 40), 'bundle-damaged', /line 4 is no command/],
  ['a part after the state', (lines) => [...lines, ['origin', {}]], 'bundle-damaged', /comes too late/],
  ['a part of no name', (lines) => [...lines, ['more', {}]], 'bundle-damaged', /no part of a bundle/],
  ['no state', (lines) => lines.filter((line) => line[0] !== 'state'), 'bundle-damaged', /no state/],
  ['a state without its beginning', (lines) => lines.filter((_, i) => i !== stateAt(lines)), 'bundle-damaged', /does not begin its state/],
  ['a table that there is not', (lines) => [...lines, ['state', 'seq', [[1, '']]]], 'bundle-damaged', /no table of its state/],
  ['a table of a prototype', (lines) => [...lines, ['state', 'constructor', [[1, '']]]], 'bundle-damaged', /no table of its state/],
  ['more than a state has', (lines) => void (lines[stateAt(lines)][1].more = 1), 'bundle-damaged', /not known here/],
  ['less than a state has', (lines) => void delete lines[stateAt(lines)][1].rmp, 'bundle-damaged', /no table of its state|no rmp/],
  ['a VM killed by nobody knows what', (lines) => void (lines[stateAt(lines)][1].killedBy = 'zombie'), 'bundle-damaged', /wrong killedBy/],
  ['injections out of nowhere', (lines) => void (lines[stateAt(lines)][1].inject = [1, 2, 3]), 'bundle-damaged', /wrong inject/],
  ['a page beyond the host', (lines) => void (lines[stateAt(lines, 'contents')][2][0][0] = 2 ** 50), 'bundle-damaged', /cannot be loaded/],
  ['half a page', (lines) => void (lines[stateAt(lines, 'contents')][2][0][1] = 'AAAA'), 'bundle-damaged', /not what a machine/],
  [
    'two pages in one',
    (lines) => void (lines[stateAt(lines, 'contents')][2][0][1] = Buffer.alloc(8192, 1).toString('base64')),
    'bundle-damaged',
    /cannot be loaded/,
  ],
  [
    'a region of the RMP beyond the host',
    (lines) => void (lines[stateAt(lines, 'rmp')][2][0][0] = 2 ** 50),
    'bundle-damaged',
    /cannot be loaded/,
  ],
  [
    'runs without end',
    (lines) => void (lines[stateAt(lines, 'rmp')][2][0][1] = Buffer.alloc(30_000, 255).toString('base64')),
    'bundle-damaged',
    /cannot be loaded/,
  ],
  [
    'runs of nothing',
    (lines) => void (lines[stateAt(lines, 'rmp')][2][0][1] = Buffer.alloc(30_000).toString('base64')),
    'bundle-damaged',
    /cannot be loaded/,
  ],
  ['no entries', (lines) => void (lines[stateAt(lines, 'rmp')][2][0][1] = ''), 'bundle-damaged', /not what a machine|cannot be loaded/],
  [
    'a leaf that is none',
    (lines) => void (lines[stateAt(lines, 'leaves')][2][0][1] = Buffer.of(9).toString('base64')),
    'bundle-damaged',
    /cannot be loaded/,
  ],
  [
    'a 1G leaf over 4K pages',
    (lines) => void (lines[stateAt(lines, 'leaves')][2][0][1] = Buffer.of(6, 1).toString('base64')),
    'bundle-damaged',
    /cannot be loaded/,
  ],
  ['leaves where nothing is', (lines) => void (lines[stateAt(lines, 'leaves')][2][0][0] = 5), 'bundle-damaged', /cannot be loaded/],
  ['memory that cannot be', (lines) => void (lines[0].config.memslots[0].pages = 2 ** 50), 'bundle-damaged', /configuration cannot be/],
  ['a half page of memory', (lines) => void (lines[0].config.memslots[0].pages = 0.5), 'bundle-damaged', /config.memslots.0.pages/],
  ['a generation that there is not', (lines) => void (lines[0].config.generation = 'v99'), 'bundle-damaged', /config.generation/],
  ['a doubt that there is not', (lines) => void (lines[0].config.doubts.D3 = 'yes'), 'bundle-damaged', /config.doubts.D3/],
  ['labels that nobody may have', (lines) => void (lines[0].vm.labels = { 'a b': 'c' }), 'bundle-damaged', /vm.labels/],
  [
    '33 labels',
    (lines) => void (lines[0].vm.labels = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`l${i}`, 'x']))),
    'bundle-damaged',
    /33|more than 32/,
  ],
  ['a beginning that it does not have', (lines) => void (lines[0].base = 'snapshot'), 'bundle-damaged', /do not begin/],
  ['commands before a state that is all', (lines) => void (lines[0].base = 'state'), 'bundle-damaged', /do not begin/],
];

describe('a bundle that was changed, and whose checksum was made to fit', () => {
  test.each(FORGERIES)('%s', async (_what, change, code, detail) => {
    const bundle = await exportOf(app, await vmWithStory(app));
    await expectRefused(other, forged(bundle, change as never), code, detail);
  });

  test('an origin that no machine began with', async () => {
    const vm = await vmWithStory(app);
    const fork = `/v1/vms/${(await app.post(`${vm}/fork`, {})).body.id}`;
    const bundle = await exportOf(app, fork);
    const change = (lines: Loose[]): void => void (lines.find((line) => line[0] === 'origin' && line[1] === 'rmp')[2][0][1] = '/////w==');
    await expectRefused(other, forged(bundle, change as never), 'bundle-damaged', /its origin cannot be loaded/);
  });
});

describe('limits', () => {
  test('of the bytes of a bundle, on each side, coming and going', async () => {
    const vm = await vmWithStory(app);
    const alone = await exportOf(app, vm, '?history=false');
    const whole = await exportOf(app, vm);
    const fits = new TestApp({ bundleBytesMax: whole.length });
    expect((await importBundle(fits, whole)).status).toBe(201);
    const small = new TestApp({ bundleBytesMax: Math.floor((whole.length + alone.length) / 2) });
    const under = new TestApp({ bundleBytesMax: whole.length - 1 });
    const { body } = await importBundle(under, whole);
    expect(body).toMatchObject({ code: 'body-too-large', hint: expect.stringContaining('RAMPART_BUNDLE_BYTES_MAX') });
    // What is too long with its commands goes without them; what is too long without them does not go.
    const second = await vmWithStory(small);
    expect(await exportOf(small, second)).toContain('"base":"state"');
    const tiny = new TestApp({ bundleBytesMax: alone.length - 200 });
    const third = await vmWithStory(tiny);
    expect((await tiny.get(`${third}/export`)).body.code).toBe('limit-exceeded');
  });

  test('of VMs, and of what they began with', async () => {
    const bundle = await exportOf(app, await vmWithStory(app));
    const full = new TestApp({ vmsMax: 1 });
    await full.vm();
    expect((await importBundle(full, bundle)).body.code).toBe('vm-limit');
    expect((await importBundle(new TestApp({ originBytesMax: 10 }), bundle)).body.code).toBe('origin-limit');
  });

  test('of imports at a time, on each side, and room again when one is done', async () => {
    const limits = { ...BUNDLE_LIMITS, bytesMax: 2 ** 20, importsMax: 2 };
    const route = bundleRoutes(other.app.services, limits).find(({ operationId }) => operationId === 'importVm');
    const begin = (): unknown => route?.handle({ body: Buffer.from('nothing'), requestId: 'r' } as never);
    const [first, second, third] = [begin(), begin(), begin()];
    expect([first instanceof Later, second instanceof Later]).toEqual([true, true]);
    expect(third).toMatchObject({ rejected: true, code: 'too-many-imports' });
    await Promise.all([(first as Later).ready, (second as Later).ready]);
    expect(begin()).toBeInstanceOf(Later);
  });

  test('of commands, of regions and of the time of a replay, on each side', async () => {
    const text = Buffer.from(await exportOf(app, await vmWithStory(app)));
    expect(await readBundle(text, { commandsMax: 4 })).toMatchObject({
      code: 'limit-exceeded',
      detail: expect.stringContaining('5 commands'),
    });
    const read = await readBundle(text, { commandsMax: 5 });
    if ('rejected' in read) throw new Error(read.detail);
    const roomy = { regionsMax: 1, replayMsMax: 5 };
    expect(await admit(read.bundle, { ...roomy, regionsMax: 0 })).toMatchObject({
      code: 'limit-exceeded',
      detail: expect.stringContaining('rmp'),
    });
    // A clock that moves by 1 ms each time it is read: two readings a command.
    const ticking = () => {
      let now = 0;
      return () => ++now;
    };
    expect(await admit(read.bundle, roomy, ticking())).toMatchObject({
      code: 'limit-exceeded',
      detail: expect.stringContaining('of 5 commands'),
    });
    expect(await admit(read.bundle, { ...roomy, replayMsMax: 1000 }, ticking())).toHaveProperty('snapshot');
  });

  test('of commands and bytes that are kept without a store, on each side', async () => {
    const turn = (id: string, command: Command | null): Turn => ({ vm: { id }, command }) as Turn;
    const write = (bytes: number): Command => ({
      op: 'hypervisor-write',
      target: { space: 'gpa', page: asGfn(0), offset: 0 },
      size: bytes,
      content: new Uint8Array(bytes),
      via: 'user',
      pagefaultDisabled: false,
    });
    const kept = new MemoryHistories({ commands: 2, bytes: 2000 });
    const count = async (id: string, max = 9): Promise<number | undefined> => (await kept.of({ id } as Vm, max))?.commands.length;
    for (const id of ['a', 'b', 'c']) kept.note(turn(id, null));
    kept.note(turn('a', { op: 'reset' }));
    kept.note(turn('a', { op: 'reset' }));
    expect([await count('a'), await count('a', 2), await count('a', 1)]).toEqual([2, 2, undefined]);
    kept.note(turn('a', { op: 'reset' }));
    expect(await count('a')).toBeUndefined();
    kept.note(turn('b', write(1744)));
    expect(await count('b')).toBe(1);
    kept.note(turn('c', { op: 'reset' }));
    expect(await count('c')).toBeUndefined();
    kept.note(turn('b', { op: 'delete', cause: 'ttl' }));
    kept.note(turn('d', null));
    kept.note(turn('d', write(1744)));
    expect([await count('b'), await count('d')]).toEqual([undefined, 1]);
  });
});
