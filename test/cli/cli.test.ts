/** The command: what it prints for people and for programs, and what it ends with. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Decoded } from '../../src/http/schemas/decode.js';
import { startRealService, type RealService } from '../client/real-service.js';
import { HV_FIXED, LAUNCH_AFTER_FINISH, OVERLAP } from '../decode/logs.js';
import { rampart, type Ran, type RunOptions } from './fake-io.js';

let service: RealService;
let env: Readonly<Record<string, string>>;
/** Id of the VM that all look at; here it is called t1. */
let demo = '';

beforeAll(async () => {
  service = await startRealService();
  env = { RAMPART_URL: service.url };
  demo = (await call(['vm', 'create', '--size', '8MiB', '--on-sigbus', 'report', '--name', 'demo', '--label', 'suite=a', '-q'])).out.trim();
  await ok('private', 't1', '0x200000', '--page-size', '2M');
  await ok('share', 't1', '0x207000');
});

afterAll(async () => {
  await service.close();
});

function call(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return rampart(
    argv.map((word) => (word === 't1' ? demo : word)),
    { env, ...options },
  );
}

/** Output of a command that succeeds, without what is another each time. */
async function ok(...argv: readonly string[]): Promise<string> {
  const { code, out, err } = await call(argv);
  expect(err).toBe('');
  expect(code).toBe(0);
  return steady(out);
}

const steady = (text: string): string =>
  text
    .replaceAll(demo, 'vm-0000000000')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/^\d\d:\d\d:\d\d\.\d{3}/gm, '<time>')
    .replaceAll(/[0-9a-f]{64}/g, '<digest>');

describe('for people', () => {
  test('a write that splits, and one that is killed', async () => {
    expect(await ok('write', 't1', '0x207000', '--size', '64')).toMatchInlineSnapshot(`
      "completed, 64 bytes
        #PF 0x80000007 at 0x7f0000207000 (2M mapping) PAGE_SPLIT split
          bits       P W U RMP
          page       gpa 0x207000, pfn 0x100207
          reason     mapping-overlaps-assigned
          entry      hypervisor (not assigned), 4K [0x0 - 0x0]
          looked up  pfn 0x100207, not assigned, 4K
          flags      0x655 WRITE ALLOW_RETRY KILLABLE USER INTERRUPTIBLE PAGESPLIT
      "
    `);
    expect(await ok('write', 't1', '0x208000')).toMatchInlineSnapshot(`
      "sigbus, 0 bytes
        #PF 0x80000007 at 0x7f0000208000 (4K mapping) KILL sigbus SIGBUS BUS_ADRERR
          bits       P W U RMP
          page       gpa 0x208000, pfn 0x100208
          reason     page-assigned
          entry      guest-valid (assigned, validated), 4K, ASID 1, gpa 0x208000 [0x4008000000208001 - 0x1f]
          looked up  pfn 0x100208, assigned, 4K
      "
    `);
  });

  test('lists and pages', async () => {
    expect(await ok('vm', 'list')).toMatchInlineSnapshot(`
      "ID             NAME  STATE    GENERATION    MEMORY     LAST EVENT
      vm-0000000000  demo  running  rfc-v1-reply  8 MiB thp  13
      "
    `);
    expect(await ok('vm', 'list', '--label', 'suite=b')).toBe('no VMs\n');
    expect(await ok('vm', 'show', 't1')).toMatchInlineSnapshot(`
      "id          vm-0000000000
      name        demo
      state       running
      generation  rfc-v1-reply
      memory      8 MiB thp
      labels      suite:a
      operations  4
      faults      KILL 1, PAGE_SPLIT 1
      signals     SIGBUS 1
      last event  13
      created     <time>
      digest      <digest>
      "
    `);
    expect(await ok('page', 't1', '0x208000')).toMatchInlineSnapshot(`
      "gpa         0x208000
      hva         0x7f0000208000
      pfn         0x100208
      vma         thp at 0x7f0000000000, read-write
      mapping     4K, from pfn 0x100208
      nested      4K
      direct map  4K
      RMP         guest-valid (assigned, validated), 4K, ASID 1, gpa 0x208000 [0x4008000000208001 - 0x1f]
      state       guest-valid
      "
    `);
  });

  test('the map', async () => {
    expect(await ok('map', 't1')).toMatchInlineSnapshot(`
      "           0x0  ................................................................
                      ================================================================
            0x100000  ................................................................
                      ================================================================
            0x200000  #%##############################################################
                      ::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::
            0x300000  ################################################################
                      ::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::
            0x400000  ................................................................
                      ================================================================
            0x500000  ................................................................
                      ================================================================
            0x600000  ................................................................
                      ================================================================
            0x700000  ................................................................
                      ================================================================

      one cell is 4 pages of 4K: . shared, = 2M, # private, % mixed, : mapped 4K
      "
    `);
    expect(await ok('map', 't1', '--from', '0x200000', '--to', '0x240000', '--cells', '64')).toMatchInlineSnapshot(`
      "      0x200000  #######.########################################################
                      ::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::

      one cell is 1 page of 4K: # private, . shared, : mapped 4K
      "
    `);
  });

  test('what the guest does', async () => {
    expect(await ok('pvalidate', 't1', '0x208000')).toBe('completed: SUCCESS, CF 1\n');
    expect(await ok('pvalidate', 't1', '0x209000', '--rescind')).toBe('completed: SUCCESS, CF 0\n');
    expect(await ok('private', 't1', '0x0', '--pages', '2', '--no-validate')).toBe('SUCCESS, RMP entries of 2 pages changed, 3 events\n');
  });

  test('bytes that are read', async () => {
    await ok('write', 't1', '0x7f0000100000', '--space', 'hva', '--data', Buffer.from('hello, world, of pages').toString('base64'));
    expect(await ok('read', 't1', '0x100000', '--size', '22')).toMatchInlineSnapshot(`
      "completed, 22 bytes
        0x100000  68 65 6c 6c 6f 2c 20 77 6f 72 6c 64 2c 20 6f 66  hello, world, of
        0x100010  20 70 61 67 65 73                                 pages
      "
    `);
  });

  test('events', async () => {
    expect(await ok('tail', 't1', '--after', 'oldest', '--all', '--count', '11')).toMatchInlineSnapshot(`
      "<time> vm-0000000000 #1 vm-created
      <time> vm-0000000000 #2 direct-map-split gpa=0x200000 pfn=0x100200 pages=512
      <time> vm-0000000000 #3 rmp-updated gpa=0x200000 pfn=0x100200 pages=512 pageSize=2M assigned=true entryGpa=0x200000 asid=1 immutable=false
      <time> vm-0000000000 #4 page-state-changed gpa=0x200000 pfn=0x100200 pages=512 pageSize=2M change=private status=SUCCESS rmpPages=512
      <time> vm-0000000000 #5 pvalidated gpa=0x200000 pfn=0x100200 pages=512 pageSize=2M validate=true carry=false
      <time> vm-0000000000 #6 #NPF 0xc80000005 P U RMP ENC SIZEM at gpa 0x207000 psmash
      <time> vm-0000000000 #7 psmashed gpa=0x200000 pfn=0x100200 pages=512
      <time> vm-0000000000 #8 pvalidated gpa=0x207000 pfn=0x100207 pages=1 pageSize=4K validate=false carry=false
      <time> vm-0000000000 #9 rmp-updated gpa=0x207000 pfn=0x100207 pages=1 pageSize=4K assigned=false entryGpa=0x0 asid=0 immutable=false
      <time> vm-0000000000 #10 page-state-changed gpa=0x207000 pfn=0x100207 pages=1 pageSize=4K change=shared status=SUCCESS rmpPages=1
      <time> vm-0000000000 #11 #PF 0x80000007 at 0x7f0000207000 (2M mapping) PAGE_SPLIT split -> completed
      "
    `);
    expect(await ok('tail', '--after', 'oldest', '--count', '2')).toMatchInlineSnapshot(`
      "<time> vm-0000000000 #6 #NPF 0xc80000005 P U RMP ENC SIZEM at gpa 0x207000 psmash
      <time> vm-0000000000 #11 #PF 0x80000007 at 0x7f0000207000 (2M mapping) PAGE_SPLIT split -> completed
      "
    `);
  });

  test('colours are there where the terminal has them, and not where they are not wanted', async () => {
    const faults = ['tail', '--after', 'oldest', '--count', '1', '--types', 'fault'];
    expect((await call(faults, { colour: true })).out).toContain('\u001b[');
    expect((await call([...faults, '--no-color'], { colour: true })).out).not.toContain('\u001b[');
    expect((await call(faults)).out).not.toContain('\u001b[');
  });
});

describe('VMs', () => {
  test('create, fork, reset, delete by id and by label', async () => {
    const id = (await ok('vm', 'create', '--backing', 'hugetlb-2M', '--size', '4MiB', '--label', 'suite=b', '--ttl', '60', '-q')).trim();
    const copy = (await ok('vm', 'fork', id, '--name', 'copy', '-q')).trim();
    expect(await ok('vm', 'show', copy)).toContain('copy');
    expect(await ok('vm', 'reset', id)).toContain(id);
    expect(await ok('vm', 'delete', id)).toBe('1 deleted\n');
    expect(await ok('vm', 'delete', '--label', 'suite=b')).toBe('1 deleted\n');
    expect((await call(['vm', 'delete'])).code).toBe(2);
    expect((await call(['vm', 'delete', 'x', '--label', 'a=b'])).code).toBe(2);
  });

  test('export and import, by a file and by a pipe', async () => {
    const exported = await call(['export', 't1', 'mine.rampart']);
    const bundle = exported.files.get('mine.rampart');
    expect(exported.out).toBe(`mine.rampart: ${bundle?.length} bytes\n`);
    const piped = await call(['export', 't1', '--no-history']);
    expect(piped.out).toBe('');
    const imported = await call(['import', '-q'], { input: bundle ?? '' });
    expect(imported).toMatchObject({ code: 0, err: '' });
    const digestOf = async (id: string): Promise<unknown> => (JSON.parse(await jsonOf('vm', 'show', id)) as { digest: string }).digest;
    expect(await digestOf(imported.out.trim())).toBe(await digestOf('t1'));
    expect((await call(['import'], { input: piped.files.get('') ?? '' })).code).toBe(0);
    expect((await call(['import'], { input: 'nonsense' })).err).toContain('bundle-damaged');
    expect(await call(['export', 't1'], { isTerminal: true })).toMatchObject({ code: 2, err: expect.stringContaining('name a file') });
  });

  test('bench-load writes to a VM of its own and leaves none behind', async () => {
    const before = await ok('vm', 'list');
    const { requests, perSecond } = JSON.parse(await jsonOf('bench-load', '--seconds', '1', '--connections', '2')) as Record<
      string,
      number
    >;
    expect(requests).toBeGreaterThan(0);
    expect(perSecond).toBeGreaterThan(0);
    expect(await ok('vm', 'list')).toBe(before);
  });
});

async function jsonOf(...argv: readonly string[]): Promise<string> {
  const { code, out } = await call([...argv, '--json']);
  expect(code).toBe(0);
  return out;
}

test('for programs: the answer as JSON, events one a line', async () => {
  expect(JSON.parse(await jsonOf('write', 't1', '0x208000'))).toMatchObject({ outcome: 'sigbus', faults: [{ decision: 'KILL' }] });
  expect(JSON.parse(await jsonOf('vm', 'list'))).toContainEqual(expect.objectContaining({ id: demo, name: 'demo' }));
  expect(JSON.parse(await jsonOf('map', 't1', '--cells', '4'))).toMatchObject({ cells: [{ gpa: '0x0' }, {}, {}, {}] });
  const lines = (await jsonOf('tail', '--after', 'oldest', '--all', '--count', '3')).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { position: number }).position)).toEqual([1, 2, 3]);
});

describe('decode', () => {
  const log = LAUNCH_AFTER_FINISH + HV_FIXED + OVERLAP;

  test('the three long logs, in words', async () => {
    expect((await call(['decode'], { input: log })).out).toMatchInlineSnapshot(`
      "host kernel write met the RMP at PFN 0x40fdf36 (lines 1-8)
        error code  0x80000003 P W RMP
        address     0xff1276cbfdf36000
        pfn         0x40fdf36
        function    sev_es_sync_vmsa
        entry       guest-valid (assigned, validated, vmsa), 4K, ASID 2, gpa 0xfffffffff000
        scenario    launch-after-finish
        the page is the VMSA of a vCPU (ASID 2), private since its launch: the kernel
        writes it when a launch command comes after SNP_LAUNCH_FINISH.

      RMPUPDATE of PFN 0x56700 (4K) answered 2, FAIL_PERMISSION (lines 10-267)
        pfn       0x56700
        region    0x56600 - 0x56800, 256 entries not zero
                  0x56600: firmware (assigned, immutable), 4K, 255 more assigned in its region
                  0x56601 (255 frames): firmware (assigned, immutable), 4K
        scenario  hv-fixed-page
        the entry is immutable, and only the firmware changes those. Its neighbours
        hold the RMP table: the allocator has handed out a page that never can be a
        guest’s (fixed by reserving the 2M regions at both ends of the table).

      RMPUPDATE of PFN 0x37d4fe8 (4K) answered 4, FAIL_OVERLAP (line 268)
        pfn       0x37d4fe8
        scenario  overlap-at-destroy
        4K and 2M overlap: the page lies inside a 2M entry (PSMASH has to come first),
        or the 2M region has 4K pages that are assigned. Trying again does not help,
        unless the firmware held the region for a moment.

      3 different incidents in 273 lines, of which 9 say nothing about them
      "
    `);
  });

  test('the README shows the same', async () => {
    const { out } = await call(['decode'], { input: log });
    expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain(out);
  });

  test('as JSON, as the service gives it', async () => {
    const { out } = await call(['decode', '--json'], { input: log });
    expect(Decoded.safeParse(JSON.parse(out)).error).toBeUndefined();
  });

  test('nonsense, and for CI', async () => {
    const input = 'grüße, a log of something else\n';
    expect(await call(['decode', '--fail'], { input })).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing about SEV-SNP memory in 1 line'),
    });
    expect(await call(['decode', '--fail', '-'], { input: log })).toMatchObject({ code: 5, err: 'rampart: 3 incidents\n' });
    expect(await call(['decode', 'gone.log'])).toMatchObject({ code: 2, err: 'rampart: gone.log cannot be read: ENOENT\n' });
  });
});

describe('what it ends with', () => {
  test.each<[string, readonly string[], number, string]>([
    ['an unknown command', ['vm', 'shwo', 't1'], 2, 'Did you mean show?'],
    ['a missing argument', ['write', 't1'], 2, "missing required argument 'address'"],
    ['an address that is none', ['page', 't1', 'here'], 2, 'such as 0x200000'],
    ['a size that is none', ['write', 't1', '0x0', '--size', '1 page'], 2, 'such as 64, 4K or 2MiB'],
    ['a choice that is none', ['vm', 'create', '--backing', 'tape'], 2, 'Allowed choices are thp'],
    ['a number out of range', ['tail', '--count', '0'], 2, 'whole number from 1'],
    ['an unknown VM', ['vm', 'show', 'nope'], 4, 'unknown-vm'],
    ['an address outside', ['write', 't1', '0x800000'], 4, 'address-out-of-range at /gpa'],
    [
      'an outcome that was not expected',
      ['write', 't1', '0x208000', '--expect', 'completed'],
      5,
      'expected the outcome completed, it was sigbus',
    ],
    [
      'decisions that were not expected',
      ['write', 't1', '0x208000', '--expect-decisions', 'RETRY'],
      5,
      'expected the decisions RETRY, they were KILL',
    ],
  ])('%s', async (_, argv, code, message) => {
    const ran = await call(argv);
    expect(ran.err).toContain(message);
    expect(ran.code).toBe(code);
  });

  test('what was expected', async () => {
    expect((await call(['write', 't1', '0x208000', '--expect', 'sigbus', '--expect-decisions', 'KILL'])).code).toBe(0);
    expect((await call(['read', 't1', '0x0', '--size', '1', '--expect', 'completed'])).code).toBe(0);
  });

  test('a cursor from the future', async () => {
    const { epoch } = service.app.services.log;
    expect(await call(['tail', '--after', `${epoch}.999999`])).toMatchObject({ code: 4, err: expect.stringContaining('cursor-future') });
  });

  test('a log that is gone', async () => {
    expect(await call(['tail', '--after', 'e0.1'])).toMatchObject({ code: 6, err: expect.stringContaining('--after oldest') });
  });

  test('no service: a clear word', async () => {
    const gone = await startRealService();
    await gone.close();
    const ran = await rampart(['vm', 'list', '--url', gone.url], { env });
    expect(ran.code).toBe(3);
    expect(ran.err).toContain(`no Rampart service answers at ${gone.url}`);
    expect(ran.err).toContain('start one with `rampart serve`');
  });

  test('a problem for programs', async () => {
    const { code, err } = await call(['vm', 'show', 'nope', '--json']);
    expect(code).toBe(4);
    expect(JSON.parse(err)).toMatchObject({ code: 'unknown-vm', status: 404 });
  });

  test('a token that is missing, or wrong, or right', async () => {
    const guarded = await startRealService({ token: 'secret' });
    const list = (token: string): Promise<Ran> => rampart(['vm', 'list'], { env: { RAMPART_URL: guarded.url, RAMPART_TOKEN: token } });
    expect((await list('')).err).toContain('unauthorized');
    expect((await list('other')).code).toBe(4);
    expect((await list('secret')).code).toBe(0);
    await guarded.close();
  });

  test('a person who stops it', async () => {
    const controller = new AbortController();
    const tailing = call(['tail'], { signal: controller.signal });
    controller.abort();
    expect((await tailing).code).toBe(130);
  });
});

/** As the README lists them. */
const [, TABLE = ''] = /\| command \| does \|\n([^]*?)\n\n/.exec(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')) ?? [];
const COMMANDS = TABLE.split('\n').flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`([a-z-]+)/g)].map(([, name = '']) => name));

describe('help', () => {
  test('names the commands, the environment and the exit codes', async () => {
    const out = await ok('--help');
    expect(COMMANDS.length).toBeGreaterThan(20);
    for (const word of [...COMMANDS, 'RAMPART_URL', 'Exit codes', 'Examples']) expect(out).toContain(word);
    expect(await ok('write', '--help')).toContain('$ rampart write $VM 0x207000 --size 64');
    for (const name of COMMANDS.filter((one) => one !== 'serve'))
      expect(await ok(name, '--help'), name).toContain(`Usage: rampart ${name}`);
    expect(await ok('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('nothing at all is a question for help', async () => {
    expect(await call([])).toMatchObject({ code: 2, err: expect.stringContaining('Usage: rampart') });
  });
});
