/** What simulated clients ask for, in both words: as the body of a request, and as a command of the machine. */
import { asGfn, asPfn, type Command, type MachineConfig, type PageStateEntry, type PageStateOperation } from '../../src/core/index.js';
import { CONFIG_DEFAULTS, oneMemslot } from '../../src/service/layout.js';

export type Random = () => number;

export interface Asked {
  /** Path below the VM's own. */
  readonly path: string;
  /** undefined: the request has none. */
  readonly body: object | undefined;
  /** One, or those of a list. */
  readonly commands: readonly Command[];
  /** Of a list. */
  readonly mode?: 'atomic' | 'continue';
}

const MEMORY_BYTES = 8 * 2 ** 20;
const PAGES = MEMORY_BYTES / 4096;
/** Few, so that operations meet each other. */
const HOT_PAGES = 24;
const BACKINGS = ['thp', '4k', 'shmem-thp', 'hugetlb-2M', 'dax-2M'] as const;
const GENERATIONS = ['rfc-v1', 'rfc-v1-reply', 'no-snp'] as const;

export const below = (random: Random, n: number): number => Math.floor(random() * n);
export const oneOf = <T>(random: Random, values: readonly T[]): T => values[below(random, values.length)];

export const hex = (page: number, offset = 0): string => `0x${(page * 4096 + offset).toString(16)}`;
export const hotPage = (random: Random): number => 512 + ((below(random, HOT_PAGES) * 61) % (PAGES - 512));

export interface AskedCreation {
  readonly body: object;
  readonly config: MachineConfig;
  readonly ttlSeconds: number | null;
}

export function askedCreation(random: Random): AskedCreation {
  const backing = oneOf(random, BACKINGS);
  const generation = oneOf(random, GENERATIONS);
  const initialState = random() < 0.3 ? 'private' : 'shared';
  const onSigbus = random() < 0.15 ? 'kill' : 'report';
  const ttlSeconds = random() < 0.2 ? 5 + below(random, 40) : null;
  return {
    body: {
      name: `vm of ${backing}`,
      generation,
      onSigbus,
      memory: { size: MEMORY_BYTES, backing, initialState },
      ...(ttlSeconds === null ? {} : { ttlSeconds }),
    },
    config: { ...CONFIG_DEFAULTS, generation, onSigbus, memslots: [oneMemslot(MEMORY_BYTES, backing, initialState)] },
    ttlSeconds,
  };
}

export function askedRead(random: Random): Asked {
  const page = asGfn(hotPage(random));
  const size = 1 + below(random, 64);
  return {
    path: '/hypervisor-reads',
    body: { gpa: hex(page), size },
    commands: [{ op: 'hypervisor-read', target: { space: 'gpa', page, offset: 0 }, size, via: 'user' }],
  };
}

export function tableOperation(random: Random): Asked {
  const page = hotPage(random);
  switch (below(random, 10)) {
    case 0:
    case 1:
    case 2:
      return pageStateChange(random);
    case 3: {
      const [offset, size] = [below(random, 64), 1 + below(random, 6000)];
      return write(page, offset, { size }, { size });
    }
    case 4:
    case 5: {
      const [offset, size, fill] = [below(random, 64), 1 + below(random, 200), below(random, 256)];
      return write(page, offset, { size, fill }, { size, content: fill });
    }
    case 6: {
      const bytes = Buffer.from(Array.from({ length: 1 + below(random, 40) }, () => below(random, 256)));
      return write(page, below(random, 4000), { data: bytes.toString('base64') }, { size: bytes.length, content: new Uint8Array(bytes) });
    }
    case 7: {
      const validate = random() < 0.6;
      return {
        path: '/pvalidate',
        body: { gpa: hex(page), pageSize: '4K', validate },
        commands: [{ op: 'pvalidate', gfn: asGfn(page), offset: 0, pageSize: 1, validate, vmpl: 0 }],
      };
    }
    case 8: {
      const pfn = asPfn(0x100000 + page);
      const assigned = random() < 0.5;
      const asid = assigned ? 1 : 0;
      return {
        path: '/rmpupdate',
        body: { pfn: `0x${pfn.toString(16)}`, assigned, gpa: hex(page), asid, pageSize: '4K' },
        commands: [{ op: 'rmpupdate', pfn, assigned, gfn: page, gpaOffset: 0, asid, pageSize: 1, immutable: false, directMap: true }],
      };
    }
    default: {
      const pfn = asPfn(0x100000 + page - (page % 512));
      return { path: '/psmash', body: { pfn: `0x${pfn.toString(16)}` }, commands: [{ op: 'psmash', pfn }] };
    }
  }
}

export const ASKED_RESET: Asked = { path: '/reset', body: undefined, commands: [{ op: 'reset' }] };

function write(
  page: number,
  offset: number,
  body: { readonly size: number; readonly fill?: number } | { readonly data: string },
  stored: { readonly size: number; readonly content?: number | Uint8Array },
): Asked {
  return {
    path: '/hypervisor-writes',
    body: { gpa: hex(page, offset), ...body },
    commands: [
      { op: 'hypervisor-write', target: { space: 'gpa', page: asGfn(page), offset }, via: 'user', pagefaultDisabled: false, ...stored },
    ],
  };
}

function pageStateChange(random: Random): Asked {
  const entries: PageStateEntry[] = Array.from({ length: 1 + below(random, 3) }, () => {
    const operation: PageStateOperation = random() < 0.6 ? 'private' : 'shared';
    if (random() < 0.3) return { gfn: asGfn(512 * (1 + below(random, PAGES / 512 - 1))), pages: 1, pageSize: 2, operation };
    return { gfn: asGfn(hotPage(random)), pages: 1, pageSize: 1, operation };
  });
  const validate = random() < 0.9;
  return {
    path: '/page-state-changes',
    body: {
      entries: entries.map(({ gfn, pages, pageSize, operation }) => ({
        gpa: hex(gfn),
        pages,
        pageSize: pageSize === 1 ? '4K' : '2M',
        operation,
      })),
      validate,
    },
    commands: [{ op: 'page-state-change', entries, validate, strictGuest: false }],
  };
}
