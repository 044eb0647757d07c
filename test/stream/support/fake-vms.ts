/** VMs that exist only as events: valid ones of the core, made by hand, so that the stream is tested without a machine. */
import { asGfn, asPfn, asVpn, type Event, type EventBody } from '../../../src/core/index.js';
import type { EventLog, OperationMeta } from '../../../src/service/event-log.js';

export const AT = '2024-01-01T00:00:00.000Z';

export const psmashed = (gfn: number | null, pages = 1): EventBody => ({
  type: 'psmashed',
  gfn: gfn === null ? null : asGfn(gfn),
  pfn: asPfn(0x10_0000 + (gfn ?? 0)),
  pages,
});

export const split = (gfn: number): EventBody => ({
  type: 'mapping-split',
  vpn: asVpn(0x7f_0000_000 + gfn),
  gfn: asGfn(gfn),
  pages: 512,
  from: 2,
  level: 1,
  cause: 'fault',
});

export const fault = (gfn: number): EventBody => ({
  type: 'fault',
  outcome: 'completed',
  fault: {
    kind: 'rmp',
    origin: 'user',
    access: 'write',
    space: 'user',
    page: 0x7f_0000_000 + gfn,
    offset: 0,
    gfn: asGfn(gfn),
    pfn: asPfn(0x10_0000 + gfn),
    errorCode: 0x8000_0007 | 0,
    level: 2,
    lookedUp: { pfn: 0x10_0000 + gfn, assigned: false, level: 1 },
    rmp: null,
    reason: 'mapping-overlaps-assigned',
    decision: 'PAGE_SPLIT',
    faultFlags: 0x655,
    action: 'split',
    signal: null,
    dmesg: [],
    repeats: 1,
  },
});

/** One event of each type. */
export function everyBody(): readonly EventBody[] {
  const gfn = asGfn(1);
  const run = { gfn, pfn: asPfn(1), pages: 1 };
  const mapped = { vpn: asVpn(1), gfn: null, pages: 512, level: 2, cause: 'other-thread' } as const;
  const rmp = {
    pfn: asPfn(1),
    assigned: true,
    pageSize: 1,
    level: 1,
    immutable: false,
    gfn: 1,
    asid: 1,
    vmsa: false,
    validated: false,
    vmpl: 15,
    subPageCount: 0,
    state: 'guest-invalid',
  } as const;
  return [
    { type: 'vm-reset' },
    { type: 'vm-killed', cause: 'sigbus' },
    { type: 'vm-deleted', cause: 'ttl', unassigned: 0, leaked: 0 },
    fault(1),
    split(512),
    { type: 'mapping-installed', ...mapped },
    { type: 'mapping-collapsed', ...mapped, pfn: run.pfn, copied: false },
    { type: 'vma-mapped', ...mapped, memslot: 0, backing: 'thp', protection: 'read-write' },
    { type: 'vma-unmapped', ...mapped, memslot: 0 },
    { type: 'vma-protected', ...mapped, memslot: 0, protection: 'read-only', hugePages: 'default' },
    { type: 'page-leaked', ...run, cause: 'teardown', code: 4, dmesg: [] },
    { type: 'mapping-removed', leaf: 'swap', ...mapped },
    { type: 'direct-map-split', ...run },
    { type: 'rmp-updated', ...run, assigned: true, immutable: false, asid: 1, pageSize: 1, entryGfn: 1 },
    psmashed(1),
    { type: 'pvalidated', ...run, validate: true, pageSize: 1, carry: false },
    { type: 'page-state-changed', ...run, operation: 'private', pageSize: 1, status: 'SUCCESS', rmpPages: 1 },
    { type: 'vc-exception', ...run, access: 'read', reflected: false },
    { type: 'memory-fault-exit', ...run, isPrivate: true },
    { type: 'rmp-adjusted', ...run, pageSize: 1, targetVmpl: 1, mask: 3, vmsa: false },
    { type: 'nested-mapped', ...run },
    { type: 'vcpu-entered', ...run, vcpu: 0 },
    { type: 'vcpu-exited', ...run, vcpu: 0 },
    {
      type: 'firmware-command',
      ...run,
      command: 'SNP_PAGE_RECLAIM',
      status: 'SUCCESS',
      changes: [{ pfn: asPfn(1), pages: 1, from: 'firmware', to: 'reclaim' }],
    },
    {
      type: 'nested-fault',
      fault: { access: 'pvalidate', gfn, pfn: asPfn(1), errorLow: 4, errorHigh: 1, level: 1, rmp, reason: 'page-size', action: 'psmash' },
    },
  ];
}

export class FakeVm {
  seq = 0;
  operations = 0;

  constructor(
    readonly id: string,
    private readonly log: EventLog,
  ) {
    this.run('create', [{ type: 'vm-created' }]);
  }

  /** One operation, all of whose events go into the log together. */
  run(op: OperationMeta['op'], bodies: readonly EventBody[]): void {
    const operation = ++this.operations;
    const events = bodies.map((body): Event => ({ ...body, seq: ++this.seq }));
    this.log.append(this.id, { op, operation, requestId: `r${operation}`, at: AT }, events);
  }

  /** A write that faults: the fault and the split. */
  write(gfn: number): void {
    this.run('hypervisor-write', [fault(gfn), split(gfn)]);
  }

  /** An operation of so many events. */
  change(events: number, gfn = 0): void {
    this.run(
      'page-state-change',
      Array.from({ length: events }, (_, index) => psmashed(gfn + index)),
    );
  }

  delete(): void {
    this.run('delete', [{ type: 'vm-deleted', cause: 'request', unassigned: 0, leaked: 0 }]);
  }
}

/** A small linear congruential generator: the same seed, the same story. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Some VMs that do things in turn; operations of 1 to 9 events. */
export function tellStory(log: EventLog, operations: number, seed: number, names: readonly string[] = ['vm-a', 'vm-b', 'vm-c']): FakeVm[] {
  const below = random(seed);
  const vms = names.map((name) => new FakeVm(name, log));
  for (let i = 0; i < operations; i++) {
    const vm = vms[below(vms.length)];
    const gfn = below(4096);
    if (below(3) === 0) vm.change(1 + below(9), gfn);
    else vm.write(gfn);
  }
  return vms;
}
