/** Creating and reading VMs. */
import { z } from 'zod';
import {
  ASID_MAX,
  BACKINGS,
  DOUBT_NAMES,
  DOUBT_SUBJECTS,
  DOUBT_VALUES,
  type DoubtName,
  GENERATION_NAMES,
  HOST_CPUS_DEFAULT,
  HOST_CPUS_MAX,
  MEMSLOTS_MAX,
  PRIVATE_BACKINGS,
} from '../../core/index.js';
import { AddressIn, Count, Hex, LimitParam, SizeIn } from './basics.js';
import { DECISIONS, PageState } from './entry.js';
import { KernelMapView } from './kernel-map.js';
import { Inject } from './operation.js';

export const NAME_CHARACTERS_MAX = 128;
export const LABELS_MAX = 32;
export const LABEL_CHARACTERS_MAX = 64;
export const TTL_SECONDS_MAX = 31_536_000;

export const Generation = z.enum(GENERATION_NAMES).meta({ id: 'GenerationName' });
const Backing = z.enum(BACKINGS).meta({ id: 'Backing' });
const PrivateBacking = z.enum(PRIVATE_BACKINGS).meta({ id: 'PrivateBacking' });
const InitialState = z.enum(['shared', 'private']).meta({ id: 'InitialState' });
const Label = z.string().regex(/^[\w.-]{1,64}$/, { error: 'text of 1 to 64 letters, digits, underscores, dots and hyphens' });
const Labels = z.record(Label, Label).meta({ description: `At most ${LABELS_MAX}.` });

const Memory = z
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

const doubtEnum = (name: DoubtName) => z.enum(DOUBT_VALUES[name] as readonly [string, ...string[]]);
const eachDoubt = <T>(make: (name: DoubtName) => T): Record<DoubtName, T> =>
  Object.fromEntries(DOUBT_NAMES.map((name) => [name, make(name)])) as Record<DoubtName, T>;

const Doubts = z
  .strictObject(eachDoubt((name) => doubtEnum(name).optional().meta({ description: DOUBT_SUBJECTS[name] })))
  .meta({ description: 'What manual and mails leave open; the first value of each is the default.' });

export const CreateRequest = z
  .strictObject({
    name: z.string().min(1).max(NAME_CHARACTERS_MAX).optional(),
    labels: Labels.optional(),
    ttlSeconds: z.int().min(1).max(TTL_SECONDS_MAX).optional().meta({ description: 'The VM is deleted so long after its creation.' }),
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
    inject: Inject.optional(),
  })
  .meta({ id: 'CreateRequest' });

export const VmaView = z
  .strictObject({ start: Hex, size: Count, backing: Backing, protection: z.enum(['read-write']), memslot: Count })
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
  doubts: z.strictObject(eachDoubt(doubtEnum)),
  seq: Count.meta({ description: 'Number of its last event.' }),
  ttlSeconds: z.int().nullable(),
  createdAt: z.string().meta({ format: 'date-time' }),
};

const Stats = z
  .strictObject({
    operations: Count.meta({ description: 'Also the ETag. Reads and refusals do not count.' }),
    faults: z.strictObject({
      ...(Object.fromEntries(DECISIONS.map((decision) => [decision, Count])) as Record<(typeof DECISIONS)[number], typeof Count>),
      notPresent: Count,
      protection: Count,
    }),
    splits: Count.meta({ description: 'Splits of leaves of the VMM’s page table.' }),
    directMapSplits: Count,
    signals: z.strictObject({ SIGBUS: Count, SIGSEGV: Count }),
    nestedFaults: Count,
    leakedPages: Count.meta({ description: '4K pages that could not be un-assigned and are never used again.' }),
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
