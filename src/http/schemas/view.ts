/** Looking at a VM: one page, the map, the raw table, the page walk. */
import { z } from 'zod';
import { AddressText, Count, Hex, LevelName, LimitParam, VmParams } from './basics.js';
import { Entry, PageState } from './entry.js';
import { VmaView } from './vm.js';

export const CELLS_MAX = 4096;
export const CELLS_DEFAULT = 256;

export const PageParams = VmParams.extend({ gpa: AddressText });

export const PageView = z
  .strictObject({
    gpa: Hex,
    hva: Hex,
    pfn: Hex,
    privatePfn: Hex.nullable().meta({ description: 'The frame of its private page, where private memory has pages of its own.' }),
    privateAttribute: z.boolean(),
    vma: VmaView,
    mapping: z
      .strictObject({ level: LevelName, present: z.boolean(), pfn: Hex })
      .nullable()
      .meta({ description: 'The leaf of the VMM’s page table and its first frame; null where nothing is mapped.' }),
    nestedLevel: LevelName.nullable().meta({ description: 'The smaller of host and RMP level.' }),
    directMapLevel: LevelName,
    directMapPresent: z.boolean().meta({ description: 'false: the generation took the page out of the direct map.' }),
    rmp: Entry,
    state: PageState,
    contentBytes: Count,
  })
  .meta({ id: 'Page', description: 'One guest page seen from everywhere.' });

export const MapQuery = z.strictObject({
  from: AddressText.optional(),
  to: AddressText.optional().meta({ description: 'Exclusive.' }),
  cells: z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/, { error: `a number from 1 to ${CELLS_MAX}` })
    .optional()
    .meta({ description: `1 to ${CELLS_MAX}; ${CELLS_DEFAULT} where it is left out.` }),
});

export const MapAnswer = z
  .strictObject({
    cells: z.array(
      z.strictObject({
        gpa: Hex,
        pages: Count,
        states: z.partialRecord(PageState, Count),
        levels: z.partialRecord(z.enum(['4K', '2M', '1G', 'none']), Count),
        mixed: z.boolean().meta({ description: 'More than one state in the cell.' }),
      }),
    ),
  })
  .meta({ id: 'Map' });

export const RmpQuery = z.strictObject({
  from: AddressText.optional().meta({ description: "A frame number; the VM's first frame where it is left out." }),
  limit: LimitParam,
});
export const RmpAnswer = z.strictObject({
  entries: z.array(Entry),
  next: Hex.nullable().meta({ description: 'The frame after the last one listed; null at the end of the table.' }),
});

export const PageTableQuery = z.strictObject({ hva: AddressText });
export const PageTableAnswer = z.strictObject({
  levels: z.array(
    z.strictObject({
      name: z.enum(['PGD', 'PUD', 'PMD', 'PTE']),
      index: Count,
      present: z.boolean(),
      leaf: z.boolean(),
      size: LevelName.nullable(),
      pfn: Hex.nullable(),
    }),
  ),
});

export const VmasAnswer = z.strictObject({ vmas: z.array(VmaView) });
