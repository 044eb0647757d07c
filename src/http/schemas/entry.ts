/** RMP entries, page faults and nested faults as answers show them; the objects themselves are made in `service/wire.ts`. */
import { z } from 'zod';
import { GUEST_ACCESS_KINDS, PAGE_STATES, STORE_REFUSALS } from '../../core/index.js';
import { Count, Hex, LevelName, PageSizeName } from './basics.js';

export const PageState = z.enum(PAGE_STATES).meta({ id: 'PageState' });

export const Entry = z
  .strictObject({
    pfn: Hex,
    assigned: z.boolean(),
    pageSize: PageSizeName.meta({ description: "The entry's own page-size bit." }),
    level: PageSizeName.meta({ description: 'Page size of the 2M-aligned base entry: what a look-up reports.' }),
    immutable: z.boolean(),
    gpa: Hex,
    asid: Count,
    vmsa: z.boolean(),
    validated: z.boolean(),
    vmpl: z.array(Count).length(4).meta({ description: 'Permission masks of VMPL 0 to 3: R 1, W 2, X-user 4, X-supervisor 8, SSS 16.' }),
    subPageCount: Count.meta({ description: 'Assigned 4K pages of the region besides the base; only ever set in the base entry.' }),
    state: PageState.meta({ description: 'State of the page by its effective entry.' }),
    raw: z.array(Hex).length(2).meta({ description: 'The two quadwords, low and high, in the layout of Milan and Genoa.' }),
  })
  .meta({ id: 'Entry', description: 'One entry of the Reverse Map Table.' });

export const DECISIONS = ['RETRY', 'KILL', 'PAGE_SPLIT', 'FORCE_SHARED', 'NONE'] as const;
export const ACCESS_OUTCOMES = ['completed', 'sigbus', 'efault', 'ebusy', 'oops', 'livelock', 'ping-pong', 'segv'] as const;
const ACTIONS = [
  'none',
  'split',
  'split-failed',
  'cleared',
  'mapped',
  'sigbus',
  'segv',
  'efault',
  'ebusy',
  'oops',
  'made-shared',
  'made-private',
  'psmash',
  'zapped',
] as const;

export const Decision = z.enum(DECISIONS).meta({ id: 'Decision' });
export const AccessOutcome = z.enum(ACCESS_OUTCOMES).meta({ id: 'AccessOutcome' });
const FaultAction = z.enum(ACTIONS).meta({ id: 'FaultAction' });

const Signal = z
  .strictObject({
    number: z.union([z.literal(7), z.literal(11)]),
    name: z.enum(['SIGBUS', 'SIGSEGV']),
    code: z.int(),
    codeName: z.enum(['BUS_ADRERR', 'BUS_MCEERR_AR', 'SEGV_MAPERR', 'SEGV_ACCERR']),
    address: Hex,
  })
  .meta({ id: 'Signal' });

export const Fault = z
  .strictObject({
    kind: z.enum(['rmp', 'not-present', 'protection']),
    origin: z.enum(['user', 'kernel']),
    access: z.enum(['read', 'write']),
    hva: Hex.meta({ description: 'First byte of the piece that faulted.' }),
    gpa: Hex.nullable(),
    pfn: Hex.nullable(),
    errorCode: Hex,
    errorCodeBits: z.array(z.string()),
    level: LevelName.nullable().meta({ description: 'Level of the leaf that was walked.' }),
    lookedUp: z
      .strictObject({ pfn: Hex, assigned: z.boolean(), level: LevelName })
      .nullable()
      .meta({ description: 'What the handler read, right or wrong.' }),
    rmp: Entry.nullable().meta({ description: 'The entry of the page written, as the hardware saw it.' }),
    reason: z.enum(STORE_REFUSALS).nullable(),
    decision: Decision.nullable().meta({ description: 'Only faults of kind rmp have one.' }),
    faultFlags: z
      .strictObject({ value: Hex, names: z.array(z.string()) })
      .nullable()
      .meta({ description: 'What handle_mm_fault is given.' }),
    action: FaultAction,
    signal: Signal.nullable(),
    dmesg: z.array(z.string()),
    repeats: z.int().min(1).meta({ description: 'How many times in a row this very fault was taken.' }),
  })
  .meta({ id: 'Fault', description: 'One page fault of a host access, and what came of it.' });

export const NESTED_ACCESSES = ['pvalidate', 'rmpadjust', 'rmpquery', ...GUEST_ACCESS_KINDS] as const;
const NESTED_REASONS = [
  'not-covered',
  'not-owned',
  'reverse-map',
  'immutable',
  'page-size',
  'vmpl',
  'not-hypervisor-owned',
  'locked',
] as const;

export const NestedFault = z
  .strictObject({
    access: z.enum(NESTED_ACCESSES),
    gpa: Hex,
    pfn: Hex,
    errorCode: Hex.meta({ description: 'EXITINFO1 of the #VMEXIT(NPF).' }),
    errorCodeBits: z.array(z.string()),
    level: LevelName,
    rmp: Entry,
    reason: z
      .enum(NESTED_REASONS)
      .meta({ description: 'The check that failed, in the words of the manual; locked: another CPU held the entry (doubt D15).' }),
    action: FaultAction,
  })
  .meta({ id: 'NestedFault', description: "A fault of the guest's own access that the host had to answer." });
