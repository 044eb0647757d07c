/** Lines of the kernel log, in the formats of hardware.md 6.3. */
import { asPfn, directMapText, REGION_PAGES } from './address.js';
import { dumpedEntryOf } from './rmp-entry.js';
import type { Machine } from './machine.js';
import type { Fault } from './outcome.js';

/** An oops on a kernel address: the #PF lines, then for an RMP violation the dump of the entry. */
export function oopsLines(m: Machine, fault: Fault): readonly string[] {
  const address = directMapText(fault.page, fault.offset).slice(2);
  const code = (fault.errorCode >>> 0).toString(16).padStart(4, '0');
  return [
    `BUG: unable to handle page fault for address: ${address}`,
    `#PF: supervisor ${fault.access} access in kernel mode`,
    `#PF: error_code(0x${code}) - ${fault.kind === 'rmp' ? m.generation.facts.oopsWords : 'not-present page'}`,
    ...(fault.kind === 'rmp' ? dumpLines(m, fault.page) : []),
  ];
}

/** The page's own entry where it is assigned, else every non-zero entry of its 2M region. */
export function dumpLines(m: Machine, page: number): readonly string[] {
  const entry = m.rmp.entryAt(asPfn(page));
  if (entry.assigned) return [`SEV-SNP: PFN 0x${page.toString(16)}, RMP entry: ${dumpedEntryOf(entry)}`];
  const base = page - (page % REGION_PAGES);
  const end = base + REGION_PAGES;
  const lines = [
    `SEV-SNP: PFN 0x${page.toString(16)} unassigned, dumping non-zero entries in 2M PFN region: [0x${base.toString(16)} - 0x${end.toString(16)}]`,
  ];
  for (let pfn = base; pfn < end; pfn++) {
    const neighbour = m.rmp.entryAt(asPfn(pfn));
    if (neighbour.assigned || neighbour.immutable) lines.push(`SEV-SNP: PFN: 0x${pfn.toString(16)}, ${dumpedEntryOf(neighbour)}`);
  }
  return lines;
}

/** What rmpupdate() prints where the instruction failed for good. */
export function rmpupdateFailedLine(pfn: number, pageSize: 1 | 2, code: number): string {
  return `SEV-SNP: RMPUPDATE failed for PFN ${pfn.toString(16)}, pg_level: ${pageSize}, ret: ${code}`;
}

/** snp_leak_pages: the range, and the entry of each page of it. */
export function leakLines(m: Machine, pfn: number, pages: number): readonly string[] {
  const lines = [`SEV-SNP: Leaking PFN range 0x${pfn.toString(16)}-0x${(pfn + pages).toString(16)}`];
  for (let i = 0; i < pages; i++) lines.push(...dumpLines(m, pfn + i));
  return lines;
}
