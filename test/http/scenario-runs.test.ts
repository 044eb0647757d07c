/** The engine of scenarios: what it compares, that it tells when it does not hold, its limits on each side, and that nobody else waits. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { operationRoutes } from '../../src/http/routes/operations.js';
import { SCENARIO_RUNS_MAX } from '../../src/http/routes/scenarios.js';
import { ScenarioLibrary } from '../../src/http/scenarios/library.js';
import { runScenario, SCENARIO_MS_MAX } from '../../src/http/scenarios/run.js';
import { EXPECT_DEPTH_MAX } from '../../src/http/scenarios/expectation.js';
import { SCENARIO_OPERATIONS_MAX, SCENARIO_STEPS_MAX, scenarioSchema } from '../../src/http/scenarios/schema.js';
import { ScenarioFolder } from '../../src/service/scenario-folder.js';
import { type Loose, type Reply, TestApp } from './support/test-app.js';

const app = new TestApp();

const VM = { memory: { size: '8MiB' }, onSigbus: 'report' };
const scenarioOf = (steps: readonly object[], more: object = {}): object => ({
  title: 'a test',
  sources: [],
  generations: ['rfc-v1-reply'],
  vm: VM,
  steps,
  ...more,
});
const run = (steps: readonly object[], more: object = {}, query = ''): Promise<Reply> =>
  app.post(`/v1/scenario-runs${query}`, scenarioOf(steps, more));

const PRIVATE = { op: 'page-state-change', entries: [{ gpa: 0, operation: 'private' }] };
const look = (expected: object, gpa: string | number = 0): object => ({ op: 'read-page', gpa, expect: expected });

describe('an expectation', () => {
  test.each([
    ['a field', { state: 'hypervisor' }, { state: 'guest-valid' }, '/state'],
    ['a member of a member', { rmp: { level: '4K' } }, { rmp: { level: '2M' } }, '/rmp/level'],
    ['a number where the answer has hex text', { pfn: 0x10_0000 }, { pfn: 0x10_0001 }, '/pfn'],
    ['a list, whole', { rmp: { vmpl: [0, 0, 0, 0] } }, { rmp: { vmpl: [0, 0, 0] } }, '/rmp/vmpl'],
    ['an item of a list', { rmp: { raw: [0, 0] } }, { rmp: { raw: [0, 1] } }, '/rmp/raw/1'],
    ['null', { nestedLevel: '4K' }, { nestedLevel: null }, '/nestedLevel'],
    ['a field that is not there', { contentBytes: 0 }, { bytesWritten: 0 }, '/bytesWritten'],
    ['no refusal', {}, { problem: 'vm-killed' }, '/problem'],
  ])('of %s holds or is told', async (_what, right, wrong, field) => {
    expect((await run([look(right)])).body).toMatchObject({ held: true, steps: [{ held: true, differences: [], failures: 0 }] });
    const { body } = await run([look(wrong)]);
    expect(body).toMatchObject({ held: false, ended: 'finished', steps: [{ held: false, failures: 1, differences: [{ field }] }] });
    expect(body.steps[0].answer.gpa).toBe('0x0');
  });

  test('of bytes names the first that differs', async () => {
    const write = { op: 'hypervisor-write', gpa: 0, data: Buffer.from([7, 7, 8]).toString('base64') };
    const read = (size: number): object => ({ op: 'hypervisor-read', gpa: 0, size, expect: { outcome: 'completed', bytes: 7 } });
    const { body } = await run([write, read(2), read(3)]);
    expect(body.steps.map(({ held }: Loose) => held)).toEqual([null, true, false]);
    expect(body.steps[2].differences).toEqual([{ field: '/data', expected: 7, actual: 'byte 2 is 8' }]);
  });

  test('of a refusal, and a refusal that nobody expected', async () => {
    const outside = { op: 'hypervisor-write', gpa: '0x10000000', size: 1 };
    const { body } = await run([{ ...outside, expect: { problem: 'address-out-of-range' } }, outside]);
    expect(body.steps.map(({ held }: Loose) => held)).toEqual([true, false]);
    expect(body.steps[1].answer).toMatchObject({ problem: 'address-out-of-range', pointer: '/gpa' });
    expect(body.held).toBe(false);
  });

  test('of decisions, as operations have it', async () => {
    const write = (gpa: number, decisions: readonly string[]): object => ({ op: 'hypervisor-write', gpa, size: 1, expect: { decisions } });
    const { body } = await run([PRIVATE, write(4096, ['PAGE_SPLIT']), write(0, ['PAGE_SPLIT'])]);
    expect(body.steps.map(({ held }: Loose) => held)).toEqual([null, true, false]);
  });

  test('under one generation takes the place of the general one', async () => {
    const step = { ...look({ state: 'guest-valid' }), under: { 'no-snp': { state: 'hypervisor' } } };
    expect((await run([step], {}, '?generation=no-snp')).body).toMatchObject({ held: true, generation: 'no-snp', foretold: false });
    expect((await run([step])).body).toMatchObject({ held: false, generation: 'rfc-v1-reply', foretold: true });
  });
});

describe('a repeat', () => {
  test('moves gpa, hva, pfn and the entries of a change on, and counts', async () => {
    const steps = [
      { op: 'page-state-change', entries: [{ gpa: '0x0', operation: 'private' }], expect: { results: [{ rmpPages: 1 }] } },
      { op: 'rmpupdate', pfn: '0x100000', assigned: false, expect: { status: 'SUCCESS' } },
      { op: 'hypervisor-write', hva: '0x7f0000000000', size: 1, fill: 9, expect: { outcome: 'completed' } },
      { op: 'hypervisor-read', gpa: 0, size: 1, expect: { bytes: 9 } },
      { op: 'read-page', gpa: 0, expect: { contentBytes: 4096 } },
    ];
    const { body } = await run([{ op: 'repeat', times: 3, stride: 0x20_1000, steps }, look({ contentBytes: 4096 }, 0x40_2000)]);
    expect(body).toMatchObject({ held: true, operations: 16 });
    expect(body.steps.map(({ step, times }: Loose) => [step, times])).toEqual([
      ['1.1', 3],
      ['1.2', 3],
      ['1.3', 3],
      ['1.4', 3],
      ['1.5', 3],
      ['2', 1],
    ]);
  });

  test('without a stride stays where it is; of failures the first is shown', async () => {
    const { body } = await run([
      PRIVATE,
      { op: 'repeat', times: 5, text: 'all five', steps: [{ ...look({ state: 'hypervisor' }), gpa: 0 }] },
      { op: 'repeat', times: 5, stride: 4096, steps: [look({ state: 'guest-valid' })] },
    ]);
    expect(body.steps[1]).toMatchObject({ times: 5, failures: 5, held: false, text: 'all five' });
    expect(body.steps[2]).toMatchObject({ times: 5, failures: 4, held: false, answer: { gpa: '0x1000' } });
  });
});

describe('a run', () => {
  test('leaves no trace: no VM, no event, no operation counted', async () => {
    const before = [(await app.get('/v1/vms')).text, (await app.get('/v1/events')).text];
    await run([PRIVATE, look({ state: 'guest-valid' })]);
    expect([(await app.get('/v1/vms')).text, (await app.get('/v1/events')).text]).toEqual(before);
  });

  test('comes to the same again, and to another machine with another seed', async () => {
    const digests = await Promise.all([run([PRIVATE]), run([PRIVATE]), run([PRIVATE], { vm: { ...VM, seed: 2 } })]);
    const [first, second, other] = digests.map(({ body }) => body.digest);
    expect(first).toBe(second);
    expect(first).not.toBe(other);
  });

  test('lets everybody else be served meanwhile', async () => {
    let running = true;
    const long = run([{ op: 'repeat', times: 60_000, steps: [look({})] }]).finally(() => (running = false));
    const health = await app.get('/healthz');
    expect([health.status, running]).toEqual([200, true]);
    expect((await long).body).toMatchObject({ held: true, operations: 60_000 });
  });

  const operations = new Map(operationRoutes(app.app.services).flatMap(({ operation }) => (operation ? [[operation.op, operation]] : [])));
  const long = scenarioOf([{ op: 'repeat', times: 50_000, steps: [{ op: 'psmash', pfn: 0 }] }]) as Parameters<typeof runScenario>[0];

  test.each([
    [SCENARIO_MS_MAX / 10_000, 'finished'],
    [SCENARIO_MS_MAX / 1000, 'time-limit'],
  ])('that needs %d ms for each operation has %s', async (ms, ended) => {
    const time = { passed: 0 };
    const steps = [{ op: 'repeat', times: 5000, steps: [{ op: 'psmash', pfn: 0 }] }];
    const scenario = scenarioOf(steps) as Parameters<typeof runScenario>[0];
    const slow = new Map([['psmash', { op: 'psmash' as const, perform: () => ((time.passed += ms), {}) }]]);
    const run = await runScenario(scenario, 'rfc-v1', { operations: slow, now: () => time.passed, isAbandoned: () => false });
    // What was not run is not said to hold.
    expect(run).toMatchObject({ ended, held: ended === 'finished' });
    if ('operations' in run) expect(run.operations).toBe(ended === 'finished' ? 5000 : 1001);
  });

  test('ends when nobody waits for it', async () => {
    expect(await runScenario(long, 'rfc-v1', { operations, isAbandoned: () => true })).toMatchObject({ ended: 'client-gone', held: false });
  });

  test('shows answers as far as there is room', async () => {
    const read = { op: 'hypervisor-read', gpa: 0, size: '512K', expect: { bytes: 0 } };
    const { body, text } = await run([read, read]);
    expect(body.steps.map(({ answer, held }: Loose) => [answer === null, held])).toEqual([
      [false, true],
      [true, true],
    ]);
    expect(text.length).toBeLessThan(2 ** 20);
  });
});

describe('a limit, on each side', () => {
  test('of steps', async () => {
    const many = (count: number): readonly object[] => Array.from({ length: count }, () => look({}));
    expect((await run(many(SCENARIO_STEPS_MAX))).body.held).toBe(true);
    expect((await run(many(SCENARIO_STEPS_MAX + 1))).body).toMatchObject({ code: 'limit-exceeded', pointer: '/steps' });
    const repeated = [{ op: 'repeat', times: 1, steps: many(SCENARIO_STEPS_MAX - 1) }];
    expect((await run([...repeated, look({})])).body.held).toBe(true);
    expect((await run([...repeated, look({}), look({})])).body).toMatchObject({ code: 'limit-exceeded', pointer: '/steps' });
  });

  test('of operations', async () => {
    const times = SCENARIO_OPERATIONS_MAX / 2;
    const steps = [{ op: 'repeat', times, steps: [look({}), look({})] }];
    expect((await run(steps)).body).toMatchObject({ held: true, operations: SCENARIO_OPERATIONS_MAX });
    expect((await run([...steps, look({})])).body).toMatchObject({ code: 'limit-exceeded', pointer: '/steps', status: 400 });
  });

  test('of what is nested in an expectation', async () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    const expecting = (depth: number, where: object = {}): object => ({
      op: 'read-page',
      gpa: 0,
      expect: { state: nested(depth - 1) },
      ...where,
    });
    expect((await run([expecting(EXPECT_DEPTH_MAX)])).body.steps[0].differences[0].field).toBe('/state');
    const tooDeep = { code: 'limit-exceeded', status: 400, pointer: '/steps/0' };
    expect((await run([expecting(EXPECT_DEPTH_MAX + 1)])).body).toMatchObject(tooDeep);
    const inside = { op: 'repeat', times: 1, steps: [{ ...look({}), under: { 'rfc-v1': { state: nested(EXPECT_DEPTH_MAX) } } }] };
    expect((await run([inside])).body).toMatchObject(tooDeep);
    // As deep as a body can be.
    const text = JSON.stringify(scenarioOf([look({ state: 'DEEP' })])).replace('"DEEP"', `${'['.repeat(500_000)}${']'.repeat(500_000)}`);
    expect((await app.postText('/v1/scenario-runs', text)).body).toMatchObject(tooDeep);
  });

  test('of the actual value that a difference shows', async () => {
    const { body } = await run([{ op: 'hypervisor-read', gpa: 0, size: 65_536, expect: { data: 'x' } }]);
    expect(body.steps[0].differences[0].actual.length).toBe(1001);
  });

  test('of runs at once', async () => {
    const steps = [{ op: 'repeat', times: 30_000, steps: [look({})] }];
    const replies = await Promise.all(Array.from({ length: SCENARIO_RUNS_MAX + 1 }, () => run(steps)));
    expect(replies.filter(({ status }) => status === 200).length).toBe(SCENARIO_RUNS_MAX);
    expect(replies.find(({ status }) => status === 429)?.body.code).toBe('too-many-runs');
    expect((await run(steps)).status).toBe(200);
  });
});

describe('a folder of scenarios', () => {
  /** A library with one file. */
  function libraryOf(text: string): ScenarioLibrary {
    const folder = mkdtempSync(join(tmpdir(), 'rampart-scenarios-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'one.yaml'), text);
    writeFileSync(join(folder, 'README.md'), 'not a scenario');
    return new ScenarioLibrary(new ScenarioFolder(pathToFileURL(`${folder}/`)), scenarioSchema(operationRoutes(app.app.services)));
  }

  const TEXT = 'title: t\nsources: []\ngenerations: [rfc-v1]\nsteps: [{ op: read-page, gpa: 0x1000 }]\n';

  test('is read once, by name', () => {
    const library = libraryOf(TEXT);
    expect(library.names()).toEqual(['one']);
    expect(library.find('one')).toMatchObject({ title: 't', steps: [{ op: 'read-page', gpa: 4096 }] });
    expect(library.find('one')).toBe(library.find('one'));
    for (const name of ['two', 'README', '../one', 'one.yaml', '']) expect(library.find(name)).toBeUndefined();
  });

  test.each([
    ['a key twice', `${TEXT}title: u\n`, /unique/],
    ['a field too many', `${TEXT}author: x\n`, /one\.yaml: \/author/],
    ['aliases without end', `x: &a [x]\ny: &b [${'*a, '.repeat(9)}]\nz: &c [${'*b, '.repeat(9)}]\nw: [${'*c, '.repeat(9)}]\n`, /alias/],
    [
      'too many operations',
      TEXT.replace('[{', '[{ op: repeat, times: 100000, steps: [{ op: read-page, gpa: 0 }] }, {'),
      /100001 operations/,
    ],
  ])('with %s is a fault of the program', (_what, text, message) => {
    expect(() => libraryOf(text).find('one')).toThrow(message);
  });
});

describe('a scenario that makes no sense', () => {
  test.each([
    [[{ op: 'nothing' }], {}, 'invalid-field', '/steps/0/op'],
    [[{ op: 'psmash', pfn: 'x' }], {}, 'invalid-field', '/steps/0/pfn'],
    [[{ op: 'psmash', pfn: 0, gpa: 0 }], {}, 'unknown-field', '/steps/0/gpa'],
    [[{ op: 'repeat', times: 1, steps: [{ op: 'repeat', times: 1, steps: [] }] }], {}, 'invalid-field', '/steps/0/steps/0/op'],
    [[{ op: 'repeat', times: 1, stride: 100, steps: [look({})] }], {}, 'invalid-field', '/steps/0/stride'],
    [[look({})], { generations: ['v0'] }, 'invalid-field', '/generations/0'],
    [[look({})], { vm: { memory: { size: 5 } } }, 'invalid-field', '/vm/memory/size'],
    [[look({})], { vm: { memory: { size: '8MiB', backing: 'hugetlb-1G' } } }, 'backing-refused', '/vm/memory'],
    [[look({})], { vm: { generation: 'rfc-v1' } }, 'unknown-field', '/vm/generation'],
    [[], {}, 'invalid-field', '/steps'],
  ])('%j %j is refused: %s at %s', async (steps, more, code, pointer) => {
    const { body } = await run(steps, more);
    expect([body.code, body.pointer.startsWith(pointer)]).toEqual([code, true]);
  });

  test('or is not there, or under a generation that is not', async () => {
    expect((await app.get('/v1/scenarios/none')).body).toMatchObject({ code: 'unknown-scenario', status: 404 });
    expect((await app.call({ method: 'POST', url: '/v1/scenarios/none/runs' })).body.code).toBe('unknown-scenario');
    expect((await run([look({})], {}, '?generation=v0')).body).toMatchObject({ code: 'invalid-field', pointer: 'generation' });
  });
});

describe('the library over HTTP', () => {
  test('is listed in pages, and each is read as it can be run', async () => {
    const names: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: Loose } = await app.get(`/v1/scenarios?limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`);
      names.push(...body.scenarios.map(({ name }: Loose) => name));
      cursor = body.next;
    }
    expect(names).toEqual((await app.get('/v1/scenarios?limit=1000')).body.scenarios.map(({ name }: Loose) => name));
    const { body } = await app.get('/v1/scenarios/hugetlb');
    expect(body.name).toBe('hugetlb');
    expect((await app.post('/v1/scenario-runs', body.scenario)).body.held).toBe(true);
  });

  test('fits the JSON Schema that is published, which refuses what does not', async () => {
    const schema = (await app.get('/schemas/scenario.json')).body;
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    for (const { name } of (await app.get('/v1/scenarios?limit=1000')).body.scenarios) {
      expect(validate((await app.get(`/v1/scenarios/${name}`)).body.scenario), `${name}: ${JSON.stringify(validate.errors)}`).toBe(true);
    }
    expect(validate(scenarioOf([{ op: 'nothing' }]))).toBe(false);
    expect(validate(scenarioOf([{ op: 'psmash', pfn: 0, gpa: 0 }]))).toBe(false);
  });
});
