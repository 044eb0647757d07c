/** The commands that look: a guest's access, what would happen, what has happened. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RealService, startRealService } from '../client/real-service.js';
import { rampart, type Ran } from './fake-io.js';

let service: RealService;
let demo = '';

const call = (...argv: readonly string[]): Promise<Ran> =>
  rampart(
    argv.map((word) => (word === 't1' ? demo : word)),
    { env: { RAMPART_URL: service.url }, width: 100 },
  );

/** Output of a command that succeeds, without what is another each time. */
async function ok(...argv: readonly string[]): Promise<string> {
  const { code, out, err } = await call(...argv);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out.replaceAll(demo, 'vm-0000000000').replaceAll(/^\d\d:\d\d:\d\d\.\d{3}/gm, '<time>');
}

beforeAll(async () => {
  service = await startRealService();
  demo = (await call('vm', 'create', '--size', '8MiB', '--on-sigbus', 'report', '-q')).out.trim();
  await ok('private', 't1', '0x200000', '--page-size', '2M');
  await ok('share', 't1', '0x207000');
});

afterAll(() => service.close());

describe('access', () => {
  test('of the guest: to its private page, to one that is not validated, to a shared one', async () => {
    expect(await ok('access', 't1', '0x208000', '--access', 'write', '--size', '64')).toMatchInlineSnapshot(`
      "completed, 64 bytes, pfn 0x100208 by a 4K leaf
      "
    `);
    expect(await ok('access', 't1', '0x207000', '--no-encrypted', '--access', 'write', '--fill', '7')).toMatchInlineSnapshot(`
      "completed, 1 byte, pfn 0x100207 by a 4K leaf
      "
    `);
    expect(await ok('read', 't1', '0x207000', '--size', '1')).toContain('07');
    expect(await ok('access', 't1', '0x207000')).toMatchInlineSnapshot(`
      "vc-exception, 0 bytes, pfn 0x100207 by a 4K leaf
        #NPF 0x580000005 P U RMP FINAL_GPA ENC at gpa 0x207000 made-private
        #VC 0x404 at gpa 0x207000: the page is not validated
      "
    `);
  });

  test('for CI', async () => {
    expect(await call('access', 't1', '0x208000', '--expect', 'vc-exception')).toMatchObject({
      code: 5,
      err: 'rampart: expected the outcome vc-exception, it was completed\n',
    });
    expect((await call('access', 't1', '0x208000', '--access', 'jump')).code).toBe(2);
  });
});

describe('explain', () => {
  test('a store that is killed, check by check', async () => {
    expect(await ok('explain', 't1', '0x208000', '--size', '64')).toMatchInlineSnapshot(`
      "hypervisor-write at gpa 0x208000, hva 0x7f0000208000, pfn 0x100208

      RESULT       CHECK             SAW                                                                  SOURCE
      passed       vma               VMA thp, read-write                                                  do_user_addr_fault(): find_vma()
      passed       writable          VMA thp, read-write                                                  APM2 5.6.1: R/W; access_error()
      passed       present           leaf 2M from 0x100200                                                APM2 5.3: page translation
      failed       hypervisor-owned  leaf 2M from 0x100200 · entry guest-valid, 4K · 512 of 512 assigned  APM2 15.36.10, table 15-38
      not-reached  in-use                                                                                 APM2 15.36.12; hardware.md 3.5, Milan and Genoa

      fault, rmp, 0x80000007 P W U RMP, page-assigned
      the kernel decides KILL, after it looked up 0x100208 (assigned, 4K); then sigbus
      "
    `);
  });

  test('instructions', async () => {
    expect(await ok('explain', 't1', '0x208000', '--op', 'pvalidate', '--rescind')).toContain('completed, CF 0');
    expect(await ok('explain', 't1', '0x100200', '--op', 'psmash')).toContain('FAIL_');
    expect(await ok('explain', 't1', '0x100400', '--op', 'rmpupdate', '--assign-to', '0x400000')).toMatch(
      /passed {2}overlap .*\n.*\n\ncompleted\n$/,
    );
    expect((await call('explain', 't1', '0x0', '--op', 'hypervisor-read', '--via', 'kvm')).code).toBe(2);
  });

  test('changes nothing', async () => {
    const digest = async (): Promise<unknown> => (JSON.parse(await ok('vm', 'show', 't1', '--json')) as { digest: string }).digest;
    const before = await digest();
    await ok('explain', 't1', '0x208000', '--json');
    expect(await digest()).toBe(before);
  });
});

describe('history', () => {
  test('of a page, newest first, back to the creation', async () => {
    expect(await ok('history', 't1', '0x208000')).toMatchInlineSnapshot(`
      "<time> vm-0000000000 #7 psmashed gpa=0x200000 pfn=0x100200 pages=512
      <time> vm-0000000000 #5 pvalidated gpa=0x200000 pfn=0x100200 pages=512 pageSize=2M validate=true carry=false
      <time> vm-0000000000 #4 page-state-changed gpa=0x200000 pfn=0x100200 pages=512 pageSize=2M change=private status=SUCCESS rmpPages=512
      <time> vm-0000000000 #3 rmp-updated gpa=0x200000 pfn=0x100200 pages=512 pageSize=2M assigned=true entryGpa=0x200000 asid=1 immutable=false
      <time> vm-0000000000 #2 direct-map-split gpa=0x200000 pfn=0x100200 pages=512
      <time> vm-0000000000 #1 vm-created
      "
    `);
    expect((await ok('history', 't1', '0x208000', '--count', '2')).trim().split('\n')).toHaveLength(2);
  });

  test('for programs: one event a line', async () => {
    const lines = (await ok('history', 't1', '0x207000', '--json')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type).at(-1)).toBe('vm-created');
  });
});
