/**
 * The form of each command in a bundle. What a command's numbers may be, the machine says; here it is made sure that it gets numbers. A command
 * without a form here does not compile: it could be exported and never imported.
 */
import { z } from 'zod';
import { type Command, LEAF_CHANGES, MADVICE, PSC_ENTRIES_MAX } from '../../core/index.js';
import { Protection } from '../schemas/vm.js';
import { InjectForm } from './format.js';

const Count = z.int().min(0);
const Offset = Count.max(4095);
const PageSize = z.union([z.literal(1), z.literal(2)]);
const Target = z.strictObject({ space: z.enum(['hva', 'gpa', 'pfn']), page: Count, offset: Offset });
const VirtualRange = z.strictObject({ space: z.literal('hva'), page: Count, pages: Count });
const Range = z.strictObject({ space: z.enum(['hva', 'gpa']), page: Count, pages: Count });
const inject = InjectForm.optional();

/** A VM that was deleted is not exported. */
type BundledCommand = Exclude<Command, { readonly op: 'delete' }>;

const FORMS: { readonly [Op in BundledCommand['op']]: z.ZodType<{ readonly op: Op }> } = {
  'hypervisor-write': z.strictObject({
    op: z.literal('hypervisor-write'),
    target: Target,
    size: Count,
    content: z.union([Count.max(255), z.strictObject({ base64: z.string() })]).optional(),
    via: z.enum(['user', 'copy-to-user', 'direct-map']),
    pagefaultDisabled: z.boolean(),
    inject,
  }),
  'hypervisor-read': z.strictObject({ op: z.literal('hypervisor-read'), target: Target, size: Count, via: z.enum(['user', 'direct-map']) }),
  'page-state-change': z.strictObject({
    op: z.literal('page-state-change'),
    entries: z
      .array(
        z.strictObject({ gfn: Count, pages: Count, pageSize: PageSize, operation: z.enum(['private', 'shared', 'psmash', 'unsmash']) }),
      )
      .max(PSC_ENTRIES_MAX),
    validate: z.boolean(),
    strictGuest: z.boolean(),
    inject,
  }),
  pvalidate: z.strictObject({
    op: z.literal('pvalidate'),
    gfn: Count,
    offset: Offset,
    pageSize: PageSize,
    validate: z.boolean(),
    vmpl: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
    inject,
  }),
  rmpupdate: z.strictObject({
    op: z.literal('rmpupdate'),
    pfn: Count,
    assigned: z.boolean(),
    gfn: Count,
    gpaOffset: Offset,
    asid: Count.max(2 ** 32 - 1),
    pageSize: PageSize,
    immutable: z.boolean(),
    directMap: z.boolean(),
    inject,
  }),
  psmash: z.strictObject({ op: z.literal('psmash'), pfn: Count }),
  mmap: z.strictObject({ op: z.literal('mmap'), range: VirtualRange, protection: Protection }),
  munmap: z.strictObject({ op: z.literal('munmap'), range: VirtualRange }),
  mprotect: z.strictObject({ op: z.literal('mprotect'), range: VirtualRange, protection: Protection }),
  madvise: z.strictObject({ op: z.literal('madvise'), range: Range, advice: z.enum(MADVICE) }),
  khugepaged: z.strictObject({ op: z.literal('khugepaged'), range: Range.optional() }),
  pin: z.strictObject({ op: z.literal('pin'), range: Range, pinned: z.boolean() }),
  'leaf-state': z.strictObject({ op: z.literal('leaf-state'), range: Range, change: z.enum(LEAF_CHANGES) }),
  reset: z.strictObject({ op: z.literal('reset') }),
};

/** Whether the value, read from `commandText`'s JSON, is a command. */
export function isCommandForm(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('op' in value) || typeof value.op !== 'string') return false;
  if (!Object.hasOwn(FORMS, value.op)) return false;
  return FORMS[value.op as BundledCommand['op']].safeParse(value).success && contentFits(value);
}

/** As many bytes of contents as are stored. */
function contentFits(value: object): boolean {
  if (!('content' in value) || !('size' in value) || typeof value.content !== 'object' || value.content === null) return true;
  return 'base64' in value.content && Buffer.byteLength(String(value.content.base64), 'base64') === value.size;
}
