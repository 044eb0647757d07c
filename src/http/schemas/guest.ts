/** What the guest does to its memory, and what the hypervisor does behind its back: accesses, VMPL permissions, GHCB requests, vCPUs. */
import { z } from 'zod';
import { GUEST_ACCESS_KINDS, VMPL_PERMISSIONS } from '../../core/index.js';
import { AddressIn, Count, Hex, LevelName, PageSizeName, SizeIn, Vmpl, VmParams } from './basics.js';
import { NestedFault } from './entry.js';
import { Base64 } from './host-access.js';
import { Dmesg, Inject, Numbering, Status, StatusExpect } from './operation.js';

/** Bytes of one GHCB request; the shared buffer of a GHCB has 2032. */
export const GHCB_BYTES_MAX = 4096;

export const Permission = z.enum(VMPL_PERMISSIONS).meta({ id: 'Permission', description: 'A permission of a VMPL on a page.' });

const OUTCOMES = ['completed', 'nested-fault', 'vc-exception', 'vmexit-vc', 'page-fault', 'memory-fault-exit'] as const;
const INSTRUCTION_OUTCOMES = ['completed', 'nested-fault', 'vc-exception', 'vmexit-vc'] as const;

export const GuestAccessRequest = z
  .strictObject({
    gpa: AddressIn,
    size: SizeIn.optional().meta({ description: 'Bytes, at least 1; may be left out where `data` is given.' }),
    access: z.enum(GUEST_ACCESS_KINDS).meta({
      description: 'page-table-read and page-table-write: the processor walks the guest’s tables, or sets Accessed and Dirty in them.',
    }),
    cBit: z.boolean().optional().meta({
      description:
        'Whether the guest maps the page encrypted; left out: as private memory. Fetches and the guest’s tables always are, and with vTOM the bit is reserved.',
    }),
    vmpl: Vmpl.optional(),
    privilege: z.enum(['supervisor', 'user']).optional().meta({ description: 'Whose execute permission a fetch needs; supervisor.' }),
    guestLevel: LevelName.optional().meta({
      description: 'Leaf of the guest’s own page table, 4K where it is left out: the TLB’s entry is the smaller of it and the nested leaf.',
    }),
    fill: z.int().min(0).max(255).optional().meta({ description: 'Of a store: a byte that is stored `size` times.' }),
    data: Base64.optional(),
    inject: Inject.optional(),
    expect: z
      .strictObject({ outcome: z.enum(OUTCOMES).optional() })
      .optional()
      .meta({ description: 'What the caller expects.' }),
  })
  .meta({ id: 'GuestAccessRequest' });

export const GuestAccessAnswer = z
  .strictObject({
    outcome: z.enum(OUTCOMES).meta({
      description:
        'nested-fault: the host cannot answer it, the guest would fault for ever; vmexit-vc: ReflectVC; page-fault: the C-bit with vTOM.',
    }),
    bytesDone: Count.meta({ description: 'Bytes before the page that failed.' }),
    data: Base64.optional(),
    exception: z
      .strictObject({ vector: z.union([z.literal(29), z.literal(14)]), errorCode: Hex, gpa: Hex })
      .nullable()
      .meta({
        description: 'Of the guest: #VC 29, the page is not validated; #PF 14, the C-bit is reserved. With vmexit-vc it is not delivered.',
      }),
    translation: z
      .strictObject({ gpa: Hex, pfn: Hex, nestedLevel: LevelName, tlbLevel: LevelName })
      .nullable()
      .meta({ description: 'Of the last page that was tried; null where nothing can be mapped.' }),
    faults: z.array(NestedFault).meta({ description: 'In order, at most 64.' }),
    dmesg: Dmesg,
    ...Numbering,
  })
  .meta({ id: 'GuestAccessAnswer' });

const Place = { gpa: AddressIn, pageSize: PageSizeName, targetVmpl: Vmpl, vmpl: Vmpl.optional(), inject: Inject.optional() };

const InstructionExpect = z
  .strictObject({ outcome: z.enum(INSTRUCTION_OUTCOMES).optional(), status: Status.optional() })
  .optional()
  .meta({ description: 'What the caller expects.' });

export const RmpadjustRequest = z
  .strictObject({
    ...Place,
    permissions: z.array(Permission),
    vmsa: z.boolean().optional().meta({ description: 'The VMSA bit, which only VMPL0 changes; false where it is left out.' }),
    expect: InstructionExpect,
  })
  .meta({ id: 'RmpadjustRequest' });

export const RmpqueryRequest = z.strictObject({ ...Place, expect: InstructionExpect }).meta({ id: 'RmpqueryRequest' });

const GuestInstruction = {
  outcome: z.enum(INSTRUCTION_OUTCOMES),
  status: Status,
  code: Count.nullable(),
  faults: z.array(NestedFault),
  dmesg: Dmesg,
  ...Numbering,
};

export const RmpadjustAnswer = z.strictObject(GuestInstruction).meta({ id: 'RmpadjustAnswer' });

export const RmpqueryAnswer = z
  .strictObject({
    ...GuestInstruction,
    permissions: z.array(Permission).nullable().meta({ description: 'Of the VMPL asked for; null where the instruction failed.' }),
    pageSize: PageSizeName.nullable().meta({ description: 'Of the entry.' }),
    vmsa: z.boolean().nullable(),
  })
  .meta({ id: 'RmpqueryAnswer' });

export const RmpreadRequest = z.strictObject({ pfn: AddressIn, expect: StatusExpect.optional() }).meta({ id: 'RmpreadRequest' });

export const RmpreadAnswer = z
  .strictObject({
    status: Status,
    code: Count.nullable(),
    entry: z
      .strictObject({
        pfn: Hex,
        gpa: Hex,
        assigned: z.boolean(),
        pageSize: PageSizeName,
        regionAssigned: z.boolean().meta({ description: 'Of a 2M-aligned frame: another page of its 2 MiB is assigned.' }),
        immutable: z.boolean(),
        asid: Count,
      })
      .nullable()
      .meta({ description: 'What the instruction stores: neither validated nor vmsa nor masks.' }),
    ...Numbering,
  })
  .meta({ id: 'RmpreadAnswer' });

export const NestedMapRequest = z
  .strictObject({
    gpa: AddressIn,
    pfn: AddressIn.nullable().meta({ description: 'The frame that the guest page is mapped to; null: the memslot’s own again.' }),
    pageSize: PageSizeName.optional().meta({ description: '4K, the default, or a 2M leaf, whatever the RMP says.' }),
    expect: z.strictObject({}).optional(),
  })
  .meta({ id: 'NestedMapRequest' });

export const NestedMapAnswer = z.strictObject({ pfn: Hex, ...Numbering }).meta({ id: 'NestedMapAnswer' });

export const VcpuParams = VmParams.extend({
  n: z
    .string()
    .regex(/^(0|[1-9][0-9]{0,5})$/, { error: 'the number of a vCPU' })
    .meta({ description: 'Number of the vCPU.', example: '0' }),
});

const VcpuExpect = z
  .strictObject({ outcome: z.enum(['entered', 'exited', 'vmexit-invalid', 'vmexit-busy', 'general-protection']).optional() })
  .optional()
  .meta({ description: 'What the caller expects.' });

const VcpuNumber = z.int().min(0).optional().meta({ description: 'Number of the vCPU, in a list of operations only.' });

export const VcpuEnterRequest = z
  .strictObject({
    vcpu: VcpuNumber,
    vmsa: AddressIn.meta({ description: 'Guest page of the VMSA.' }),
    vmcb: AddressIn.optional().meta({ description: 'Frame of the VMCB; left out where it lies outside what is looked at.' }),
    flushTlb: z.boolean().optional().meta({ description: 'The guest has written 0 to PCPU_ID of the VMSA.' }),
    expect: VcpuExpect,
  })
  .meta({ id: 'VcpuEnterRequest' });

export const VcpuExitRequest = z.strictObject({ vcpu: VcpuNumber, expect: VcpuExpect }).meta({ id: 'VcpuExitRequest' });

export const VcpuAnswer = z
  .strictObject({
    outcome: z.enum(['entered', 'exited', 'vmexit-invalid', 'vmexit-busy', 'general-protection']),
    reason: z
      .enum(['not-covered', 'not-owned', 'reverse-map', 'immutable', 'not-vmsa', 'page-size'])
      .nullable()
      .meta({ description: 'The check of the VMSA page that failed, for vmexit-invalid.' }),
    ...Numbering,
  })
  .meta({ id: 'VcpuAnswer' });

const GhcbExpect = z
  .strictObject({ swExitInfo2: Hex.optional(), value: Hex.optional() })
  .optional()
  .meta({ description: 'What the caller expects: swExitInfo2 of the NAE form, value of the MSR form.' });

const Quadword = z.string().regex(/^0x[0-9a-f]{1,16}$/, { error: 'a quadword: lower-case hex text with 0x' });

export const GhcbRequestBody = z
  .strictObject({
    form: z.enum(['nae', 'msr']),
    buffer: Base64.optional().meta({
      description: 'NAE form: the structure at SW_SCRATCH, header and entries, in base64. It is never refused for its content.',
    }),
    stopAfterPages: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'NAE form: the host returns early after so many 4K pages; the buffer says where to go on.' }),
    value: Quadword.optional().meta({ description: 'MSR form: what the guest wrote to the GHCB MSR.' }),
    inject: Inject.optional(),
    expect: GhcbExpect,
  })
  .meta({ id: 'GhcbRequest' });

export const GhcbAnswer = z
  .strictObject({
    swExitInfo1: Hex.optional(),
    swExitInfo2: Hex.optional().meta({ description: 'NAE form: 0x0, or the error in the upper half.' }),
    buffer: Base64.optional().meta({ description: 'NAE form: the structure as the host left it.' }),
    value: Hex.optional().meta({ description: 'MSR form: the GHCB MSR as the host left it.' }),
    dmesg: Dmesg,
    ...Numbering,
    events: Count.meta({ description: 'How many events it made.' }),
  })
  .meta({ id: 'GhcbAnswer' });
