/** What VMs weigh, each case in a process of its own: `core-memory.ts <number of the case>` prints a line of JSON. */
import { asGfn, type Machine } from '../src/core/index.js';
import { liveBytes, machineOf, makePrivate } from './driver.js';
import { flatConfig, makeWorkload, type MEMORY_CASES, PAGES } from './workload.js';

const TEBIBYTE_PAGES = 2 ** 28;
/** 0.1 % of the pages. */
const SPARSE_EVERY = 1000;
const SPARSE_PAGES = Math.floor(TEBIBYTE_PAGES / SPARSE_EVERY);

export interface MemoryRun {
  readonly bytes: number;
  readonly touchedPages: number;
}

const MAKE: Readonly<Record<(typeof MEMORY_CASES)[number], () => readonly [Machine, number]>> = {
  untouched: () => touched(TEBIBYTE_PAGES, 0, (i) => i),
  'sparse-spread': () => touched(TEBIBYTE_PAGES, SPARSE_PAGES, (i) => i * SPARSE_EVERY),
  'sparse-clustered': () => touched(TEBIBYTE_PAGES, SPARSE_PAGES, (i) => i),
  dense: () => touched(PAGES, PAGES, (i) => i),
  mixed: () => {
    const { isPrivate } = makeWorkload(0);
    const pages = Uint32Array.from({ length: PAGES }, (_, page) => page).filter((page) => isPrivate[page] === 1);
    return touched(PAGES, pages.length, (i) => pages[i] ?? 0);
  },
  // An odd multiplier modulo a power of two: every page names another, none twice.
  'odd addresses': () =>
    touched(
      PAGES,
      PAGES,
      (i) => i,
      (i) => Math.imul(i, 0x9e3779b1) & (PAGES - 1),
    ),
};

/** A VM of so many pages, of which so many are made private. */
function touched(pages: number, count: number, pageAt: (i: number) => number, entryGfnAt = pageAt): readonly [Machine, number] {
  const machine = machineOf(flatConfig(pages));
  for (let i = 0; i < count; i++) makePrivate(machine, asGfn(pageAt(i)), asGfn(entryGfnAt(i)));
  return [machine, count];
}

/** Weighs so many alike and gives the weight of one: what the engine itself gains or drops meanwhile is some 100 kB. */
function weigh(make: () => readonly [Machine, number], copies: number): MemoryRun {
  const before = liveBytes();
  const made = Array.from({ length: copies }, make);
  const bytes = (liveBytes() - before) / copies;
  const touchedPages = made[0]?.[1] ?? 0;
  if (made.some(([machine]) => machine.operations !== touchedPages)) throw new Error('the machine counts other operations');
  return { bytes, touchedPages };
}

const make = Object.values(MAKE)[Number(process.argv[2])];
if (make === undefined) throw new Error('no such case');
// The first VM brings the code and the tables that all share.
weigh(() => touched(PAGES, 1000, (i) => i), 1);
console.log(JSON.stringify(weigh(make, make === MAKE.untouched ? 100 : 1)));
