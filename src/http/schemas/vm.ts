/** Creating and reading VMs. */
import { z } from 'zod';
import {
  AEAD_LIMIT_MAX,
  ASID_MAX,
  BACKINGS,
  DOUBT_VALUES,
  type DoubtName,
  GENERATION_NAMES,
  HOST_CPUS_DEFAULT,
  HOST_CPUS_MAX,
  HV_FIXED_PAGES_MAX,
  HV_FIXED_RANGES_MAX,
  MEMSLOTS_MAX,
  PRIVATE_BACKINGS,
} from '../../core/index.js';
import { AddressIn, Count, Hex, LimitParam, SizeIn } from './basics.js';
import { DECISIONS, PageState } from './entry.js';
import { KernelMapView } from './kernel-map.js';
import { Inject } from './operation.js';
import { Labels, Name, OriginView, TtlSeconds } from './vm-words.js';

export const Generation = z.enum(GENERATION_NAMES).meta({ id: 'GenerationName' });
export const Backing = z.enum(BACKINGS).meta({ id: 'Backing' });
const PrivateBacking = z.enum(PRIVATE_BACKINGS).meta({ id: 'PrivateBacking' });
const InitialState = z.enum(['shared', 'private']).meta({ id: 'InitialState' });

export const Memory = z
  .strictObject({ size: SizeIn.optional(), backing: Backing.optional(), initialState: InitialState.optional() })
  .meta({ description: 'One memslot at gpa 0: 256 MiB, thp and shared where nothing else is said.' });

const Memslot = z.strictObject({
  gpa: AddressIn,
  size: SizeIn,
  backing: Backing.optional(),
  hva: AddressIn.optional().meta({
    description: '0x7f0000000000 + gpa where it is left out; 0x100000000000 + gpa for more than 512 GiB of memory.',
  }),
  initialState: InitialState.optional(),
});

const DoubtsInForce = z.strictObject({
  D1: z.enum(DOUBT_VALUES.D1).meta({ description: 'RMPUPDATE on an entry that is immutable and overlaps too: which is found first.' }),
  D2: z.enum(DOUBT_VALUES.D2).meta({ description: 'RMPUPDATE with assigned=0 and asid or immutable set.' }),
  D3: z
    .enum(DOUBT_VALUES.D3)
    .meta({ description: 'RMPUPDATE that keeps asid, gpa and size: what becomes of validated, vmsa and the masks.' }),
  D4: z.enum(DOUBT_VALUES.D4).meta({ description: 'A 2M RMPUPDATE over 512 assigned 4K entries of the same guest.' }),
  D5: z.enum(DOUBT_VALUES.D5).meta({ description: 'What the 511 followers of a 2M entry hold besides assigned.' }),
  D6: z
    .enum(DOUBT_VALUES.D6)
    .meta({ description: 'Whether the sizes of PVALIDATE and RMPADJUST are judged by the RMP entry or the nested leaf.' }),
  D7: z.enum(DOUBT_VALUES.D7).meta({ description: 'PVALIDATE below VMPL0.' }),
  D8: z.enum(DOUBT_VALUES.D8).meta({ description: 'Bits 31 and 36 of EXITINFO1 after a VMPL failure, or 36 alone.' }),
  D9: z.enum(DOUBT_VALUES.D9).meta({ description: 'Unit of the segment size in RMP_CFG.' }),
  D10: z.enum(DOUBT_VALUES.D10).meta({
    description: 'A store of the VMM that would fault on the RMP for ever: the generation’s livelock, or SIGBUS after all.',
  }),
  D11: z.enum(DOUBT_VALUES.D11).meta({ description: 'Names of KVM’s guest_memfd hooks.' }),
  D12: z.enum(DOUBT_VALUES.D12).meta({ description: 'RMPUPDATE that un-assigns one 4K page of a 2M entry.' }),
  D13: z.enum(DOUBT_VALUES.D13).meta({ description: 'A TLB that RMPADJUST does not flush, or none.' }),
  D14: z.enum(DOUBT_VALUES.D14).meta({
    description: 'What the host reads of a guest’s private page: ciphertext, or 0xff where the processor hides it.',
  }),
  D15: z.enum(DOUBT_VALUES.D15).meta({
    description: 'Spurious nested faults on entries that another CPU holds: never, or once for each page that the guest touches.',
  }),
  D16: z.enum(DOUBT_VALUES.D16).meta({ description: 'A 2M RMPUPDATE where only the base page is 4K-assigned.' }),
  G1: z
    .enum(DOUBT_VALUES.G1)
    .meta({ description: 'An RMP fault for which the kernel finds nothing to do: taken again without end, or SIGBUS.' }),
  G2: z.enum(DOUBT_VALUES.G2).meta({
    description: 'Stray bits of the uninitialised fault value: none; oom: v1 takes the OOM path; hwpoison: v1 to v4 send BUS_MCEERR_AR.',
  }),
  G3: z.enum(DOUBT_VALUES.G3).meta({ description: 'Whether an unassigned base entry can carry a page size: decided by G10.' }),
  G4: z.enum(DOUBT_VALUES.G4).meta({ description: 'The day v6 was posted.' }),
  G5: z.enum(DOUBT_VALUES.G5).meta({ description: 'v3’s write tracking, whose patch was not opened: as in v4, or none.' }),
  G6: z.enum(DOUBT_VALUES.G6).meta({ description: 'v1 patches known by title only.' }),
  G7: z.enum(DOUBT_VALUES.G7).meta({ description: 'The error of a refused in-place conversion.' }),
  G8: z.enum(DOUBT_VALUES.G8).meta({ description: 'Defaults of khugepaged, and values of VM_FAULT flags.' }),
  G9: z.enum(DOUBT_VALUES.G9).meta({ description: 'v1’s return code where the guest page cannot be mapped.' }),
  G10: z.enum(DOUBT_VALUES.G10).meta({ description: 'A 2M un-assignment leaves zeroes, or the page size in the base entry.' }),
  G11: z.enum(DOUBT_VALUES.G11).meta({ description: 'The lines of v6 (a failed RMPUPDATE) and of v7 and v8 (before SIGBUS).' }),
  G12: z.enum(DOUBT_VALUES.G12).meta({ description: 'The frame that v1 to v4 read out of a swap or migration entry.' }),
} satisfies Record<DoubtName, z.ZodType>);

export const Doubts = DoubtsInForce.partial().meta({
  description: 'What manual and mails leave open; the first value of each is the default.',
});

const Launch = z
  .enum(['finished', 'none'])
  .meta({ description: 'finished, the default: the guest counts as launched and runs; none: it waits for firmware commands.' });

/** Nothing to choose: the body may be left out. */
export const ResetRequest = z.strictObject({}).meta({ id: 'ResetRequest' });

export const CreateRequest = z
  .strictObject({
    name: Name.optional(),
    labels: Labels.optional(),
    ttlSeconds: TtlSeconds.optional().meta({ description: 'The VM is deleted so long after its creation.' }),
    generation: Generation.optional().meta({ description: 'The version of the host kernel; rfc-v1-reply where it is left out.' }),
    privateBacking: PrivateBacking.optional().meta({
      description:
        'same: one host page for each guest page. separate: private memory has pages of its own. Left out: as the generation has it.',
    }),
    hostCpus: z
      .int()
      .min(1)
      .max(HOST_CPUS_MAX)
      .optional()
      .meta({
        description: `CPUs of the host, which bound RMPUPDATE retries in some generations; ${HOST_CPUS_DEFAULT} where it is left out.`,
      }),
    memory: Memory.optional(),
    memslots: z.array(Memslot).min(1).max(MEMSLOTS_MAX).optional().meta({ description: 'Instead of memory.' }),
    asid: z.int().min(1).max(ASID_MAX).optional(),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .optional(),
    onSigbus: z
      .enum(['kill', 'report'])
      .optional()
      .meta({ description: 'kill, the default: a signal ends the VMM; report: it is only said.' }),
    doubts: Doubts.optional(),
    launch: Launch.optional(),
    rmp: z
      .strictObject({
        coverage: SizeIn.optional().meta({
          description: 'Memory that the RMP covers, from frame 0: a multiple of 2 MiB; all RAM where it is left out.',
        }),
        hvFixed: z
          .array(z.strictObject({ pfn: AddressIn, pages: z.int().min(1).max(HV_FIXED_PAGES_MAX).optional() }))
          .max(HV_FIXED_RANGES_MAX)
          .optional()
          .meta({ description: 'Frames that are the host’s for ever, as the firmware marks them when it starts.' }),
      })
      .optional(),
    sevFeatures: z.strictObject({ reflectVc: z.boolean().optional(), virtualTom: AddressIn.optional() }).optional().meta({
      description:
        'SEV_FEATURES of the guest. reflectVc: each #VC becomes an exit. virtualTom: data below this address is private and from it on shared; a multiple of 2 MiB.',
    }),
    aeadLimit: z.int().min(0).max(AEAD_LIMIT_MAX).optional().meta({
      description: 'Pages that the AEAD counter of one guest lets SNP_PAGE_SWAP_OUT write before AEAD_OFLOW.',
    }),
    inject: Inject.optional(),
  })
  .meta({ id: 'CreateRequest' });

export const Protection = z.enum(['read-write', 'read-only']).meta({ id: 'Protection' });
export const HugePages = z
  .enum(['default', 'hugepage', 'nohugepage'])
  .meta({ id: 'HugePages', description: 'What madvise said of huge pages: nothing, HUGEPAGE or NOHUGEPAGE.' });

export const VmaView = z
  .strictObject({ start: Hex, size: Count, backing: Backing, protection: Protection, hugePages: HugePages, memslot: Count })
  .meta({ id: 'Vma', description: 'One mapping of the VMM: hva, bytes, and the number of the memslot that it backs.' });

const Summary = {
  id: z.string(),
  name: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  state: z.enum(['running', 'killed']),
  generation: Generation,
  privateBacking: PrivateBacking,
  hostCpus: Count,
  memory: z
    .strictObject({ size: Count, backing: Backing, initialState: InitialState })
    .nullable()
    .meta({ description: 'null where memslots were given.' }),
  memslots: z.array(z.strictObject({ gpa: Hex, size: Count, hva: Hex, pfn: Hex, backing: Backing, initialState: InitialState })),
  asid: Count,
  seed: Count,
  onSigbus: z.enum(['kill', 'report']),
  doubts: DoubtsInForce,
  launch: Launch,
  rmp: z.strictObject({ coverage: Count, hvFixed: z.array(z.strictObject({ pfn: Hex, pages: Count })) }),
  sevFeatures: z.strictObject({ reflectVc: z.boolean(), virtualTom: Hex.nullable() }),
  aeadLimit: Count,
  seq: Count.meta({ description: 'Number of its last event.' }),
  ttlSeconds: z.int().nullable(),
  createdAt: z.string().meta({ format: 'date-time' }),
  origin: OriginView.nullable().meta({ description: 'null where the VM began as its configuration says.' }),
};

const Stats = z
  .strictObject({
    operations: Count.meta({ description: 'Also the ETag. Refusals do not count, nor do reads without a fault.' }),
    faults: z.strictObject({
      ...(Object.fromEntries(DECISIONS.map((decision) => [decision, Count])) as Record<(typeof DECISIONS)[number], typeof Count>),
      notPresent: Count,
      protection: Count,
    }),
    splits: Count.meta({ description: 'Splits of leaves of the VMM’s page table.' }),
    directMapSplits: Count,
    signals: z.strictObject({ SIGBUS: Count, SIGSEGV: Count }),
    nestedFaults: Count,
    kernel: z
      .strictObject({
        pageFaults: Count.meta({ description: 'perf page-faults: at user addresses, RMP faults included.' }),
        minorFaults: Count.meta({ description: 'min_flt: handle_mm_fault ran, and no swap-in.' }),
        majorFaults: Count.meta({ description: 'maj_flt: swap-ins.' }),
        thpSplitPmd: Count.meta({ description: 'vmstat thp_split_pmd.' }),
        directMapSplitPages: Count.meta({ description: '4K pages whose direct map was split.' }),
        leakedPages: Count.meta({ description: '4K pages that nobody can use any more.' }),
      })
      .meta({ description: 'Counters by the names of the kernel.' }),
    rmpPages: z.partialRecord(PageState, Count).meta({ description: '4K pages of the memslots by RMP state.' }),
    mappedPages: z
      .strictObject({ '4K': Count, '2M': Count, '1G': Count, none: Count })
      .meta({ description: '4K pages of the memslots by the level that maps them.' }),
    contentBytes: Count,
  })
  .meta({ id: 'Stats' });

export const VmSummary = z.strictObject(Summary).meta({ id: 'VmSummary' });

export const VmView = z
  .strictObject({
    ...Summary,
    vmas: z.array(VmaView),
    kernelMaps: z.array(KernelMapView).meta({ description: 'Guest pages that KVM holds mapped for writing.' }),
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .meta({ description: 'SHA-256 of the state; absent with ?digest=false.' }),
    stats: Stats,
  })
  .meta({ id: 'Vm' });

export const VmList = z.strictObject({
  vms: z.array(VmSummary),
  next: z.string().nullable().meta({ description: 'The cursor of the next page; null at the end.' }),
});

const LabelQuery = z.string().regex(/^[\w.-]{1,64}:[\w.-]{1,64}$/, { error: 'a label as key:value' });

export const ListQuery = z.strictObject({
  limit: LimitParam,
  cursor: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, { error: 'the `next` of an earlier page' })
    .optional(),
});
export const VmQuery = z.strictObject({
  digest: z.enum(['true', 'false']).optional().meta({ description: 'false leaves the digest out.' }),
});
export const DeleteByLabelQuery = z.strictObject({ label: LabelQuery.meta({ description: 'key:value', example: 'suite:a' }) });
export const Deleted = z.strictObject({ deleted: Count });
