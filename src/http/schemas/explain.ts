/** Explaining an access: the operation as it would be sent, and the checks that it would meet. */
import { z } from 'zod';
import { STORE_REFUSALS } from '../../core/index.js';
import { Count, Hex, LevelName, PageSizeName } from './basics.js';
import { Decision, Entry } from './entry.js';
import { ReadRequest, WriteRequest } from './host-access.js';
import { PsmashRequest, PvalidateRequest, RmpupdateRequest } from './instruction.js';
import { Status } from './operation.js';
import { Backing, Protection } from './vm.js';

const OPS = ['hypervisor-write', 'hypervisor-read', 'pvalidate', 'rmpupdate', 'psmash'] as const;

export const ExplainRequest = z
  .discriminatedUnion(
    'op',
    [
      WriteRequest.omit({ inject: true, expect: true }).extend({ op: z.literal('hypervisor-write') }),
      ReadRequest.omit({ expect: true }).extend({ op: z.literal('hypervisor-read') }),
      PvalidateRequest.omit({ inject: true, expect: true, fallback: true }).extend({ op: z.literal('pvalidate') }),
      RmpupdateRequest.omit({ inject: true, expect: true }).extend({ op: z.literal('rmpupdate') }),
      PsmashRequest.omit({ expect: true }).extend({ op: z.literal('psmash') }),
    ],
    { error: `one of ${OPS.map((op) => JSON.stringify(op)).join(', ')}` },
  )
  .meta({ id: 'ExplainRequest', description: 'The name of an operation and its body, without `inject` and `expect`.' });

const Saw = z
  .strictObject({
    vma: z.strictObject({ backing: Backing, memslot: Count, protection: Protection }).nullable().optional(),
    leaf: z.strictObject({ level: LevelName, present: z.boolean(), pfn: Hex }).nullable().optional(),
    entry: Entry.optional(),
    assignedInRegion: Count.optional().meta({ description: 'Assigned 4K pages of the 2 MiB region, 0 to 512.' }),
    wanted: z
      .strictObject({
        gpa: Hex.optional(),
        offset: Count.optional(),
        asid: Count.optional(),
        pageSize: PageSizeName.optional(),
        frames: Hex.optional(),
        vmpl: Count.optional(),
        assigned: z.boolean().optional(),
        immutable: z.boolean().optional(),
        code: Count.optional(),
      })
      .optional()
      .meta({ description: 'What the check wanted, where the state alone does not say it; frames below `frames` are covered.' }),
  })
  .meta({ description: 'The state that the check looked at, and nothing else.' });

export const CHECK_NAMES = [
  'vma',
  'kvm-guard',
  'writable',
  'present',
  'hypervisor-owned',
  'privilege',
  'operands',
  'covered',
  'guest-owned',
  'reverse-map',
  'mutable',
  'page-size',
  'nested-size',
  'un-assign-is-zero',
  'overlap',
  'huge-entry',
  'in-use',
  'lock',
  'injection',
] as const;

const Check = z
  .strictObject({
    check: z.enum(CHECK_NAMES),
    source: z.string().meta({ description: 'Manual section, kernel function, or the doubt that decides it.' }),
    result: z.enum(['passed', 'failed', 'not-reached']),
    saw: Saw.nullable(),
  })
  .meta({ id: 'Check' });

const Handler = z
  .strictObject({
    decision: Decision.nullable(),
    lookedUp: z.strictObject({ pfn: Hex, assigned: z.boolean(), level: LevelName }).nullable(),
    repairs: z.array(
      z.enum([
        'map',
        'split-leaf',
        'allocate-table',
        'split-direct-map',
        'remove-direct-map',
        'restore-direct-map',
        'psmash',
        'make-private',
        'make-shared',
        'prepare-private',
        'convert',
      ]),
    ),
    then: z.enum([
      'retry',
      'normal-fault',
      'sigbus',
      'hwpoison',
      'out-of-memory',
      'efault',
      'ebusy',
      'eagain',
      'oops',
      'wait',
      'go-on',
      'exit-to-vmm',
      'segv',
    ]),
  })
  .meta({ description: 'What the kernel of the generation would do about the fault, first.' });

export const ExplainAnswer = z
  .strictObject({
    op: z.enum(OPS),
    page: z
      .strictObject({ gpa: Hex.nullable(), hva: Hex.nullable(), pfn: Hex.nullable() })
      .meta({ description: 'Where it would fail first, or where it begins.' }),
    bytesBefore: Count.meta({ description: 'Bytes of a host access before that page.' }),
    checks: z.array(Check).meta({ description: 'In order; the first failing one is `failed`, those after it are `not-reached`.' }),
    verdict: z.strictObject({
      kind: z
        .enum(['completed', 'fault', 'kvm-guard', 'nested-fault', 'status'])
        .meta({ description: 'kvm-guard: what KVM does before it stores, by `handler`.' }),
      status: Status.nullable(),
      code: Count.nullable(),
      carry: z.boolean().nullable(),
      fault: z.enum(['rmp', 'not-present', 'protection']).nullable(),
      reason: z.enum(STORE_REFUSALS).nullable(),
      errorCode: Hex.nullable(),
      errorCodeBits: z.array(z.string()),
      handler: Handler.nullable().meta({
        description: 'null where nothing is to be answered, or where an injection acts before the handler looks.',
      }),
    }),
  })
  .meta({ id: 'Explanation' });
