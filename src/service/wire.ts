/**
 * The machine's numbers as the JSON that callers see: addresses as lower-case hex text, levels as "4K", "2M" and "1G", states
 * and codes by name. HTTP answers and events use the same objects, so that a fault looks alike wherever it is read.
 */
import {
  addressText,
  directMapText,
  type Event,
  type EventBody,
  type Fault,
  faultFlagNames,
  FIRMWARE_STATUS,
  hexText,
  type Level,
  levelName,
  nestedErrorBitNames,
  nestedErrorText,
  type NestedFault,
  type OperationName,
  pageFaultBitNames,
  rawEntryOf,
  type RmpEntry,
  unreachable,
  VC_PAGE_NOT_VALIDATED,
  VMPL_PERMISSIONS,
  type VmplPermission,
} from '../core/index.js';

/** What the service knows of an event besides its body. */
export interface EventMeta {
  readonly vm: string;
  readonly position: number;
  readonly op: OperationName;
  readonly operation: number;
  readonly requestId: string | null;
  /** ISO 8601. */
  readonly at: string;
}

export function entryObject(entry: RmpEntry) {
  return {
    pfn: hexText(entry.pfn),
    assigned: entry.assigned,
    pageSize: levelName(entry.pageSize),
    level: levelName(entry.level),
    immutable: entry.immutable,
    gpa: addressText(entry.gfn, 0),
    asid: entry.asid,
    vmsa: entry.vmsa,
    validated: entry.validated,
    vmpl: [entry.vmpl & 0xff, (entry.vmpl >>> 8) & 0xff, (entry.vmpl >>> 16) & 0xff, entry.vmpl >>> 24],
    subPageCount: entry.subPageCount,
    state: entry.state,
    raw: rawEntryOf(entry),
  };
}

export function faultObject(fault: Fault) {
  const hva = fault.space === 'user' ? addressText(fault.page, fault.offset) : directMapText(fault.page, fault.offset);
  const { lookedUp, signal, faultFlags } = fault;
  return {
    kind: fault.kind,
    origin: fault.origin,
    access: fault.access,
    hva,
    gpa: fault.gfn === null ? null : addressText(fault.gfn, fault.offset),
    pfn: fault.pfn === null ? null : hexText(fault.pfn),
    errorCode: hexText(fault.errorCode >>> 0),
    errorCodeBits: pageFaultBitNames(fault.errorCode),
    level: levelOrNull(fault.level),
    lookedUp: lookedUp === null ? null : { pfn: hexText(lookedUp.pfn), assigned: lookedUp.assigned, level: levelName(lookedUp.level) },
    rmp: fault.rmp === null ? null : entryObject(fault.rmp),
    reason: fault.reason,
    decision: fault.decision,
    faultFlags: faultFlags === null ? null : { value: hexText(faultFlags), names: faultFlagNames(faultFlags) },
    action: fault.action,
    signal:
      signal === null ? null : { number: signal.number, name: signal.name, code: signal.code, codeName: signal.codeName, address: hva },
    dmesg: fault.dmesg,
    repeats: fault.repeats,
  };
}

export function nestedFaultObject(fault: NestedFault) {
  return {
    access: fault.access,
    gpa: addressText(fault.gfn, 0),
    pfn: hexText(fault.pfn),
    errorCode: nestedErrorText(fault.errorLow, fault.errorHigh),
    errorCodeBits: nestedErrorBitNames(fault.errorLow, fault.errorHigh),
    level: levelName(fault.level),
    rmp: entryObject(fault.rmp),
    reason: fault.reason,
    action: fault.action,
  };
}

/** Names of the bits of a VMPL mask. */
export function permissionNames(mask: number): readonly VmplPermission[] {
  return VMPL_PERMISSIONS.filter((_, bit) => (mask >>> bit) & 1);
}

export function eventObject(event: Event, meta: EventMeta): object {
  return {
    vm: meta.vm,
    seq: event.seq,
    position: meta.position,
    type: event.type,
    op: meta.op,
    operation: meta.operation,
    requestId: meta.requestId,
    at: meta.at,
    ...bodyObject(event),
  };
}

export function eventJson(event: Event, meta: EventMeta): string {
  return JSON.stringify(eventObject(event, meta));
}

/**
 * `pages` counts 4K pages in every event, whatever the page size beside it. What the guest asked for is `change` here, since
 * `operation` is the number of the operation.
 */
function bodyObject(event: EventBody): object {
  switch (event.type) {
    case 'vm-created':
      return event.origin === undefined ? {} : { origin: event.origin };
    case 'vm-reset':
      return {};
    case 'vm-killed':
      return { cause: event.cause };
    case 'vm-deleted':
      return { cause: event.cause, unassigned: event.unassigned, leaked: event.leaked };
    case 'fault':
      return { outcome: event.outcome, fault: faultObject(event.fault) };
    case 'mapping-installed':
      return { ...mapped(event), level: levelName(event.level), cause: event.cause };
    case 'mapping-collapsed':
      return { ...mapped(event), pfn: hexText(event.pfn), level: levelName(event.level), copied: event.copied, cause: event.cause };
    case 'mapping-split':
      return { ...mapped(event), from: levelName(event.from), level: levelName(event.level), cause: event.cause };
    case 'mapping-removed':
      return { ...mapped(event), level: levelName(event.level), leaf: event.leaf, cause: event.cause };
    case 'vma-mapped':
      return { ...mapped(event), memslot: event.memslot, backing: event.backing, protection: event.protection };
    case 'vma-unmapped':
      return { ...mapped(event), memslot: event.memslot };
    case 'vma-protected':
      return { ...mapped(event), memslot: event.memslot, protection: event.protection, hugePages: event.hugePages };
    case 'page-leaked':
      return { ...run(event), cause: event.cause, code: event.code, dmesg: event.dmesg };
    case 'direct-map-split':
    case 'psmashed':
      return run(event);
    case 'rmp-updated':
      return {
        ...run(event),
        pageSize: levelName(event.pageSize),
        assigned: event.assigned,
        entryGpa: addressText(event.entryGfn, 0),
        asid: event.asid,
        immutable: event.immutable,
      };
    case 'pvalidated':
      return { ...run(event), pageSize: levelName(event.pageSize), validate: event.validate, carry: event.carry };
    case 'page-state-changed':
      return {
        ...run(event),
        pageSize: levelName(event.pageSize),
        change: event.operation,
        status: event.status,
        rmpPages: event.rmpPages,
      };
    case 'nested-fault':
      return { fault: nestedFaultObject(event.fault) };
    case 'vc-exception':
      return {
        ...run(event),
        access: event.access,
        errorCode: hexText(VC_PAGE_NOT_VALIDATED),
        ...(event.reflected ? { reflected: true } : {}),
      };
    case 'memory-fault-exit':
      return { ...run(event), private: event.isPrivate };
    case 'rmp-adjusted':
      return {
        ...run(event),
        pageSize: levelName(event.pageSize),
        targetVmpl: event.targetVmpl,
        permissions: permissionNames(event.mask),
        vmsa: event.vmsa,
      };
    case 'nested-mapped':
      return run(event);
    case 'vcpu-entered':
    case 'vcpu-exited':
      return { ...run(event), vcpu: event.vcpu };
    case 'firmware-command':
      return {
        ...run(event),
        command: event.command,
        status: event.status,
        code: FIRMWARE_STATUS[event.status],
        changes: event.changes.map(({ pfn, pages, from, to }) => ({ pfn: hexText(pfn), pages, from, to })),
      };
    default:
      return unreachable(event);
  }
}

const run = (event: { readonly gfn: number | null; readonly pfn: number; readonly pages: number }) => ({
  gpa: event.gfn === null ? null : addressText(event.gfn, 0),
  pfn: hexText(event.pfn),
  pages: event.pages,
});

const mapped = (event: { readonly gfn: number | null; readonly vpn: number; readonly pages: number }) => ({
  gpa: event.gfn === null ? null : addressText(event.gfn, 0),
  hva: addressText(event.vpn, 0),
  pages: event.pages,
});

const levelOrNull = (level: Level | null) => (level === null ? null : levelName(level));
