/**
 * The hypervisor maps guest pages to frames of its choice. It may: no check of the processor is made of the nested page table itself. What
 * protects the guest are the Reverse-Map check, and that it never validates a page twice:
 *
 *     1. guest page G is validated at frame A                    RMP[A] = (asid, G, validated)
 *     2. the hypervisor assigns frame B to (asid, G)             RMP[B] = (asid, G, not validated)
 *     3. it maps G to B                                          the guest's next access: #VC 0x404
 *     4. a guest that now PVALIDATEs gets carry 0 and zeroes     a correct one has validated G before, and stops
 */
import { isAligned, LEVEL_2M, levelName, pagesAt } from './address.js';
import type { MapNested } from './command.js';
import { NESTED_MAPS_MAX } from './config.js';
import { reject, type Rejection } from './error.js';
import type { Machine } from './machine.js';
import { frameOf } from './nested-leaf.js';
import type { Result } from './outcome.js';
import { checkGuestRange } from './host-access.js';

export function mapNested(m: Machine, c: MapNested): Result {
  const wrong = check(m, c);
  if (wrong !== null) return wrong;
  m.begin(undefined);
  const pages = c.pageSize === LEVEL_2M ? 512 : 1;
  if (c.pfn === null) m.guest.unmapNested(c.gfn, pages);
  else m.guest.mapNested({ gfn: c.gfn, pfn: c.pfn, pages, fixed2M: pages === 512 });
  const pfn = c.pfn ?? frameOf(m, c.gfn);
  m.emit({ seq: m.nextSeq(), type: 'nested-mapped', gfn: c.gfn, pfn, pages });
  return { outcome: { op: 'nested-map', pfn }, events: m.takeEvents() };
}

function check(m: Machine, c: MapNested): Rejection | null {
  const pages = pagesAt(c.pageSize);
  for (const [field, page] of [
    ['gpa', c.gfn],
    ['pfn', c.pfn ?? 0],
  ] as const) {
    if (isAligned(page, c.pageSize)) continue;
    const hint = `use a multiple of ${pages} pages, or the page size 4K`;
    return reject('invalid-field', `/${field}`, `the ${field} is not aligned to ${levelName(c.pageSize)}`, hint);
  }
  const wrong = checkGuestRange(m, c.gfn, pages);
  if (wrong !== null) return wrong;
  if (c.pfn !== null && c.pfn + pages > m.layout.frames) {
    return reject(
      'address-out-of-range',
      '/pfn',
      `the host has frames 0x0 to 0x${(m.layout.frames - 1).toString(16)}`,
      'name a frame that the host has',
    );
  }
  if (c.pfn === null || m.guest.nestedMaps < NESTED_MAPS_MAX) return null;
  return reject(
    'limit-exceeded',
    '/gpa',
    `${NESTED_MAPS_MAX} guest pages are mapped elsewhere already`,
    'give some of them back with pfn null, or map 2M stretches',
  );
}
