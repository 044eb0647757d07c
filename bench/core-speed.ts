/** How long the workload takes our core, in a process of its own: `core-speed.ts [resident pages]` prints a line of JSON. */
import { apply, type Machine } from '../src/core/index.js';
import { liveBytes, machineOf, makePrivate, outcomeOf } from './driver.js';
import { type Counts, gfnOf, makeWorkload, PAGES, vpnOf, type Workload, workloadConfig, WRITE_BYTES, WRITES } from './workload.js';

/** The fields that the C programs print too. */
export interface SpeedRun {
  readonly privateNs: number;
  readonly firstNs: number;
  readonly secondNs: number;
  readonly counts: Counts;
  readonly bytesPerPage: number;
}

function run(workload: Workload): SpeedRun {
  const before = liveBytes();
  const machine = machineOf(workloadConfig());
  const started = performance.now();
  const privates = makeAllPrivate(machine, workload);
  const made = performance.now();
  const counts = writeAll(machine, workload.passes[0]);
  const first = performance.now();
  writeAll(machine, workload.passes[1]);
  const second = performance.now();
  const after = liveBytes();
  if (machine.operations !== privates + 2 * WRITES) throw new Error('the machine counts other operations');
  return {
    privateNs: ((made - started) * 1e6) / privates,
    firstNs: ((first - made) * 1e6) / WRITES,
    secondNs: ((second - first) * 1e6) / WRITES,
    counts,
    bytesPerPage: (after - before) / PAGES,
  };
}

function makeAllPrivate(machine: Machine, workload: Workload): number {
  let privates = 0;
  for (let page = 0; page < PAGES; page++) {
    if (workload.isPrivate[page] === 0) continue;
    makePrivate(machine, gfnOf(page));
    privates++;
  }
  return privates;
}

function writeAll(machine: Machine, at: Workload['passes'][0]): Counts {
  let plain = 0;
  let splits = 0;
  let sigbus = 0;
  for (let i = 0; i < WRITES; i++) {
    const target = { space: 'hva', page: vpnOf(gfnOf(at.pages[i] ?? 0)), offset: at.offsets[i] ?? 0 } as const;
    const outcome = outcomeOf(apply(machine, { op: 'hypervisor-write', target, size: WRITE_BYTES, via: 'user', pagefaultDisabled: false }));
    if (outcome.op !== 'hypervisor-write') throw new Error(`a write gave ${outcome.op}`);
    if (outcome.outcome === 'sigbus') sigbus++;
    else if (outcome.outcome !== 'completed') throw new Error(`a write gave ${outcome.outcome}`);
    else if (outcome.faults.length > 0) splits++;
    else plain++;
  }
  return [plain, splits, sigbus];
}

const workload = makeWorkload(Number(process.argv[2] ?? 0));
// Once to be compiled, once to be measured; the C programs do the same.
run(workload);
console.log(JSON.stringify(run(workload)));
