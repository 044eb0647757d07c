/** The pictures of the README, from the page as it is built: `npm run screenshots`. */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { Vm } from '../../src/client/index.js';
import { type Look, mapIsDrawn, Visit } from './visit.js';

const FOLDER = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const SIZE = { width: 1360, height: 900 };

const visit = await Visit.begin();
try {
  const { rampart } = visit;
  const big = await rampart.createVm({ name: 'one tebibyte', onSigbus: 'report', memory: { size: '1TiB', initialState: 'private' } });
  await scatter(big);
  const killed = await rampart.createVm({ name: 'hugetlb', memory: { size: '64MiB', backing: 'hugetlb-2M' } });
  await tellStory(killed);
  const vm = await rampart.createVm({ name: 'transparent huge pages', onSigbus: 'report', memory: { size: '64MiB' } });
  await tellStory(vm);
  await fill(vm);

  await shoot('list', '#/vms', (page) => page.locator('.state-bar').nth(2).waitFor(), { ...SIZE, height: 420 });
  await shoot('vm', `#/vms/${vm.id}?gpa=0x8a3000`, async (page) => {
    await page.locator('.verdict').waitFor();
    await zoom(page, 1);
  });
  await shoot('light', `#/vms/${vm.id}?gpa=0x8a3000`, (page) => page.locator('.verdict').waitFor(), { scheme: 'light' });
  await shoot('map-1tib', `#/vms/${big.id}`, mapIsDrawn, { width: 1300 }, '.map');
  await shoot('map-4k', `#/vms/${vm.id}?gpa=0x8a3000`, (page) => zoom(page, 2), { width: 1300 }, '.map');
  await shoot('faults', `#/vms/${vm.id}`, (page) => page.getByRole('button', { name: /PAGE_SPLIT 0x207000/ }).click(), SIZE, '.timeline');
  await shoot('compare', '#/scenarios/mail-story', async (page) => {
    await page.getByRole('button', { name: 'Compare kernels' }).click();
    await page.getByText('steps differ').waitFor();
  });
  await shoot('player', '#/scenarios/mail-story', async (page) => {
    await mapIsDrawn(page);
    await page.getByRole('button', { name: 'To the end' }).click();
    await page.getByRole('heading', { name: '6 of 6 steps' }).waitFor();
  });
  await shoot('operate', `#/vms/${vm.id}?gpa=0x8a3000`, async (page) => {
    await page.getByRole('button', { name: 'Operate' }).click();
    await page.locator('.foreseen .verdict').first().waitFor();
  });
} finally {
  await visit.end();
}

async function shoot(name: string, path: string, ready: (page: Page) => Promise<unknown>, look: Look = SIZE, part?: string): Promise<void> {
  const page = await visit.open(path, { ...SIZE, ...look });
  await ready(page);
  await page.mouse.move(0, 0);
  // What is drawn is drawn a moment after it is there.
  await page.waitForTimeout(700);
  const file = { path: `${FOLDER}/${name}.png` };
  await (part === undefined
    ? page.screenshot(file)
    : page.locator(part).screenshot({ ...file, style: '.top { position: static !important; }' }));
  console.log(`docs/screenshots/${name}.png`);
}

async function zoom(page: Page, steps: number): Promise<void> {
  await mapIsDrawn(page);
  for (let i = 0; i < steps; i++) {
    const shift = Number(await page.locator('.map-field').getAttribute('data-shift'));
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.locator(`.map-field[data-shift="${shift - 1}"][data-fresh=true]`).waitFor();
  }
}

async function tellStory(vm: Vm): Promise<void> {
  await vm.private('0x200000', { pageSize: '2M' });
  await vm.share('0x207000');
  await vm.write({ gpa: '0x207000', size: 64 });
}

async function fill(vm: Vm): Promise<void> {
  await vm.write({ gpa: '0x208000', size: 64 });
  await vm.private('0x400000', { pageSize: '2M', pages: 3 });
  await vm.share('0x440000', { pages: 40 });
  await vm.share('0x8a0000', { pages: 7 });
  await vm.private('0xa00000', { pages: 300 });
  await vm.private('0x1000000', { pageSize: '2M', pages: 6 });
  await vm.private('0x1e00000', { pages: 100, validate: false });
  for (let i = 0; i < 8; i++) await vm.write({ gpa: 0x400000 + i * 0x1d000, size: 64 });
}

/** Shared windows all over a large guest, as device drivers make them. */
async function scatter(vm: Vm): Promise<void> {
  for (let i = 0; i < 160; i++) {
    const gpa = ((i * 7919) % 4096) * 2 ** 28;
    await vm.share(gpa, { pageSize: '2M', pages: 8 + ((i * 31) % 56) });
    if (i % 3 === 0) await vm.share(gpa + 2 ** 27, { pages: 3 });
  }
}
