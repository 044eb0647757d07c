/**
 * What the trace of a real host says about a guest's memory, as operations. A trace has what faulted and what was asked for, not all that was
 * accessed, so it does not repeat a run; it repeats what the run did to page states, and the accesses that met something.
 */
import { hexField, parseTraceLine, type TraceLine } from './line.js';

export type TraceOperation = Readonly<Record<string, unknown>> & { readonly op: string };

/** Where the VMM had the guest's memory. */
export interface TracedSlot {
  readonly hva: bigint;
  readonly gpa: bigint;
  readonly bytes: bigint;
}

export interface Skipped {
  readonly what: string;
  readonly why: string;
  times: number;
  /** Number of the first such line. */
  readonly first: number;
}

export interface TraceOptions {
  readonly slots: readonly TracedSlot[];
  /** Whether these guest addresses are memory of the VM. */
  isMemory(gpa: bigint, bytes: bigint): boolean;
}

interface Conversion {
  readonly gpa: bigint;
  readonly pages: bigint;
  readonly huge: boolean;
  readonly operation: 'private' | 'shared';
}

const PAGE = 4096n;
const PAGES_2M = 512n;
/** Of one operation, in 4K pages. */
const PAGES_MAX = 262_144n;

/** Bits of the error code of nested and other page faults: APM 2, 15.25.6 and 15.36.10. */
const WRITE = 1n << 1n;
const RESERVED = 1n << 3n;
const FETCH = 1n << 4n;
const ENCRYPTED = 1n << 34n;

/** KVM_HC_MAP_GPA_RANGE and its attributes: Documentation/virt/kvm/x86/hypercalls.rst. */
const MAP_GPA_RANGE = 12n;
const MAP_PAGE_SIZE = 0xfn;
const MAP_ENCRYPTED = 1n << 4n;

/** GHCB specification, 2.3.1: SNP Page State Change Request. */
const MSR_PSC_REQUEST = 0x014n;
const PSC_EXIT_CODE = 0x8000_0010n;

const NO_FORM = 'its fields are not in a form that is known here';
const FOLLOWS = 'the emulated host does it by itself, where the guest’s request asks for it';

export class TraceImport {
  readonly skipped = new Map<string, Skipped>();
  private number = 0;
  /** By vCPU, the page of the nested fault that was seen last. */
  private readonly faulted = new Map<string, bigint>();
  private converted: (Conversion & { readonly event: string }) | null = null;

  constructor(private readonly options: TraceOptions) {}

  /** Lines that were read. */
  get lines(): number {
    return this.number;
  }

  push(text: string): readonly TraceOperation[] {
    this.number++;
    if (/^\s*(#.*)?$/.test(text)) return [];
    const line = parseTraceLine(text);
    if (line !== null) return this.event(line);
    if (/LOST|DROPPED/.test(text)) return this.skip('lost events', 'the tracer had no room for them: what follows may be incomplete');
    return this.skip('other text', 'no line of an event: a head, a call chain');
  }

  private event(line: TraceLine): readonly TraceOperation[] {
    switch (line.event) {
      case 'kvm_page_fault':
        return this.nestedFault(line, hexField(line, 'address'));
      case 'kvm_rmp_fault':
        return this.rmpFault(line);
      case 'kvm_hypercall':
        return this.hypercall(line);
      case 'kvm_snp_psc':
        return this.pageStateChange(line);
      case 'kvm_vmgexit_msr_protocol_enter':
        return this.msrProtocol(line);
      case 'kvm_vmgexit_enter':
        return hexField(line, 'exit_reason') === PSC_EXIT_CODE
          ? this.skip(line.event, 'the entries of the request lie in the guest’s memory; kvm_snp_psc or QEMU’s kvm_convert_memory has them')
          : this.skip(line.event, 'a request that changes no page state');
      case 'kvm_convert_memory':
        return this.convertMemory(line);
      case 'page_fault_user':
        return this.hostFault(line, 'user');
      case 'page_fault_kernel':
        return this.hostFault(line, 'copy-to-user');
      case 'sev_rmpupdate':
      case 'sev_psmash':
        return this.skip(line.event, FOLLOWS);
      default:
        return this.skip(line.event, 'an event that says nothing about page states');
    }
  }

  private nestedFault(line: TraceLine, gpa: bigint | null): readonly TraceOperation[] {
    const code = hexField(line, 'error_code');
    if (gpa === null || code === null) return this.skip(line.event, NO_FORM);
    this.faulted.set(vcpuOf(line), gpa / PAGE);
    if ((code & RESERVED) !== 0n) return this.skip(line.event, 'the RSVD bit: an access to a device, which is no memory');
    if (!this.options.isMemory(gpa, 1n)) return this.skip(line.event, 'the address is outside the memory of the VM');
    const access = (code & FETCH) !== 0n ? 'execute' : (code & WRITE) !== 0n ? 'write' : 'read';
    const cBit = access === 'execute' ? {} : { cBit: (code & ENCRYPTED) !== 0n };
    return [{ op: 'guest-access', gpa: hex(gpa), size: 1, access, ...cBit }];
  }

  /** KVM traces a nested fault first, and then what it did about the RMP bit of it. */
  private rmpFault(line: TraceLine): readonly TraceOperation[] {
    const gpa = hexField(line, 'gpa');
    const told = gpa !== null && this.faulted.get(vcpuOf(line)) === gpa / PAGE;
    return told ? this.skip(line.event, 'the same fault as the kvm_page_fault before it') : this.nestedFault(line, gpa);
  }

  private hypercall(line: TraceLine): readonly TraceOperation[] {
    const [number, gpa, pages, attributes] = ['nr', 'a0', 'a1', 'a2'].map((name) => hexField(line, name));
    if (number == null || gpa == null || pages == null || attributes == null) return this.skip(line.event, NO_FORM);
    if (number !== MAP_GPA_RANGE) return this.skip(line.event, 'another hypercall than MAP_GPA_RANGE');
    const operation = (attributes & MAP_ENCRYPTED) !== 0n ? 'private' : 'shared';
    return this.convert(line, { gpa, pages, huge: (attributes & MAP_PAGE_SIZE) !== 0n, operation });
  }

  private pageStateChange(line: TraceLine): readonly TraceOperation[] {
    const gpa = hexField(line, 'gpa');
    const operation = line.fields.get('op');
    const huge = line.fields.get('level') === '2';
    if (gpa === null) return this.skip(line.event, NO_FORM);
    if (operation !== 'private' && operation !== 'shared') return this.skip(line.event, 'neither to private nor to shared');
    return this.convert(line, { gpa, pages: huge ? PAGES_2M : 1n, huge, operation });
  }

  private msrProtocol(line: TraceLine): readonly TraceOperation[] {
    const value = hexField(line, 'ghcb_gpa');
    if (value === null) return this.skip(line.event, NO_FORM);
    if ((value & 0xfffn) !== MSR_PSC_REQUEST) return this.skip(line.event, 'a request that changes no page state');
    const operation = { 1: 'private' as const, 2: 'shared' as const }[Number((value >> 52n) & 0xfn)];
    if (operation === undefined) return this.skip(line.event, 'neither to private nor to shared');
    return this.convert(line, { gpa: value & 0x000f_ffff_ffff_f000n, pages: 1n, huge: false, operation });
  }

  private convertMemory(line: TraceLine): readonly TraceOperation[] {
    const gpa = hexField(line, 'start');
    const bytes = hexField(line, 'size');
    const [, to] = /shared_to_(private)|private_to_(shared)/.exec(line.what)?.filter((part) => part !== undefined) ?? [];
    if (gpa === null || bytes === null || (to !== 'private' && to !== 'shared')) return this.skip(line.event, NO_FORM);
    return this.convert(line, { gpa, pages: bytes / PAGE, huge: false, operation: to });
  }

  /** A request and what carries it out may both be traced; the second says nothing new. */
  private convert({ event }: TraceLine, conversion: Conversion): readonly TraceOperation[] {
    const { gpa, pages, huge, operation } = conversion;
    const before = this.converted;
    this.converted = { ...conversion, event };
    if (before !== null && before.event !== event && before.gpa === gpa && before.pages === pages && before.operation === operation) {
      this.converted = before;
      return this.skip(event, `the same request as the ${before.event} before it`);
    }
    if (gpa % PAGE !== 0n || pages === 0n) return this.skip(event, 'no whole pages');
    if (!this.options.isMemory(gpa, pages * PAGE)) return this.skip(event, 'the address is outside the memory of the VM');
    const is2M = huge && gpa % (PAGES_2M * PAGE) === 0n && pages % PAGES_2M === 0n;
    const operations: TraceOperation[] = [];
    for (let done = 0n; done < pages; done += PAGES_MAX) {
      const count = pages - done < PAGES_MAX ? pages - done : PAGES_MAX;
      const size = is2M ? { pages: Number(count / PAGES_2M), pageSize: '2M' } : { pages: Number(count) };
      operations.push({ op: 'page-state-change', entries: [{ gpa: hex(gpa + done * PAGE), operation, ...size }] });
    }
    return operations;
  }

  private hostFault(line: TraceLine, via: 'user' | 'copy-to-user'): readonly TraceOperation[] {
    const at = hexField(line, 'address');
    const code = hexField(line, 'error_code');
    if (code === null || at === null)
      return this.skip(line.event, 'its address is a symbol, or its fields are not in a form that is known here');
    const slot = this.options.slots.find(({ hva, bytes }) => at >= hva && at < hva + bytes);
    if (slot === undefined)
      return this.skip(
        line.event,
        this.options.slots.length === 0
          ? 'where guest memory is mapped is not known: name it with --memslot'
          : 'the address is outside every --memslot',
      );
    const gpa = at - slot.hva + slot.gpa;
    if (!this.options.isMemory(gpa, 1n)) return this.skip(line.event, 'the address is outside the memory of the VM');
    if ((code & WRITE) !== 0n) return [{ op: 'hypervisor-write', gpa: hex(gpa), size: 1, via }];
    return via === 'user'
      ? [{ op: 'hypervisor-read', gpa: hex(gpa), size: 1 }]
      : this.skip(line.event, 'a load of the kernel, which is never checked');
  }

  private skip(what: string, why: string): readonly TraceOperation[] {
    const key = `${what}: ${why}`;
    const known = this.skipped.get(key);
    if (known === undefined) this.skipped.set(key, { what, why, times: 1, first: this.number });
    else known.times++;
    return [];
  }
}

const vcpuOf = ({ fields }: TraceLine): string => fields.get('vcpu') ?? '';
const hex = (address: bigint): string => `0x${address.toString(16)}`;
