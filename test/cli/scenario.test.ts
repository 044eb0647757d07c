/** Scenarios from the command line: tables, JUnit, annotations, exit codes, and generations side by side. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RealService, startRealService } from '../client/real-service.js';
import { rampart, type Ran, type RunOptions } from './fake-io.js';

let service: RealService;

beforeAll(async () => {
  service = await startRealService();
});

afterAll(() => service.close());

const BROKEN = `title: A store that is said to go through
sources: []
generations: [rfc-v1-reply]
vm: { memory: { size: 4MiB }, onSigbus: report }
steps:
  - op: page-state-change
    entries: [{ gpa: 0x0, operation: private }]
    expect: { status: SUCCESS }
  - op: repeat
    times: 2
    steps:
      - op: hypervisor-write
        text: <the page> & "its" neighbour
        gpa: 0x0
        size: 8
        expect: { outcome: completed }
`;

const call = (argv: readonly string[], { env = {}, ...options }: RunOptions = {}): Promise<Ran> =>
  rampart(argv, { env: { RAMPART_URL: service.url, ...env }, inputs: { 'my/broken.yaml': BROKEN }, ...options });

const steady = (text: string): string => text.replaceAll(/in \d+ ms/g, 'in <ms>').replaceAll(/time="[\d.]+"/g, 'time="<s>"');

describe('run', () => {
  test('one of the library', async () => {
    const { code, out, err } = await call(['run', 'mail-story']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(steady(out)).toMatchInlineSnapshot(`
      "mail-story under rfc-v1-reply: held, 6 operations in <ms>
      STEP  OPERATION          CAME TO                     EXPECTED
      1     page-state-change  SUCCESS                     held
      2     page-state-change  SUCCESS                     held
      3     read-page          hypervisor                  held
      4     hypervisor-write   completed PAGE_SPLIT split  held
      5     hypervisor-write   completed                   held
      6     hypervisor-write   sigbus KILL sigbus SIGBUS   held
      "
    `);
  });

  test('under every generation that it speaks of, in a line each', async () => {
    const { out } = await call(['run', 'mail-story', '--foretold', '--quiet']);
    expect(steady(out)).toMatchInlineSnapshot(`
      "mail-story under rfc-v1-reply: held, 6 operations in <ms>
      mail-story under rfc-v1: held, 6 operations in <ms>
      "
    `);
    const named = await call(['run', 'mail-story', '--generation', 'no-snp', '-q']);
    expect(named.out).toContain('under no-snp');
  });

  test('a file whose expectation does not hold: table, exit code, JUnit, annotation at its line', async () => {
    const ran = await call(['run', 'mail-story', 'my/broken.yaml', '-q', '--junit', 'rampart.xml'], { env: { GITHUB_ACTIONS: 'true' } });
    expect(ran).toMatchObject({ code: 5, err: 'rampart: 1 of 2 runs did not hold\n' });
    expect(steady(ran.out)).toMatchInlineSnapshot(`
      "mail-story under rfc-v1-reply: held, 6 operations in <ms>
      my/broken.yaml under rfc-v1-reply: not held, 3 operations in <ms>
        step 2.1, hypervisor-write: /outcome should be "completed" and is "sigbus" (<the page> & "its" neighbour)
      ::error file=my/broken.yaml,line=12,title=my/broken.yaml under rfc-v1-reply::step 2.1, hypervisor-write: /outcome should be "completed" and is "sigbus" (<the page> & "its" neighbour)
      "
    `);
    const [, line] = /line=(\d+)/.exec(ran.out) ?? [];
    expect(BROKEN.split('\n')[Number(line) - 1]).toContain('op: hypervisor-write');
    const xml = Buffer.from(ran.files.get('rampart.xml') ?? []).toString();
    expect(steady(xml.slice(xml.indexOf('<testsuite name="my')))).toMatchInlineSnapshot(`
      "<testsuite name="my/broken.yaml, rfc-v1-reply" tests="2" failures="1" errors="0" time="<s>">
          <testcase classname="my/broken.yaml, rfc-v1-reply" name="1 page-state-change"/>
          <testcase classname="my/broken.yaml, rfc-v1-reply" name="2.1 hypervisor-write: &lt;the page&gt; &amp; &quot;its&quot; neighbour">
            <failure message="/outcome should be &quot;completed&quot; and is &quot;sigbus&quot; (&lt;the page&gt; &amp; &quot;its&quot; neighbour)">/outcome should be &quot;completed&quot; and is &quot;sigbus&quot; (&lt;the page&gt; &amp; &quot;its&quot; neighbour)</failure>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  test('for programs: an array, annotations beside it', async () => {
    const { out, err } = await call(['run', 'my/broken.yaml', '--json'], { env: { GITHUB_ACTIONS: 'true' } });
    expect(JSON.parse(out)).toMatchObject([{ scenario: 'my/broken.yaml', held: false, generation: 'rfc-v1-reply' }]);
    expect(err).toContain('::error file=my/broken.yaml,line=12,');
    expect((await call(['run', 'mail-story'])).out).not.toContain('::error');
  });

  test.each<[string, readonly string[], Readonly<Record<string, string>>, number, string]>([
    ['an unknown name', ['run', 'no-such-story'], {}, 4, 'unknown-scenario'],
    ['a file that is not there', ['run', 'gone.yaml'], {}, 2, 'gone.yaml cannot be read: ENOENT'],
    ['a file that is no YAML', ['run', 'a.yaml'], { 'a.yaml': 'steps: [' }, 2, 'a.yaml: '],
    ['a file that is no scenario', ['run', 'a.yaml'], { 'a.yaml': 'title: x' }, 4, 'invalid-field at /'],
    ['a generation that is none', ['run', 'mail-story', '--generation', 'v99'], {}, 4, 'invalid-field'],
    ['both ways to say which', ['run', 'mail-story', '--generation', 'v7', '--foretold'], {}, 2, '--foretold'],
  ])('%s', async (_, argv, inputs, code, message) => {
    const ran = await call(argv, { inputs });
    expect(ran.err).toContain(message);
    expect(ran.code).toBe(code);
  });

  test('every file of the library is also one that can be run from outside of it', async () => {
    const text = readFileSync(new URL('../../scenarios/thp-split.yaml', import.meta.url), 'utf8');
    expect(await call(['run', 'copy.yaml', '-q'], { inputs: { 'copy.yaml': text } })).toMatchObject({ code: 0, err: '' });
  });
});

describe('scenarios', () => {
  test('are listed', async () => {
    const { out } = await call(['scenarios']);
    expect(out).toMatch(/^mail-story +6 +The story of the mail/m);
    const listed = JSON.parse((await call(['scenarios', '--json'])).out) as { name: string }[];
    expect(listed.length).toBe(out.trim().split('\n').length - 1);
  });
});

describe('compare', () => {
  test('columns of those that do the same, the differing cell marked', async () => {
    const { out, code } = await call(['compare', 'mail-story', '--generations', 'rfc-v1-reply,rfc-v1,no-snp']);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "   STEP  OPERATION          rfc-v1-reply +1             no-snp
         1     page-state-change  SUCCESS                     SUCCESS
         2     page-state-change  SUCCESS                     SUCCESS
         3     read-page          hypervisor                  hypervisor
      ≠  4     hypervisor-write   completed PAGE_SPLIT split  ≠ completed
         5     hypervisor-write   completed                   completed
      ≠  6     hypervisor-write   sigbus KILL sigbus SIGBUS   ≠ completed

      rfc-v1-reply +1: also rfc-v1
      2 of 6 steps differ
      "
    `);
    const { out: coloured } = await call(['compare', 'mail-story', '--generations', 'rfc-v1,no-snp'], { colour: true });
    expect(coloured).toContain('\u001b[33m≠ completed');
  });

  test('the steps that differ alone, and for CI', async () => {
    const ran = await call(['compare', 'mail-story', '--differing', '--fail', '--generations', 'rfc-v1,no-snp']);
    expect(ran).toMatchObject({ code: 5, err: 'rampart: 2 of 6 steps differ\n' });
    expect(ran.out.split('\n').filter((line) => /hypervisor-write/.test(line))).toHaveLength(2);
    const same = await call(['compare', 'mail-story', '--fail', '--generations', 'rfc-v1,rfc-v1-reply']);
    expect(same.code).toBe(0);
  });

  test('all generations, where none are named', async () => {
    const { groups } = JSON.parse((await call(['compare', 'my/broken.yaml', '--json'])).out) as { groups: string[][] };
    const { generations } = (await (await fetch(`${service.url}/v1/generations`)).json()) as { generations: { name: string }[] };
    expect(groups.flat().toSorted()).toEqual(generations.map(({ name }) => name).toSorted());
  });
});
