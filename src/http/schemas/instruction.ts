/** Page-state changes of the guest, and single instructions. */
import { z } from 'zod';
import { PSC_ENTRIES_MAX, PSC_PAGES_MAX } from '../../core/index.js';
import { AddressIn, Count, Hex, PageSizeName, Vmpl } from './basics.js';
import { NestedFault } from './entry.js';
import { Dmesg, Inject, Numbering, PvalidateExpect, Status, StatusExpect } from './operation.js';

export const PageStateEntry = z
  .strictObject({
    gpa: AddressIn.meta({ description: 'First page, aligned to pageSize.' }),
    pages: z
      .int()
      .min(1)
      .optional()
      .meta({
        description: `How many pages of pageSize; 1 where it is left out. All entries together name at most ${PSC_PAGES_MAX} 4K pages.`,
      }),
    pageSize: PageSizeName.optional().meta({ description: '4K where it is left out.' }),
    operation: z.enum(['private', 'shared', 'psmash', 'unsmash']),
  })
  .meta({ id: 'PageStateEntry' });

export const PageStateRequest = z
  .strictObject({
    entries: z.array(PageStateEntry).min(1).max(PSC_ENTRIES_MAX),
    validate: z.boolean().optional().meta({ description: 'true, the default: the guest PVALIDATEs around the request, as Linux does.' }),
    strictGuest: z.boolean().optional().meta({ description: 'The guest ends itself where Linux would: on CF=1 or a failed PVALIDATE.' }),
    inject: Inject.optional(),
    expect: StatusExpect.optional(),
  })
  .meta({ id: 'PageStateRequest' });

export const PageStateAnswer = z
  .strictObject({
    ...Numbering,
    status: Status.meta({ description: "The first failure's; SUCCESS where none failed." }),
    code: Count.nullable(),
    results: z.array(
      z.strictObject({
        status: Status,
        code: Count.nullable(),
        carry: z.boolean().optional().meta({ description: "The carry flag of the entry's PVALIDATEs; absent where none ran." }),
        rmpPages: Count.meta({ description: '4K pages whose RMP entry changed.' }),
      }),
    ),
    swExitInfo2: Hex.meta({ description: '0x10000000000 after a failure, else 0x0.' }),
    events: Count.meta({ description: 'How many events it made.' }),
    dmesg: Dmesg,
  })
  .meta({ id: 'PageStateAnswer' });

export const PvalidateRequest = z
  .strictObject({
    gpa: AddressIn,
    pageSize: PageSizeName,
    validate: z.boolean(),
    vmpl: Vmpl.optional(),
    fallback: z.boolean().optional().meta({
      description:
        'true: after FAIL_SIZEMISMATCH of 2M the guest goes on with the 512 pages one by one; carry is then that of any of them.',
    }),
    inject: Inject.optional(),
    expect: PvalidateExpect.optional(),
  })
  .meta({ id: 'PvalidateRequest' });

export const PvalidateAnswer = z
  .strictObject({
    outcome: z.enum(['completed', 'nested-fault', 'exception']),
    status: Status,
    code: Count.nullable(),
    carry: z.boolean().nullable(),
    fallbackPages: Count.meta({ description: '4K pages that were validated one by one after FAIL_SIZEMISMATCH.' }),
    faults: z.array(NestedFault),
    dmesg: Dmesg,
    ...Numbering,
  })
  .meta({ id: 'PvalidateAnswer' });

export const RmpupdateRequest = z
  .strictObject({
    pfn: AddressIn,
    assigned: z.boolean(),
    gpa: AddressIn.optional(),
    asid: z.int().min(0).max(1023).optional(),
    pageSize: PageSizeName.optional(),
    immutable: z.boolean().optional(),
    directMap: z.boolean().optional().meta({ description: "false leaves out the direct map's repair before the instruction." }),
    inject: Inject.optional(),
    expect: StatusExpect.optional(),
  })
  .meta({ id: 'RmpupdateRequest' });

export const PsmashRequest = z.strictObject({ pfn: AddressIn, expect: StatusExpect.optional() }).meta({ id: 'PsmashRequest' });

export const InstructionAnswer = z.strictObject({ status: Status, code: Count.nullable(), ...Numbering }).meta({ id: 'InstructionAnswer' });
