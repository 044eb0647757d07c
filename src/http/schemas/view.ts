/** Looking at a VM: one page, the map, the raw table, the page walk. */
import { z } from 'zod';
import { RMP_LAYOUTS } from '../../core/index.js';
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
    pfn: Hex.meta({ description: 'Its frame, mapped or not.' }),
    privatePfn: Hex.nullable().meta({ description: 'The frame of its private page, where private memory has pages of its own.' }),
    privateAttribute: z.boolean().meta({ description: 'KVM’s attribute; with one page for both, what the RMP says.' }),
    vma: VmaView.nullable().meta({ description: 'null where the VMM has unmapped it.' }),
    pinned: z.boolean().meta({ description: 'A pin keeps its frame.' }),
    mapping: z
      .strictObject({
        level: LevelName,
        present: z.boolean(),
        pfn: Hex,
        state: z.enum(['none', 'present', 'swap', 'migration', 'numa-hint']),
      })
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
  layout: z
    .enum(RMP_LAYOUTS)
    .optional()
    .meta({ description: 'Adds where the table and the entries listed lie in memory: one table, or 64 GiB segments.' }),
});
export const RmpAnswer = z.strictObject({
  entries: z.array(Entry),
  next: Hex.nullable().meta({ description: 'The frame after the last one listed; null at the end of the table.' }),
  table: z
    .strictObject({
      layout: z.enum(RMP_LAYOUTS),
      base: Hex.meta({ description: 'MSR C001_0132.' }),
      end: Hex.meta({ description: 'MSR C001_0133: address of the last byte; 0x0 with segments.' }),
      config: Hex.meta({ description: 'MSR C001_0136.' }),
      segments: z
        .array(z.strictObject({ base: Hex, coveredGib: Count, entry: Hex }))
        .meta({ description: 'By number; `entry` is the quadword in the segment table.' }),
      asidCounters: z
        .array(z.strictObject({ asid: Count, pages: Count }))
        .meta({ description: 'The bookkeeping: assigned 4K pages by ASID.' }),
      addresses: z.array(Hex).meta({ description: 'Of the entries listed, in their order.' }),
    })
    .optional()
    .meta({ description: 'There only with `layout`.' }),
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
