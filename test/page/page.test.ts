/** The page in a browser, on a real service: what it shows, by keyboard alone, for those who hear it, and what it never does. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CreatedVm } from '../../src/client/index.js';
import { mapIsDrawn, quiet, Visit } from './visit.js';

let visit: Visit;
let vm: CreatedVm;

beforeAll(async () => {
  visit = await Visit.begin();
  vm = await visit.rampart.createVm({ name: 'story', onSigbus: 'report', memory: { size: '64MiB' } });
  await vm.private('0x200000', { pageSize: '2M' });
  await vm.share('0x207000');
});

afterAll(() => visit.end());

afterEach(() => expect(visit.sins.splice(0)).toEqual([]));

async function grave(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe('the list of VMs', () => {
  test('shows state and counters, and what happens while one looks', async () => {
    const page = await visit.open();
    const row = page.getByRole('row', { name: /^story/ });
    await row.getByRole('img', { name: /guest-valid/ }).waitFor();
    expect(await row.innerText()).toMatch(/running.*rfc-v1-reply.*64 MiB/s);
    const other = await visit.rampart.createVm({ name: 'another', memory: { size: '8MiB' } });
    await page.getByRole('row', { name: /another/ }).waitFor();
    await other.private('0x0');
    await other.write({ gpa: '0x0', size: 1 });
    await page.getByRole('row', { name: /another.*killed/ }).waitFor();
    await other.delete();
    await page.getByRole('row', { name: /another/ }).waitFor({ state: 'detached' });
  });

  test('makes a VM and deletes it, by keyboard alone', async () => {
    const page = await visit.open();
    await page.getByRole('row', { name: /^story/ }).waitFor();
    await pressUntil(page, 'New VM');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'New VM' }).waitFor();
    await pressUntil(page, 'Name');
    await page.keyboard.type('by hand');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'by hand', level: 1 }).waitFor();
    await mapIsDrawn(page);
    await pressUntil(page, 'Delete');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: /Delete by hand/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await pressUntil(page, 'Delete');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: /Delete by hand/ }).waitFor();
    await pressUntil(page, 'Delete');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Virtual machines' }).waitFor();
  });
});

/** Tab, until what has the focus has this name. */
async function pressUntil(page: Page, name: string): Promise<void> {
  const wanted = page.locator(':focus').and(
    page
      .getByRole('button', { name })
      .or(page.getByLabel(name, { exact: true }))
      .or(page.getByRole('link', { name })),
  );
  for (let i = 0; i < 60; i++) {
    if ((await wanted.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no Tab comes to ${name}`);
}

describe('the memory map', () => {
  test('goes by keyboard from all of a tebibyte to one page, and into it', async () => {
    const big = await visit.rampart.createVm({ name: 'big', memory: { size: '1TiB', initialState: 'private' } });
    await big.share('0x4000003000');
    const page = await visit.open(`#/vms/${big.id}`);
    await mapIsDrawn(page);
    const field = page.locator('.map-field');
    expect(await field.getAttribute('data-shift')).toBe('16');
    expect(await field.getAttribute('aria-label')).toMatch(/^0x0, 256 MiB: guest-valid, mapped 2M$/);
    await field.focus();
    // 256 GiB: a quarter of the map.
    for (let i = 0; i < 16; i++) await page.keyboard.press('ArrowDown');
    for (let i = 0; i < 16; i++) await page.keyboard.press('+');
    await page.locator('.map-field[data-shift="0"][data-fresh=true]').waitFor();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    await page.locator('.map-field[aria-label^="0x4000003000, 4 KiB: hypervisor, mapped 2M, over pages of several states"]').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '0x4000003000' }).waitFor();
    expect(page.url()).toContain('gpa=0x4000003000');
    await big.delete();
  });

  test('a wheel zooms to what is under it, a drag scrolls, a click looks', async () => {
    const page = await visit.open(`#/vms/${vm.id}`);
    await mapIsDrawn(page);
    const field = page.locator('.map-field');
    const { x, y, width } = (await field.boundingBox()) ?? { x: 0, y: 0, width: 0 };
    // Row 2 of the map, 16 KiB a cell: 0x200000 is its beginning.
    await page.mouse.move(x + width / 128, y + 2 * 10 + 5);
    await page.mouse.wheel(0, -100);
    await page.mouse.wheel(0, -100);
    await page.locator('.map-field[data-shift="0"][data-fresh=true]').waitFor();
    await page.locator('.cell-line', { hasText: '0x200000' }).waitFor();
    const before = Number(await field.getAttribute('data-from'));
    await page.mouse.down();
    await page.mouse.move(x + width / 128, y + 2 * 10 + 5 - 100, { steps: 4 });
    await page.mouse.up();
    await page.locator('.map-field[data-fresh=true]').waitFor();
    expect(Number(await field.getAttribute('data-from'))).toBe(before + 10 * 64);
    await page.mouse.click(x + width / 128, y + 5);
    await page.locator('.inspector').getByText('host mapping').waitFor();
  });

  test('follows the stream: what was private is shared on the map a moment later, and nobody asks without a reason', async () => {
    const own = await visit.rampart.createVm({ memory: { size: '2MiB' }, onSigbus: 'report' });
    await own.private('0x0', { pageSize: '2M' });
    const page = await visit.open(`#/vms/${own.id}?gpa=0x3000`);
    await page.locator('.state-line', { hasText: 'guest-valid' }).waitFor();
    await quiet(page);
    const asked: string[] = [];
    page.context().on('request', (request) => asked.push(request.url()));
    await page.waitForTimeout(1200);
    expect(asked).toEqual([]);
    await own.share('0x3000');
    await page.locator('.state-line', { hasText: 'hypervisor' }).waitFor();
    await page.locator('.map-field[aria-label*="hypervisor"]').waitFor();
    expect(asked.length).toBeGreaterThan(0);
    await own.delete();
  });
});

describe('the inspector', () => {
  test('shows a page from everywhere, its entry bit by bit, its past, and what would happen', async () => {
    const page = await visit.open(`#/vms/${vm.id}?gpa=0x208000`);
    const inspector = page.getByRole('region', { name: 'Page inspector' });
    await inspector.getByText('guest-valid').first().waitFor();
    const seen = await vm.page('0x208000');
    const text = await inspector.innerText();
    for (const fact of [seen.hva, seen.pfn, 'private, validated']) expect(text).toContain(fact);
    expect(text).toContain(`0x${(seen.rmp.raw[0] ?? '').slice(2).padStart(16, '0')}`);
    expect(await inspector.getByRole('row', { name: /60:51 asid/ }).innerText()).toMatch(/guest 1/);
    await inspector.locator('.checks .failed', { hasText: 'hypervisor-owned' }).waitFor();
    expect(await inspector.locator('.verdict').innerText()).toMatch(/RMP fault\s+0x80000007.*KILL.*sigbus/s);
    await inspector.getByRole('button', { name: 'PVALIDATE', exact: true }).click();
    await inspector.locator('.verdict', { hasText: 'It goes through' }).waitFor();
    expect(await inspector.locator('.history').innerText()).toMatch(/PSMASH[^]*PVALIDATE[^]*RMPUPDATE 2M[^]*the VM was made/);
  });
});

describe('the timeline', () => {
  test('a fault opens to walk, check, decision and action with the rule and its source', async () => {
    const own = await visit.rampart.createVm({ memory: { size: '4MiB' }, onSigbus: 'report' });
    await own.private('0x200000', { pageSize: '2M' });
    await own.share('0x207000');
    const page = await visit.open(`#/vms/${own.id}`);
    await own.write({ gpa: '0x207000', size: 64 });
    await own.write({ gpa: '0x208000', size: 64 });
    const timeline = page.getByRole('region', { name: 'Fault timeline' });
    const split = timeline.getByRole('button', { name: /PAGE_SPLIT 0x207000/ });
    await split.click();
    const steps = await timeline.locator('.steps').innerText();
    expect(steps).toMatch(
      /walk[^]*0x7f0000207000[^]*2M leaf[^]*check[^]*hypervisor[^]*0x80000007[^]*decision[^]*PAGE_SPLIT[^]*rfc-v1-reply[^]*PATCH 07\/30[^]*action[^]*0x655[^]*split[^]*completed/,
    );
    await timeline.getByRole('button', { name: /^Go on/ }).click();
    await timeline.getByRole('group', { name: 'Decision' }).getByRole('button', { name: /^KILL/ }).click();
    await timeline.getByText('3 seen, 1 match').waitFor();
    expect(await timeline.locator('.fault').count()).toBe(1);
    await timeline.getByRole('searchbox').fill('0x207');
    await timeline.getByText('3 seen, 0 match').waitFor();
    await own.delete();
  });

  test('a reader who holds it still is told of what came since', async () => {
    const own = await visit.rampart.createVm({ memory: { size: '2MiB', initialState: 'private' }, onSigbus: 'report' });
    await own.write({ gpa: '0x0', size: 1 });
    const page = await visit.open(`#/vms/${own.id}`);
    await page.getByRole('button', { name: /KILL 0x0/ }).waitFor();
    await page.getByRole('button', { name: 'Hold still' }).click();
    await own.write({ gpa: '0x1000', size: 1 });
    await page.getByRole('button', { name: 'Go on, 1 new' }).waitFor();
    expect(await page.locator('.fault').count()).toBe(1);
    await own.delete();
  });
});

describe('operations', () => {
  test('each has a form, and what it would do is said before it is done and changes nothing', async () => {
    const own = await visit.rampart.createVm({ memory: { size: '4MiB' }, onSigbus: 'report' });
    await own.private('0x200000', { pageSize: '2M' });
    const page = await visit.open(`#/vms/${own.id}?gpa=0x208000`);
    await page.getByRole('button', { name: 'Operate' }).click();
    const panel = page.getByRole('region', { name: 'Operate' });
    await panel.getByText('sigbus').first().waitFor();
    expect(await panel.locator('.foreseen').innerText()).toMatch(/#PF 0x80000007 through 2M: KILL, sigbus, SIGBUS/);
    const { seq, stats, digest } = await own.read();
    const schema = (await (await fetch(`${visit.service.url}/openapi.json`)).json()) as Document;
    const asked = Object.values(schema.paths)
      .flatMap((methods) => Object.values(methods))
      .filter(({ tags, operationId }) => tags.includes('operations') && operationId !== 'carryOutOperations');
    const choice = panel.getByLabel('Operation', { exact: true });
    expect(await choice.locator('option').count()).toBe(asked.length);
    expect(await own.read()).toMatchObject({ seq, digest, stats: { operations: stats.operations } });

    await choice.selectOption('page-state-change');
    await panel.getByLabel('operation', { exact: true }).selectOption('shared');
    await panel.locator('.foreseen', { hasText: 'SUCCESS, 1 RMP entry changed' }).waitFor();
    await panel.getByRole('button', { name: 'Do it' }).click();
    await panel.getByRole('heading', { name: 'What it did' }).waitFor();
    expect((await own.page('0x208000')).state).toBe('hypervisor');
    await choice.selectOption('mprotect');
    await panel.getByLabel('protection', { exact: true }).selectOption('read-only');
    await panel.locator('.foreseen', { hasText: 'completed' }).waitFor();
    await panel.getByRole('button', { name: 'Do it' }).click();
    await panel.getByRole('heading', { name: 'What it did' }).waitFor();
    expect((await own.write({ gpa: '0x208000', size: 1 })).outcome).toBe('segv');
    await own.delete();
  });
});

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly tags: readonly string[]; readonly operationId: string }>>>>;
}

describe('scenarios', () => {
  test('one that comparisons do not know is run under each kernel, and the course stands first', async () => {
    const page = await visit.open('#/scenarios');
    await page.getByRole('heading', { name: 'A course in 10 lessons' }).waitFor();
    expect(await page.getByRole('link', { name: /^Lesson/ }).allInnerTexts()).toHaveLength(10);
    await page.getByRole('link', { name: /^Lesson 10/ }).click();
    await page.getByRole('button', { name: 'Compare kernels' }).click();
    await page.getByText(/of 6 steps differ$/).waitFor();
    expect(await page.getByRole('region', { name: 'Where they part first' }).count()).toBe(0);
  });

  test('one is played step by step on a VM that one sees, run through, and held against other kernels', async () => {
    const page = await visit.open('#/scenarios');
    await page.getByRole('link', { name: 'The story of the mail, on transparent huge pages' }).click();
    await mapIsDrawn(page);
    const steps = page.getByRole('region', { name: 'Steps' });
    for (let i = 1; i <= 4; i++) {
      await steps.getByRole('button', { name: 'Next step' }).click();
      await steps.getByRole('heading', { name: `${i} of 6 steps` }).waitFor();
    }
    expect(await steps.getByRole('listitem').nth(3).innerText()).toMatch(/completed[^]*PAGE_SPLIT\s*, split[^]*as expected/);
    await page.locator('.map-field[aria-label^="0x204000"]').waitFor();
    await steps.getByRole('button', { name: 'To the end' }).click();
    await steps.getByRole('heading', { name: '6 of 6 steps' }).waitFor();
    expect(await steps.locator('.not-held').count()).toBe(0);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('all as expected').waitFor();
    await page.getByRole('button', { name: 'Compare kernels' }).click();
    const column = page.getByRole('columnheader', { name: /no-snp/ });
    await column.waitFor();
    await page.getByText(/^[1-5] of 5 steps differ$/).waitFor();
    const parting = page.getByRole('region', { name: 'Where they part first' });
    expect(await parting.innerText()).toMatch(/They part first at step \d, [^]*rfc-v1[^]*\(.+\)/);
    const differing = await page.locator('.compare .other').allInnerTexts();
    expect(differing).toContainEqual(expect.stringContaining('completed'));
    expect(differing).toContainEqual(expect.stringContaining('BUS_ADRERR'));
    expect(await grave(page)).toEqual([]);
    // The VM of the player goes with it.
    for await (const left of visit.rampart.vms()) expect(left.labels).not.toHaveProperty('scenario');
  });
});

describe('everywhere', () => {
  test.each([
    ['dark', '#/vms'],
    ['light', 'vm'],
  ] as const)('axe finds nothing serious: %s %s', async (scheme, where) => {
    const page = await visit.open(where === 'vm' ? `#/vms/${vm.id}?gpa=0x208000` : where, { scheme });
    if (where === 'vm') await page.locator('.verdict').waitFor();
    else await page.getByRole('row', { name: /^story/ }).waitFor();
    expect(await grave(page)).toEqual([]);
  });

  test('a narrow window shows all of it without scrolling sideways', async () => {
    const page = await visit.open(`#/vms/${vm.id}?gpa=0x208000`, { width: 400, height: 800 });
    await page.locator('.verdict').waitFor();
    const [wide, window] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
    expect(wide).toBeLessThanOrEqual(window);
  });

  test('what happens is said aloud', async () => {
    const own = await visit.rampart.createVm({ memory: { size: '2MiB' } });
    const page = await visit.open(`#/vms/${own.id}`);
    await mapIsDrawn(page);
    await own.reset();
    await page.getByRole('status').filter({ hasText: 'The VM was reset' }).waitFor();
    await own.delete();
  });
});

describe('a service with a token', () => {
  test('is asked with the token that a person gives, and says when it is another', async () => {
    const guarded = await Visit.begin({ token: 'open-sesame' });
    try {
      await guarded.rampart.createVm({ name: 'behind the gate', memory: { size: '2MiB' } });
      const page = await guarded.open();
      await page.getByRole('dialog', { name: 'Token' }).waitFor();
      await page.locator('input[type=password]').fill('wrong');
      await page.keyboard.press('Enter');
      await page.getByText('does not know this token').waitFor();
      await page.locator('input[type=password]').fill('open-sesame');
      await page.keyboard.press('Enter');
      await page.getByRole('row', { name: /behind the gate/ }).waitFor();
      await page.locator('.connection[data-state=live]').waitFor();
      expect(guarded.sins).toEqual([]);
    } finally {
      await guarded.end();
    }
  });
});
