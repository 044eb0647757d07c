/** Whether a VM's description can be: its memslots, by themselves and under the generation of its kernel. */
import { GIB_PAGES, REGION_PAGES, USER_VPN_END } from './address.js';
import {
  ASID_MAX,
  GFN_END_MAX,
  GFN_END_SEPARATE_MAX,
  HOST_CPUS_MAX,
  type MachineConfig,
  MEMSLOTS_MAX,
  type Memslot,
  VM_MEMORY_MAX,
} from './config.js';
import { reject, type Rejection } from './error.js';
import type { GenerationFacts } from './generations/facts.js';

/** First thing wrong with a description, or null. Pointers are those of `memslots` in the request. */
export function checkConfig(config: MachineConfig, facts: GenerationFacts): Rejection | null {
  const { memslots } = config;
  if (config.hostCpus !== undefined && !(Number.isInteger(config.hostCpus) && config.hostCpus >= 1 && config.hostCpus <= HOST_CPUS_MAX)) {
    return reject(
      'invalid-field',
      '/hostCpus',
      `a host has 1 to ${HOST_CPUS_MAX} CPUs`,
      'give a whole number in that range, or leave it out',
    );
  }
  if (!Number.isInteger(config.asid) || config.asid < 1 || config.asid > ASID_MAX) {
    return reject(
      'invalid-field',
      '/asid',
      `asid ${config.asid} is outside 1 to ${ASID_MAX}`,
      'choose an ASID from 1 to 1022: 0 is the host, 1023 the firmware',
    );
  }
  if (memslots.length < 1 || memslots.length > MEMSLOTS_MAX) {
    return reject(
      'invalid-field',
      '/memslots',
      `${memslots.length} memslots; 1 to ${MEMSLOTS_MAX} are possible`,
      'give at least one memslot',
    );
  }
  for (const [i, slot] of memslots.entries()) {
    const wrong =
      checkSlot(slot, `/memslots/${i}`) ??
      checkSeparate(config, slot, facts, `/memslots/${i}`) ??
      checkGuard(slot, facts, `/memslots/${i}`) ??
      checkInPlace(slot, facts, `/memslots/${i}`);
    if (wrong !== null) return wrong;
  }
  const pages = memslots.reduce((sum, slot) => sum + slot.pages, 0);
  if (pages * 4096 > VM_MEMORY_MAX) {
    return reject(
      'limit-exceeded',
      '/memory/size',
      `${pages * 4096} bytes of memory; one VM has at most ${VM_MEMORY_MAX}`,
      'describe a smaller VM',
    );
  }
  return overlapIn(memslots);
}

function checkSlot(slot: Memslot, pointer: string): Rejection | null {
  if (slot.pages < 1)
    return reject('invalid-field', `${pointer}/size`, 'a memslot has at least one page', 'give a size of 4096 bytes or more');
  if (slot.gfn + slot.pages > GFN_END_MAX) {
    return reject(
      'address-out-of-range',
      `${pointer}/gpa`,
      'the memslot ends beyond 8 TiB of guest-physical addresses',
      'move it below 0x80000000000',
    );
  }
  if (slot.vpn < 16 || slot.vpn + slot.pages > USER_VPN_END) {
    return reject(
      'address-out-of-range',
      `${pointer}/hva`,
      'the memslot is not wholly at user addresses',
      'use addresses from 0x10000 to 0x7fffffffffff',
    );
  }
  return checkHugetlb(slot, pointer);
}

/** Only a kernel that keeps private memory apart can; and frame numbers of its pages have to fit 32 bits too. */
function checkSeparate(config: MachineConfig, slot: Memslot, facts: GenerationFacts, pointer: string): Rejection | null {
  if (config.privateBacking === 'separate' && facts.privateBacking === 'same') {
    return reject(
      'backing-refused',
      '/privateBacking',
      'this generation has one host page for each guest page',
      'leave privateBacking out, or choose v7, v8 or upstream',
    );
  }
  if ((config.privateBacking ?? facts.privateBacking) === 'same' || slot.gfn + slot.pages <= GFN_END_SEPARATE_MAX) return null;
  return reject(
    'address-out-of-range',
    `${pointer}/gpa`,
    'where private memory has pages of its own, memslots end at or below 4 TiB of guest-physical addresses',
    'move it below 0x40000000000, or say privateBacking: "same"',
  );
}

/** KVM_MEMORY_ENCRYPT_REG_REGION of v6 answers -EINVAL where a VMA of the range is hugetlb. */
function checkGuard(slot: Memslot, facts: GenerationFacts, pointer: string): Rejection | null {
  const hugetlb = slot.backing === 'hugetlb-2M' || slot.backing === 'hugetlb-1G';
  if (!hugetlb || facts.hugetlbGuard !== 'refused-at-registration') return null;
  return reject(
    'backing-refused',
    `${pointer}/backing`,
    `this generation refuses ${slot.backing} when guest memory is registered: KVM_MEMORY_ENCRYPT_REG_REGION returns -EINVAL`,
    'choose thp, 4k, shmem-thp or dax-2M, or another generation',
  );
}

/** What is private from the start is not mapped by the VMM, 2 MiB region by region. */
function checkInPlace(slot: Memslot, facts: GenerationFacts, pointer: string): Rejection | null {
  const aligned = slot.gfn % REGION_PAGES === 0 && slot.vpn % REGION_PAGES === 0 && slot.pages % REGION_PAGES === 0;
  if (aligned || slot.initialState === 'shared' || facts.conversionWritesRmp !== 'at-conversion') return null;
  return reject(
    'backing-refused',
    `${pointer}/initialState`,
    'with in-place conversion a memslot that is private from the start has gpa, hva and size in multiples of 2 MiB',
    'align the memslot, or start it shared and convert it',
  );
}

function checkHugetlb(slot: Memslot, pointer: string): Rejection | null {
  const unit = slot.backing === 'hugetlb-1G' ? GIB_PAGES : slot.backing === 'hugetlb-2M' ? REGION_PAGES : 1;
  if (slot.gfn % unit === 0 && slot.vpn % unit === 0 && slot.pages % unit === 0) return null;
  return reject(
    'backing-refused',
    `${pointer}/backing`,
    `${slot.backing} cannot back this memslot: gpa, hva and size must be multiples of ${unit * 4096} bytes`,
    'align the memslot to the huge page, or choose thp or 4k',
  );
}

function overlapIn(memslots: readonly Memslot[]): Rejection | null {
  for (const [i, a] of memslots.entries()) {
    for (const [j, b] of memslots.entries()) {
      if (j >= i) break;
      if (a.gfn < b.gfn + b.pages && b.gfn < a.gfn + a.pages) {
        return reject(
          'invalid-field',
          `/memslots/${i}/gpa`,
          `memslots ${j} and ${i} overlap in guest-physical addresses`,
          'move one of them',
        );
      }
      if (a.vpn < b.vpn + b.pages && b.vpn < a.vpn + a.pages) {
        return reject('invalid-field', `/memslots/${i}/hva`, `memslots ${j} and ${i} overlap in virtual addresses`, 'move one of them');
      }
    }
  }
  return null;
}
