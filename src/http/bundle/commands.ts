/**
 * The form of each command in a bundle. What a command's numbers may be, the machine says; here it is made sure that it gets numbers. A command
 * without a form here does not compile: it could be exported and never imported.
 */
import { z } from 'zod';
import {
  type Command,
  type FirmwareCommandName,
  GUEST_ACCESS_KINDS,
  LEAF_CHANGES,
  MADVICE,
  PSC_ENTRIES_MAX,
  SET_STATE_PAGES_MAX,
} from '../../core/index.js';
import { Protection } from '../schemas/vm.js';
import { InjectForm } from './format.js';

const Count = z.int().min(0);
const Offset = Count.max(4095);
const PageSize = z.union([z.literal(1), z.literal(2)]);
const Target = z.strictObject({ space: z.enum(['hva', 'gpa', 'pfn']), page: Count, offset: Offset });
const VirtualRange = z.strictObject({ space: z.literal('hva'), page: Count, pages: Count });
const Range = z.strictObject({ space: z.enum(['hva', 'gpa']), page: Count, pages: Count });
const Vmpl = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);
const Word = Count.max(2 ** 32 - 1);
const Content = z.union([Count.max(255), z.strictObject({ base64: z.string() })]);
const inject = InjectForm.optional();

/** A frame; -1 names the context of the guest that the VM was created with. */
const Context = z.int().min(-1);
const named = <N extends FirmwareCommandName>(command: N) => z.literal(command);
const Swap = { gctx: Context, source: Count, destination: Count, pageSize: PageSize, metadata: Count.nullable(), slot: Count.max(255) };
const FirmwareForm = z.discriminatedUnion('command', [
  z.strictObject({ command: named('SNP_GCTX_CREATE'), gctx: Context }),
  z.strictObject({ command: named('SNP_LAUNCH_START'), gctx: Context, policy: Count }),
  z.strictObject({ command: named('SNP_ACTIVATE'), gctx: Context, asid: Count }),
  z.strictObject({
    command: named('SNP_LAUNCH_UPDATE'),
    gctx: Context,
    page: Count,
    pageSize: PageSize,
    pageType: Count.max(255),
    vmpl: Count.max(2 ** 24 - 1),
  }),
  z.strictObject({ command: named('SNP_LAUNCH_FINISH'), gctx: Context }),
  z.strictObject({ command: named('SNP_DF_FLUSH') }),
  z.strictObject({ command: named('SNP_DECOMMISSION'), gctx: Context }),
  z.strictObject({ command: named('SNP_PAGE_RECLAIM'), page: Count, pageSize: PageSize }),
  z.strictObject({ command: named('SNP_PAGE_UNSMASH'), page: Count }),
  z.strictObject({ command: named('SNP_PAGE_MOVE'), gctx: Context, source: Count, destination: Count, pageSize: PageSize }),
  z.strictObject({ command: named('SNP_PAGE_MD_INIT'), gctx: Context, page: Count }),
  z.strictObject({ command: named('SNP_PAGE_SWAP_OUT'), ...Swap }),
  z.strictObject({ command: named('SNP_PAGE_SWAP_IN'), ...Swap }),
  z.strictObject({ command: named('SNP_PAGE_SET_STATE'), pages: z.array(Count).max(SET_STATE_PAGES_MAX) }),
  z.strictObject({ command: named('SNP_GUEST_REQUEST'), gctx: Context, request: Count, response: Count }),
]);

/** A VM that was deleted is not exported. */
type BundledCommand = Exclude<Command, { readonly op: 'delete' }>;

const FORMS: { readonly [Op in BundledCommand['op']]: z.ZodType<{ readonly op: Op }> } = {
  'hypervisor-write': z.strictObject({
    op: z.literal('hypervisor-write'),
    target: Target,
    size: Count,
    content: Content.optional(),
    via: z.enum(['user', 'copy-to-user', 'kvm', 'direct-map']),
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
    vmpl: Vmpl,
    fallback: z.boolean().optional(),
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
  'kernel-map': z.strictObject({ op: z.literal('kernel-map'), gfn: Count }),
  'kernel-unmap': z.strictObject({ op: z.literal('kernel-unmap'), map: Count }),
  mmap: z.strictObject({ op: z.literal('mmap'), range: VirtualRange, protection: Protection }),
  munmap: z.strictObject({ op: z.literal('munmap'), range: VirtualRange }),
  mprotect: z.strictObject({ op: z.literal('mprotect'), range: VirtualRange, protection: Protection }),
  madvise: z.strictObject({ op: z.literal('madvise'), range: Range, advice: z.enum(MADVICE) }),
  khugepaged: z.strictObject({ op: z.literal('khugepaged'), range: Range.optional() }),
  pin: z.strictObject({ op: z.literal('pin'), range: Range, pinned: z.boolean() }),
  'leaf-state': z.strictObject({ op: z.literal('leaf-state'), range: Range, change: z.enum(LEAF_CHANGES) }),
  'guest-access': z.strictObject({
    op: z.literal('guest-access'),
    gfn: Count,
    offset: Offset,
    size: Count,
    access: z.enum(GUEST_ACCESS_KINDS),
    cBit: z.boolean().optional(),
    vmpl: Vmpl,
    privilege: z.enum(['supervisor', 'user']),
    guestLevel: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    content: Content.optional(),
    inject,
  }),
  rmpadjust: z.strictObject({
    op: z.literal('rmpadjust'),
    gfn: Count,
    offset: Offset,
    pageSize: PageSize,
    vmpl: Vmpl,
    targetVmpl: Vmpl,
    mask: Count.max(31),
    vmsa: z.boolean(),
    inject,
  }),
  rmpquery: z.strictObject({ op: z.literal('rmpquery'), gfn: Count, pageSize: PageSize, vmpl: Vmpl, targetVmpl: Vmpl, inject }),
  rmpread: z.strictObject({ op: z.literal('rmpread'), pfn: Count }),
  'ghcb-request': z.union([
    z.strictObject({
      op: z.literal('ghcb-request'),
      form: z.literal('nae'),
      content: z.strictObject({ base64: z.string() }),
      stopAfterPages: Count,
      inject,
    }),
    z.strictObject({ op: z.literal('ghcb-request'), form: z.literal('msr'), high: Word, low: Word, inject }),
  ]),
  'firmware-command': z.strictObject({ op: z.literal('firmware-command'), request: FirmwareForm }),
  'nested-map': z.strictObject({ op: z.literal('nested-map'), gfn: Count, pageSize: PageSize, pfn: Count.nullable() }),
  'vcpu-enter': z.strictObject({ op: z.literal('vcpu-enter'), vcpu: Count, vmsa: Count, vmcb: Count.nullable(), flushTlb: z.boolean() }),
  'vcpu-exit': z.strictObject({ op: z.literal('vcpu-exit'), vcpu: Count }),
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
