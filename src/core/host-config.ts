/** What a VM's description says of its host: which frames the RMP covers, and which of them are the host's for ever. */
import { REGION_PAGES } from './address.js';
import { AEAD_LIMIT_MAX, HV_FIXED_PAGES_MAX, HV_FIXED_RANGES_MAX, type HvFixedRange, type MachineConfig } from './config.js';
import { reject, type Rejection } from './error.js';
import { type Layout, privateAtFirst } from './layout.js';

/** First thing wrong, or null. The memslots have been checked. */
export function checkHost(layout: Layout, config: MachineConfig): Rejection | null {
  const { covered, frames } = layout;
  if (covered < REGION_PAGES || covered > frames || covered % REGION_PAGES !== 0) {
    return reject(
      'invalid-field',
      '/rmp/coverage',
      'the RMP covers whole regions of 2 MiB, at least one, and no more than the RAM of the host',
      `give a multiple of 2 MiB up to ${frames * 4096} bytes`,
    );
  }
  const [uncovered] = layout.slots.filter((slot) => slot.initialState === 'private' && privateAtFirst(layout, slot)[1] > covered);
  if (uncovered !== undefined) {
    return reject(
      'invalid-field',
      `/memslots/${uncovered.number}/initialState`,
      'frames that the RMP does not cover are always the hypervisor’s, so they cannot start private',
      'let the RMP cover the memslot, or start it shared',
    );
  }
  const [early] = config.launch === 'none' ? layout.slots.filter((slot) => slot.initialState === 'private') : [];
  if (early !== undefined) {
    return reject(
      'invalid-field',
      `/memslots/${early.number}/initialState`,
      'a guest that the firmware has still to launch has no private memory',
      'start the memslot shared, or leave launch out',
    );
  }
  return checkGuest(config) ?? checkFixed(layout, config.hvFixed ?? []);
}

function checkGuest({ sevFeatures, aeadLimit }: MachineConfig): Rejection | null {
  const top = sevFeatures?.virtualTom ?? 0;
  if (top % REGION_PAGES !== 0) {
    const hint = 'give a multiple of 2 MiB';
    return reject('invalid-field', '/sevFeatures/virtualTom', 'the processor has VIRTUAL_TOM in units of 2 MiB', hint);
  }
  if ((aeadLimit ?? 0) <= AEAD_LIMIT_MAX) return null;
  return reject('invalid-field', '/aeadLimit', `the counter is let to count to ${AEAD_LIMIT_MAX}`, 'leave it out, or give less');
}

function checkFixed(layout: Layout, ranges: readonly HvFixedRange[]): Rejection | null {
  const pages = ranges.reduce((sum, range) => sum + range.pages, 0);
  if (ranges.length > HV_FIXED_RANGES_MAX || pages > HV_FIXED_PAGES_MAX) {
    return reject(
      'limit-exceeded',
      '/rmp/hvFixed',
      `${ranges.length} ranges of ${pages} pages; ${HV_FIXED_RANGES_MAX} ranges of ${HV_FIXED_PAGES_MAX} pages are possible`,
      'name fewer frames',
    );
  }
  for (const [i, range] of ranges.entries()) {
    if (range.pages < 1)
      return reject('invalid-field', `/rmp/hvFixed/${i}/pages`, 'a range has at least one page', 'give pages of 1 or more');
    if (range.pfn + range.pages > layout.covered) {
      return reject(
        'address-out-of-range',
        `/rmp/hvFixed/${i}/pfn`,
        `the RMP covers the frames below 0x${layout.covered.toString(16)}`,
        'name frames that have an entry',
      );
    }
    if (isPrivateAtFirst(layout, range)) {
      return reject(
        'invalid-field',
        `/rmp/hvFixed/${i}/pfn`,
        'the range touches the 2 MiB regions of a memslot that starts private',
        'start the memslot shared, or name other frames',
      );
    }
  }
  return null;
}

function isPrivateAtFirst(layout: Layout, { pfn, pages }: HvFixedRange): boolean {
  const first = pfn - (pfn % REGION_PAGES);
  const end = Math.ceil((pfn + pages) / REGION_PAGES) * REGION_PAGES;
  return layout.slots.some((slot) => {
    const [from, to] = privateAtFirst(layout, slot);
    return slot.initialState === 'private' && from < end && to > first;
  });
}
