/** The host's memory management: VMAs, madvise, khugepaged, pins and leaf states. */
import { z } from 'zod';
import { ERRNOS, LEAF_CHANGES, MADVICE, RANGE_PAGES_MAX } from '../../core/index.js';
import { AddressIn, AddressText, Count, SizeIn, VmParams } from './basics.js';
import { Numbering } from './operation.js';
import { Protection } from './vm.js';

const Size = SizeIn.meta({ description: `Bytes: a multiple of 4096, at most ${RANGE_PAGES_MAX * 4096}.` });

const SyscallResult = z.enum(['completed', ...ERRNOS]).meta({
  id: 'SyscallResult',
  description: 'completed, or the errno that the kernel returns: a result, not an error of the request.',
});

const SyscallExpect = z.strictObject({ outcome: SyscallResult.optional() }).meta({ description: 'What the caller expects.' });

/** Exactly one of hva and gpa. */
const Range = { hva: AddressIn.optional().meta({ description: 'Exactly one of hva and gpa.' }), gpa: AddressIn.optional(), size: Size };

export const VmaParams = VmParams.extend({
  start: AddressText.meta({ description: 'A user address that begins a 4K page.', example: '0x7f0000200000' }),
});

export const MmapRequest = z
  .strictObject({ start: AddressIn, size: Size, protection: Protection.optional(), expect: SyscallExpect.optional() })
  .meta({ id: 'MmapRequest', description: 'MAP_FIXED: what is mapped there goes first. The backing is that of the memslot.' });

export const MprotectRequest = z
  .strictObject({
    protection: Protection,
    size: Size.optional().meta({ description: 'Bytes; to the end of the VMA that has `start` where it is left out.' }),
    expect: SyscallExpect.optional(),
  })
  .meta({ id: 'MprotectRequest' });

/** In a list of operations; the own route has `start` in its path. */
export const MprotectOperation = z
  .strictObject({ start: AddressIn, size: Size, protection: Protection, expect: SyscallExpect.optional() })
  .meta({ id: 'MprotectOperation' });

/** The same of munmap. */
export const MunmapOperation = z
  .strictObject({ start: AddressIn, size: Size, expect: SyscallExpect.optional() })
  .meta({ id: 'MunmapOperation' });

export const MunmapQuery = z.strictObject({
  size: z
    .string()
    .regex(/^([1-9][0-9]{0,12}[KMGT](iB)?|[1-9][0-9]{0,15})$/, { error: 'a size: a number of bytes, or text such as 2M' })
    .optional()
    .meta({ description: 'Bytes; to the end of the VMA that has `start` where it is left out.' }),
});

export const MadviseRequest = z
  .strictObject({ ...Range, advice: z.enum(MADVICE), expect: SyscallExpect.optional() })
  .meta({ id: 'MadviseRequest' });

export const PinRequest = z
  .strictObject({
    ...Range,
    pinned: z.boolean().meta({ description: 'false takes the pin away, also from frames that the range had before.' }),
    expect: SyscallExpect.optional(),
  })
  .meta({ id: 'PinRequest' });

export const SyscallAnswer = z
  .strictObject({
    outcome: SyscallResult,
    pages: Count.meta({ description: '4K pages that it concerned; with an errno, those before the failure.' }),
    ...Numbering,
  })
  .meta({ id: 'SyscallAnswer' });

const CountExpect = z.strictObject({ outcome: z.enum(['completed']).optional() }).meta({ description: 'What the caller expects.' });

export const KhugepagedRequest = z
  .strictObject({ hva: AddressIn.optional(), gpa: AddressIn.optional(), size: Size.optional(), expect: CountExpect.optional() })
  .meta({ id: 'KhugepagedRequest', description: 'The whole address space where no range is given; else hva or gpa, and size.' });

export const KhugepagedAnswer = z
  .strictObject({
    outcome: z.enum(['completed']),
    collapsed: Count.meta({ description: 'Anonymous regions that were copied into a new 2M frame.' }),
    retracted: Count.meta({ description: 'Page tables over a file’s huge page that were removed: the next fault maps it huge.' }),
    pinned: Count.meta({ description: 'Regions left alone because of a pin.' }),
    unsuitable: Count.meta({ description: 'Because of their leaves.' }),
    noMemory: Count.meta({ description: 'For want of a free 2M frame.' }),
    ...Numbering,
  })
  .meta({ id: 'KhugepagedAnswer', description: '2 MiB regions by what the scan made of them.' });

export const LeafStateRequest = z
  .strictObject({ ...Range, change: z.enum(LEAF_CHANGES), expect: CountExpect.optional() })
  .meta({ id: 'LeafStateRequest' });

export const LeafStateAnswer = z
  .strictObject({
    outcome: z.enum(['completed']),
    pages: Count.meta({ description: '4K pages whose leaf is in another state now.' }),
    pinned: Count.meta({ description: 'Pages left alone because of a pin.' }),
    unsuitable: Count.meta({ description: 'Pages left alone because of their backing or the state of their leaf.' }),
    ...Numbering,
  })
  .meta({ id: 'LeafStateAnswer' });
