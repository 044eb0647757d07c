/** The body of POST /v1/vms → what the service makes a VM of. */
import type { z } from 'zod';
import { asGfn, asPfn, asVpn, type Doubts, type MachineConfig, type Memslot, PAGE_BYTES } from '../core/index.js';
import { CONFIG_DEFAULTS, defaultVpn, MEMORY_DEFAULT, oneMemslot } from '../service/layout.js';
import type { MemoryDescription, VmLabels } from '../service/machines.js';
import { injectOf, wholePage } from './commands.js';
import { frameNumber, sizeBytes } from './numbers.js';
import { isRefusal, refuse, type Refusal } from './problem.js';
import type { CreateRequest } from './schemas/vm.js';
import { LABELS_MAX } from './schemas/vm-words.js';

type Body = z.infer<typeof CreateRequest>;

export interface Creation {
  readonly config: MachineConfig;
  readonly labels: VmLabels;
}

export function creationOf(body: Body): Creation | Refusal {
  const labels = body.labels ?? {};
  const tooMany = objectionToLabels(labels);
  if (tooMany !== null) return tooMany;
  const memory = body.memslots === undefined ? memoryOf(body) : null;
  if (memory !== null && isRefusal(memory)) return memory;
  if (memory === null && body.memory !== undefined) {
    return refuse('invalid-field', '/memslots', 'a VM has memory or memslots, not both', 'leave one of them out');
  }
  const memslots = memory === null ? memslotsOf(body.memslots ?? []) : [oneMemslot(memory.size, memory.backing, memory.initialState)];
  if (!Array.isArray(memslots)) return memslots as Refusal;
  const inject = injectOf(body.inject);
  if (inject !== undefined && isRefusal(inject)) return inject;
  const sevFeatures = sevFeaturesOf(body);
  if (isRefusal(sevFeatures)) return sevFeatures;
  return {
    config: {
      generation: body.generation ?? CONFIG_DEFAULTS.generation,
      memslots: memslots as readonly Memslot[],
      asid: body.asid ?? CONFIG_DEFAULTS.asid,
      seed: body.seed ?? CONFIG_DEFAULTS.seed,
      onSigbus: body.onSigbus ?? CONFIG_DEFAULTS.onSigbus,
      doubts: doubtsOf(body),
      ...(body.privateBacking === undefined ? {} : { privateBacking: body.privateBacking }),
      ...(body.hostCpus === undefined ? {} : { hostCpus: body.hostCpus }),
      ...(body.launch === undefined ? {} : { launch: body.launch }),
      ...(body.rmp?.coverage === undefined ? {} : { rmpCoverage: sizeBytes(body.rmp.coverage) / PAGE_BYTES }),
      ...(body.rmp?.hvFixed === undefined
        ? {}
        : { hvFixed: body.rmp.hvFixed.map(({ pfn, pages }) => ({ pfn: asPfn(frameNumber(pfn)), pages: pages ?? 1 })) }),
      ...sevFeatures,
      ...(body.aeadLimit === undefined ? {} : { aeadLimit: body.aeadLimit }),
      ...(inject === undefined ? {} : { inject }),
    },
    labels: { name: body.name ?? null, labels, ttlSeconds: body.ttlSeconds ?? null, memory },
  };
}

function sevFeaturesOf({ sevFeatures }: Body): Pick<MachineConfig, 'sevFeatures'> | Refusal {
  if (sevFeatures === undefined) return {};
  const { reflectVc, virtualTom } = sevFeatures;
  const top = virtualTom === undefined ? undefined : wholePage(virtualTom, '/sevFeatures/virtualTom');
  if (top !== undefined && typeof top !== 'number') return top;
  return {
    sevFeatures: { ...(reflectVc === undefined ? {} : { reflectVc }), ...(top === undefined ? {} : { virtualTom: asGfn(top) }) },
  };
}

function doubtsOf(body: Body): Doubts {
  const chosen = Object.entries(body.doubts ?? {}).filter(([, value]) => value !== undefined);
  return { ...CONFIG_DEFAULTS.doubts, ...Object.fromEntries(chosen) };
}

export function objectionToLabels(labels: Readonly<Record<string, string>>): Refusal | null {
  const count = Object.keys(labels).length;
  return count <= LABELS_MAX
    ? null
    : refuse('limit-exceeded', '/labels', `${count} labels; a VM has at most ${LABELS_MAX}`, 'leave some out');
}

/** The core speaks of memslots; a caller who gave `memory` has none to look at. */
export function inCallersWords(refusal: Refusal, body: Body): Refusal {
  if (body.memslots !== undefined) return refusal;
  return { ...refusal, pointer: refusal.pointer.replace(/^\/memslots(\/0)?/, '/memory') };
}

function memoryOf(body: Body): MemoryDescription | Refusal {
  const { size, backing, initialState } = body.memory ?? {};
  const bytes = size === undefined ? MEMORY_DEFAULT : sizeBytes(size);
  const objection = objectionToSize(bytes, '/memory/size');
  return objection ?? { size: bytes, backing: backing ?? 'thp', initialState: initialState ?? 'shared' };
}

function memslotsOf(given: NonNullable<Body['memslots']>): readonly Memslot[] | Refusal {
  const total = given.reduce((sum, slot) => sum + sizeBytes(slot.size), 0);
  const memslots: Memslot[] = [];
  for (const [i, slot] of given.entries()) {
    const bytes = sizeBytes(slot.size);
    const objection = objectionToSize(bytes, `/memslots/${i}/size`);
    if (objection !== null) return objection;
    const gfn = wholePage(slot.gpa, `/memslots/${i}/gpa`);
    if (typeof gfn !== 'number') return gfn;
    const vpn = slot.hva === undefined ? defaultVpn(gfn, total) : wholePage(slot.hva, `/memslots/${i}/hva`);
    if (typeof vpn !== 'number') return vpn;
    memslots.push({
      gfn: asGfn(gfn),
      pages: bytes / PAGE_BYTES,
      vpn: asVpn(vpn),
      backing: slot.backing ?? 'thp',
      initialState: slot.initialState ?? 'shared',
    });
  }
  return memslots;
}

function objectionToSize(bytes: number, pointer: string): Refusal | null {
  if (bytes >= PAGE_BYTES && bytes % PAGE_BYTES === 0) return null;
  return refuse('invalid-field', pointer, `${bytes} bytes are no whole number of 4K pages`, 'give a positive multiple of 4096');
}
