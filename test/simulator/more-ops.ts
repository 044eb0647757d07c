/** What the host's memory management and the guest are asked for, in both words; and lists of operations. */
import { asGfn, asPfn, type Command, type LeafChange, type Madvice } from '../../src/core/index.js';
import { type Asked, below, hex, hotPage, oneOf, type Random } from './op.js';

const ADVICE: readonly Madvice[] = ['HUGEPAGE', 'NOHUGEPAGE', 'COLLAPSE', 'DONTNEED', 'REMOVE'];
const CHANGES: readonly LeafChange[] = ['swap-out', 'restore', 'migrate', 'numa-hint'];
const LIST_MAX = 6;

export function hostOperation(random: Random): Asked {
  const page = hotPage(random);
  const pages = oneOf(random, [1, 3, 512]);
  const at = { gpa: hex(page), size: pages * 4096 };
  const range = { space: 'gpa', page: asGfn(page), pages } as const;
  switch (below(random, 5)) {
    case 0: {
      const advice = oneOf(random, ADVICE);
      return { path: '/madvise', body: { ...at, advice }, commands: [{ op: 'madvise', range, advice }] };
    }
    case 1: {
      const pinned = random() < 0.5;
      return { path: '/pins', body: { ...at, pinned }, commands: [{ op: 'pin', range, pinned }] };
    }
    case 2: {
      const change = oneOf(random, CHANGES);
      return { path: '/leaf-states', body: { ...at, change }, commands: [{ op: 'leaf-state', range, change }] };
    }
    case 3:
      return { path: '/khugepaged', body: {}, commands: [{ op: 'khugepaged' }] };
    default: {
      const start = 0x7_f000_0000 + page;
      const protection = oneOf(random, ['read-write', 'read-only'] as const);
      const mapped = { space: 'hva', page: start, pages } as const;
      return {
        path: '/vmas',
        body: { start: hex(start), size: at.size, protection },
        commands: [{ op: 'mmap', range: mapped, protection }],
      };
    }
  }
}

export function guestOperation(random: Random): Asked {
  const page = hotPage(random);
  switch (below(random, 4)) {
    case 0: {
      const [offset, fill, cBit] = [below(random, 4000), below(random, 256), random() < 0.7];
      return {
        path: '/guest-accesses',
        body: { gpa: hex(page, offset), size: 40, fill, access: 'write', cBit },
        commands: [{ ...ACCESS, gfn: asGfn(page), offset, content: fill, access: 'write', cBit }],
      };
    }
    case 1: {
      const cBit = random() < 0.7;
      return {
        path: '/guest-accesses',
        body: { gpa: hex(page), size: 40, access: 'read', cBit },
        commands: [{ ...ACCESS, gfn: asGfn(page), offset: 0, access: 'read', cBit }],
      };
    }
    case 2: {
      const pfn = random() < 0.5 ? null : asPfn(0x10_0000 + hotPage(random));
      return {
        path: '/nested-maps',
        body: { gpa: hex(page), pfn: pfn === null ? null : `0x${pfn.toString(16)}` },
        commands: [{ op: 'nested-map', gfn: asGfn(page), pageSize: 1, pfn }],
      };
    }
    default:
      return {
        path: '/rmpadjust',
        body: { gpa: hex(page), pageSize: '4K', targetVmpl: 1, permissions: ['read'] },
        commands: [{ op: 'rmpadjust', gfn: asGfn(page), offset: 0, pageSize: 1, vmpl: 0, targetVmpl: 1, mask: 1, vmsa: false }],
      };
  }
}

const ACCESS = { op: 'guest-access', size: 40, vmpl: 0, privilege: 'supervisor', guestLevel: 1 } as const;

/** Several in one request, each with the body of its own route and its name. */
export function listOf(random: Random, one: (random: Random) => Asked): Asked {
  const parts = Array.from({ length: 2 + below(random, LIST_MAX - 1) }, () => one(random));
  const mode = random() < 0.5 ? 'atomic' : 'continue';
  const operations = parts.map(({ body, commands }) => ({ op: (commands[0] as Command).op, ...body }));
  return { path: '/operations', body: { operations, mode, reply: 'summary' }, commands: parts.flatMap(({ commands }) => commands), mode };
}
