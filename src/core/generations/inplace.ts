/**
 * In-place conversion of guest_memfd (posted series, 2025 and 2026; not mainline): one page for each guest page, whose attribute says who may
 * touch it. The conversion itself splits the host's huge leaf and unmaps what becomes private, and merges again once a whole huge page is
 * shared; a host touch of a private index is SIGBUS; a page in use is not converted. No #PF handler is needed.
 *
 * Source: generations.md 5 and 10, column inplace: guest_memfd 1G RFC v2 (14 May 2025), in-place conversion RFC v1 to v10 (2025 and 2026).
 */
import { type Conversion, isHeld, plan } from './common.js';
import type { GenerationFacts } from './facts.js';
import { generationFromFacts } from './from-facts.js';
import { PROCEED, type View } from './generation.js';
import { afterRmpupdate, UPSTREAM_FACTS } from './upstream.js';

const FACTS: GenerationFacts = {
  ...UPSTREAM_FACTS,
  kvmWritesPrivate: 'efault',
  conversionOfHeldPage: 'refused',
  hugetlbGuard: 'split-at-conversion',
  conversionWritesRmp: 'at-conversion',
  privateBacking: 'same',
  privatePages: null,
};

/** What becomes private may have no reference but guest_memfd's own: neither a map of KVM nor a pin. */
function isInUse(request: Conversion, view: View): boolean {
  return isHeld(request, view) || (request.toPrivate && view.anyPinned(request.gfn, request.pages));
}

export const inplace = generationFromFacts(
  {
    name: 'inplace',
    title: 'In-place conversion of guest_memfd (follows posted series, not mainline)',
    source:
      'guest_memfd 1G RFC v2, 14 May 2025; guest_memfd in-place conversion v1 to v10, October 2025 to August 2026: posted, not mainline',
    facts: FACTS,
    derived: ['userHandler', 'conversionOfHeldPage', 'hugetlbGuard'],
    sources: {
      hugetlbGuard: 'guest_memfd 1G RFC v2: folios split and merged at the conversion',
      conversionOfHeldPage: 'in-place conversion v7: not converted while in use',
      privateBacking: 'in-place conversion v7: VM_FAULT_SIGBUS for a private index',
    },
  },
  {
    afterRmpupdate,
    planConversion: (request, view) =>
      isInUse(request, view) ? plan('conversionOfHeldPage', { then: view.doubts.G7 === 'EAGAIN' ? 'eagain' : 'ebusy' }) : PROCEED,
    beforeKvmWrite: ({ gfn }, view) => (view.privateAttribute(gfn) ? plan('kvmWritesPrivate', { then: 'efault' }) : PROCEED),
    onNotPresent: ({ gfn }, view) => (view.privateAttribute(gfn) ? plan('privateBacking', { then: 'sigbus' }) : PROCEED),
  },
);
