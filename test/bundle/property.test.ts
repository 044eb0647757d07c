/** Any story: a fork has its digest, and a bundle of it comes to the same elsewhere, from where both go on alike. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { type Command, digestOf, snapshotOf } from '../../src/core/index.js';
import { BUNDLE_LIMITS } from '../../src/http/bundle/format.js';
import { readBundle } from '../../src/http/bundle/read.js';
import { bundleOf } from '../../src/http/bundle/write.js';
import { admit } from '../../src/service/bundle-admission.js';
import type { Executor } from '../../src/service/executor.js';
import type { Vm } from '../../src/service/machines.js';
import type { Services } from '../../src/service/services.js';
import { serviceOn } from '../durable/workbench.js';
import { story } from '../model/random-commands.js';
import { FaultyDisk } from '../store/support/faulty-store.js';

const LONG = process.env['RAMPART_LONG'] === '1';
const LIMITS = { ...BUNDLE_LIMITS, bytesMax: 2 ** 26 };
const WORDS = { name: null, labels: {}, ttlSeconds: null, memory: null };

async function services(disk: FaultyDisk): Promise<Services> {
  const store = await disk.open();
  if ('refused' in store) throw new Error(store.detail);
  return serviceOn(store);
}

function made(vm: ReturnType<Executor['createFrom']>): Vm {
  if ('rejected' in vm) throw new Error(vm.detail);
  return vm;
}

/** What was answered; refusals are answers. */
function told({ executor }: Services, vm: Vm, commands: readonly Command[]): readonly string[] {
  return commands.map((command) => {
    const done = executor.run(vm, command, null);
    return JSON.stringify('rejected' in done ? done.code : done.outcome);
  });
}

async function carried(from: Services, vm: Vm, to: Services): Promise<Vm> {
  const written = await bundleOf(vm, from.histories, LIMITS);
  if ('rejected' in written) throw new Error(written.detail);
  const read = await readBundle(Buffer.concat(written.chunks), LIMITS);
  if ('rejected' in read) throw new Error(read.detail);
  const admitted = await admit(read.bundle, LIMITS);
  if ('rejected' in admitted) throw new Error(admitted.detail);
  expect(admitted.origin).toMatchObject({ check: 'replayed', base: 'origin' });
  return made(to.executor.createFrom(admitted.snapshot, { ...read.labels, origin: admitted.origin }, null));
}

function fork({ executor }: Services, { id, machine }: Vm): Vm {
  const origin = { kind: 'fork', vm: id, seq: machine.seq, operation: machine.operations } as const;
  return made(executor.createFrom(snapshotOf(machine), { ...WORDS, origin }, null));
}

const seed = LONG ? {} : { seed: 20_260_101 };

test.prop([story(40), fc.nat(), fc.nat()], { numRuns: LONG ? 2000 : 25, ...seed })(
  'a fork, its bundle, the import of it and what a restart finds are one machine',
  async ({ config, commands: all }, cut, second) => {
    const commands = all.filter(({ op }) => op !== 'delete');
    const [here, there] = [new FaultyDisk(), new FaultyDisk()];
    const [home, away] = [await services(here), await services(there)];
    const original = home.executor.create(config, WORDS, null);
    if ('rejected' in original) return;
    const at = cut % (commands.length + 1);
    const later = at + (second % (commands.length - at + 1));
    told(home, original, commands.slice(0, at));
    const copy = fork(home, original);
    expect(digestOf(copy.machine)).toBe(digestOf(original.machine));
    const began = digestOf(copy.machine);
    const middle = commands.slice(at, later);
    // A reset leads each back to its own beginning: from there on they are two.
    const alike = [...middle, { op: 'reset' }].findIndex(({ op }) => op === 'reset');
    const [answered, expected] = [told(home, copy, middle), told(home, original, middle)];
    expect(answered.slice(0, alike)).toEqual(expected.slice(0, alike));
    const abroad = await carried(home, copy, away);
    const digest = digestOf(copy.machine);
    expect(digestOf(abroad.machine)).toBe(digest);
    const rest = commands.slice(later).filter(({ op }) => op !== 'reset');
    expect(told(away, abroad, rest)).toEqual(told(home, copy, rest));
    expect(digestOf(abroad.machine)).toBe(digestOf(copy.machine));
    await Promise.all([home.journal.settled(), away.journal.settled()]);
    const [home2, away2] = [await services(here.powerCut(1)), await services(there.powerCut(2))];
    const [copy2, abroad2] = [home2.machines.find(copy.id), away2.machines.find(abroad.id)];
    if (copy2 === undefined || abroad2 === undefined) throw new Error('a VM is gone');
    expect([digestOf(copy2.machine), digestOf(abroad2.machine)]).toEqual([digestOf(copy.machine), digestOf(abroad.machine)]);
    told(home2, copy2, [{ op: 'reset' }]);
    told(away2, abroad2, [{ op: 'reset' }]);
    expect([digestOf(copy2.machine), digestOf(abroad2.machine)]).toEqual([began, digest]);
  },
  LONG ? 1_800_000 : 180_000,
);
