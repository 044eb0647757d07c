/** Events as they stand in the log, and pages of them; the objects themselves are made in `service/wire.ts`. */
import { z } from 'zod';
import { EVENT_TYPES } from '../../service/event-index.js';
import { AccessOutcome, Fault, NESTED_ACCESSES, NestedFault, PageState } from './entry.js';
import { Count, Hex, LevelName, LimitParam, PageSizeName, Vmpl } from './basics.js';
import { FirmwareCommandName, FirmwareStatus } from './firmware.js';
import { Permission } from './guest.js';
import { Status } from './operation.js';
import { Backing, HugePages, Protection } from './vm.js';
import { OriginView } from './vm-words.js';

const Common = {
  vm: z.string(),
  seq: z.int().min(1).meta({ description: 'Dense per VM, from 1.' }),
  position: z.int().min(1).meta({ description: 'Dense over the service, from 1.' }),
  op: z.string().meta({ description: 'Name of the operation that made it.' }),
  operation: Count.meta({ description: "The VM's counter of operations." }),
  requestId: z.string().nullable(),
  at: z.iso.datetime(),
};

const Pages = { gpa: Hex.nullable(), pfn: Hex, pages: Count.meta({ description: '4K pages.' }) };
const Mapped = { gpa: Hex.nullable(), hva: Hex, pages: Count };
const Cause = z.enum([
  'fault',
  'nested-fault',
  'split',
  'other-thread',
  'mmap',
  'munmap',
  'mprotect',
  'madvise',
  'khugepaged',
  'leaf-state',
  'pin',
  'conversion',
]);
const Area = { memslot: Count.meta({ description: 'Number of the memslot.' }) };

const event = <T extends string, S extends z.core.$ZodLooseShape>(type: T, fields: S) =>
  z.strictObject({ ...Common, type: z.literal(type), ...fields });

export const EventView = z
  .discriminatedUnion('type', [
    event('vm-created', { origin: OriginView.optional() }),
    event('vm-reset', {}),
    event('vm-killed', { cause: z.enum(['sigbus', 'segv', 'oops', 'guest-terminated']) }),
    event('vm-deleted', {
      cause: z.enum(['request', 'ttl']),
      unassigned: Count.meta({ description: '4K pages that the teardown un-assigned.' }),
      leaked: Count.meta({ description: '4K pages that it could not.' }),
    }),
    event('fault', { outcome: AccessOutcome, fault: Fault }),
    event('mapping-installed', { ...Mapped, level: LevelName, cause: Cause }),
    event('mapping-split', { ...Mapped, from: LevelName, level: LevelName, cause: Cause }),
    event('mapping-collapsed', {
      ...Mapped,
      pfn: Hex.meta({ description: 'First frame of the new leaf.' }),
      level: LevelName,
      copied: z.boolean().meta({ description: 'The pages were copied into other frames.' }),
      cause: Cause,
    }),
    event('mapping-removed', { ...Mapped, level: LevelName, leaf: z.enum(['none', 'swap', 'migration', 'numa-hint']), cause: Cause }),
    event('vma-mapped', { ...Mapped, ...Area, backing: Backing, protection: Protection }),
    event('vma-unmapped', { ...Mapped, ...Area }),
    event('vma-protected', { ...Mapped, ...Area, protection: Protection, hugePages: HugePages }),
    event('page-leaked', {
      ...Pages,
      cause: z
        .enum(['teardown', 'freed', 'punched'])
        .meta({ description: 'freed: while the RMP had it assigned; punched: out of private memory, at a change to shared.' }),
      code: Count.nullable().meta({ description: "The failing RMPUPDATE's." }),
      dmesg: z.array(z.string()),
    }),
    event('direct-map-split', Pages),
    event('rmp-updated', { ...Pages, pageSize: PageSizeName, assigned: z.boolean(), entryGpa: Hex, asid: Count, immutable: z.boolean() }),
    event('psmashed', Pages),
    event('pvalidated', { ...Pages, pageSize: PageSizeName, validate: z.boolean(), carry: z.boolean() }),
    event('page-state-changed', {
      ...Pages,
      pageSize: PageSizeName,
      change: z.enum(['private', 'shared', 'psmash', 'unsmash']),
      status: Status,
      rmpPages: Count,
    }),
    event('nested-fault', { fault: NestedFault }),
    event('vc-exception', { ...Pages, access: z.enum(NESTED_ACCESSES), errorCode: Hex, reflected: z.literal(true).optional() }),
    event('memory-fault-exit', { ...Pages, private: z.boolean().meta({ description: 'What the page would have to be for the access.' }) }),
    event('rmp-adjusted', {
      ...Pages,
      pageSize: PageSizeName,
      targetVmpl: Vmpl,
      permissions: z.array(Permission),
      vmsa: z.boolean(),
    }),
    event('nested-mapped', Pages),
    event('vcpu-entered', { ...Pages, vcpu: Count }),
    event('vcpu-exited', { ...Pages, vcpu: Count }),
    event('firmware-command', {
      ...Pages,
      command: FirmwareCommandName,
      status: FirmwareStatus,
      code: Count,
      changes: z.array(z.strictObject({ pfn: Hex, pages: Count, from: PageState, to: PageState })),
    }),
  ])
  .meta({ id: 'Event', description: 'One fact: something that happened in a VM.' });

export const EventPage = z
  .strictObject({
    events: z.array(EventView),
    next: z.string().meta({ description: 'The cursor to go on from.', example: 'e1.1068' }),
    head: Count.meta({ description: 'Position of the newest event when the request came.' }),
    oldest: Count.meta({ description: 'Position of the oldest event that is kept.' }),
  })
  .meta({ id: 'EventPage' });

export const HistoryQuery = z.strictObject({
  limit: LimitParam,
  cursor: z.string().optional().meta({ description: 'The `next` of an earlier page.' }),
});

export const HistoryPage = z
  .strictObject({
    events: z.array(EventView).meta({ description: 'Newest first. `op` and `operation` say which operation caused each.' }),
    next: z
      .string()
      .nullable()
      .meta({ description: 'The cursor of the next page; null at the end. A page may be short, or empty, and have one.' }),
    end: z.enum(['beginning', 'compacted']).nullable().meta({
      description: 'beginning: the last one is the creation or the reset. compacted: older ones are not kept. null: there are more.',
    }),
  })
  .meta({ id: 'HistoryPage' });

const Reading = {
  after: z
    .string()
    .optional()
    .meta({ description: 'A cursor, exclusive; the oldest event where it is left out. Where a VM is named, also a bare seq.' }),
  limit: LimitParam,
  types: z
    .string()
    .optional()
    .meta({ description: `Types to show, separated by commas: ${EVENT_TYPES.join(', ')}.` }),
  gpa: z.string().optional().meta({
    description: 'Events about these guest pages, and about the whole VM: first address and end, separated by a comma.',
    example: '0x0,0x200000',
  }),
  follow: z.enum(['true', 'false']).optional().meta({ description: 'Only application/x-ndjson: stay and send what comes.' }),
};

export const EventsQuery = z.strictObject(Reading);
