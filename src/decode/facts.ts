/**
 * One line of a log → what it says. The formats are those of hardware.md 6.3 and of KVM, QEMU and the IOMMU driver; what stands
 * before them on the line (time, CPU, host name, quotation marks) does not matter.
 *
 * Every pattern begins with literal text and every repetition in it is bounded, so that no line takes long.
 */
import { firmwareCommandName, firmwareStatusName, kvmExitName, statusName, terminationName } from './codes.js';
import { type DecodedEntry, entryFromFields, entryFromRaw, hexOf } from './entry.js';
import type { Findings, IncidentKind } from './incident.js';

export type Fact =
  /** The three lines of a kernel's page fault, of whatever kind. */
  | { readonly fact: 'fault-address'; readonly address: string }
  | { readonly fact: 'fault-access'; readonly privilege: 'user' | 'supervisor'; readonly access: 'read' | 'write' | 'execute' }
  | { readonly fact: 'fault-code'; readonly code: string }
  | { readonly fact: 'function'; readonly name: string }
  | { readonly fact: 'entry'; readonly entry: DecodedEntry }
  /** The page has no owner, and its region follows; frames as numbers, the last one exclusive. */
  | { readonly fact: 'region'; readonly pfn: string; readonly from: number; readonly to: number }
  | { readonly fact: 'neighbour'; readonly pfn: number; readonly low: string; readonly high: string }
  | { readonly fact: 'leak'; readonly from: number; readonly to: number }
  /** Register dump of a vCPU: the exit's code, then its two words. */
  | { readonly fact: 'exit-code'; readonly code: string }
  | { readonly fact: 'exit-info'; readonly word: 1 | 2; readonly value: string }
  /** A line that is an incident by itself, though others may add to it. */
  | { readonly fact: 'incident'; readonly kind: IncidentKind; readonly findings: Findings };

/** Most lines of a log have none of these words. */
const WORTH_READING =
  /RMP|rmp|#PF|error_code\(|page fault for|SEV|SNP|fw_err|sev command|emory.?[Ff]ault|MEMORY_FAULT|exit reason|exit-code|exit_code|exit_info|termination|GHCB|ghcb_msr|kvm_exit|kvm_page_fault|swiotlb|RIP:|MEMORY_REGION2|PFN|reclaim/;

type Groups = readonly (string | undefined)[];
interface Pattern {
  readonly matches: RegExp;
  /** null: the words are the same, but what they say is none of our business. */
  read(groups: Groups, line: string): Fact | null;
}

const H = '([0-9a-f]{1,16})';
const N = '(-?[0-9]{1,9})';

const frame = (digits: string | undefined): number => Number.parseInt(digits ?? '', 16);
const address = (digits: string | undefined): string => hexOf((digits ?? '').toLowerCase());
const count = (digits: string | undefined): number => Number.parseInt(digits ?? '', 10);
/** `0x16` or `22`. */
const either = (text: string | undefined): number => Number(text);

function returned(digits: string | undefined): Findings {
  const code = count(digits);
  const status = statusName(code);
  return { code, ...(status === null ? {} : { status }) };
}

function incident(kind: IncidentKind, findings: Findings = {}): Fact {
  return { fact: 'incident', kind, findings };
}

/** `level` as the kernel counts: 1 is 4K, 2 is 2M. */
function rmpupdateFailed(pfn: string | undefined, level: string | undefined, code: string | undefined): Fact {
  return incident('rmpupdate-failed', {
    instruction: 'RMPUPDATE',
    pfn: address(pfn),
    ...returned(code),
    ...(level === undefined ? {} : { pageSize: level === '2' ? '2M' : '4K' }),
  });
}

function psmashFailed(pfn: string | undefined, code: string | undefined, gpa?: string): Fact {
  return incident('psmash-failed', {
    instruction: 'PSMASH',
    pfn: address(pfn),
    ...returned(code),
    ...(gpa === undefined ? {} : { gpa: address(gpa) }),
  });
}

function firmwareError(command: string, code: number | null, answer: string | undefined, pfn?: string): Fact {
  const status = code === null ? null : firmwareStatusName(code);
  return incident('firmware-error', {
    firmware: { command, status, code, returned: answer === undefined ? null : count(answer) },
    ...(pfn === undefined ? {} : { pfn: address(pfn) }),
  });
}

/** A nested fault is of interest where the RMP raised it, or where the access was to private memory. */
function nestedFault(code: string | undefined, findings: Findings): Fact | null {
  const digits = (code ?? '').padStart(16, '0');
  const high = Number.parseInt(digits.slice(0, 8), 16);
  const low = Number.parseInt(digits.slice(8), 16);
  if (low < 0x8000_0000 && (high & 0x3c) === 0) return null;
  return incident('nested-fault', { ...findings, errorCode: address(code) });
}

function memoryFault(line: string): Fact | null {
  const value = (name: string): string | undefined => new RegExp(`\\b${name}[ =:]{1,3}(0x[0-9a-f]{1,16}|[0-9]{1,20})`).exec(line)?.[1];
  const flags = value('flags');
  const gpa = value('gpa') ?? value('start');
  if (flags === undefined || gpa === undefined) return null;
  const size = value('size');
  return incident('memory-fault-exit', {
    gpa: `0x${BigInt(gpa).toString(16)}`,
    private: (either(flags) & 8) !== 0,
    ...(size === undefined ? {} : { size: either(size) }),
  });
}

function termination(reasonSet: number, reason: number): Fact {
  return incident('guest-termination', { termination: { reasonSet, reason, name: terminationName(reasonSet, reason) } });
}

const PATTERNS: readonly Pattern[] = [
  {
    matches: new RegExp(`PFN: 0x${H}, \\[0x${H} - 0x${H}\\]`),
    read: ([, pfn, low = '', high = '']) => ({ fact: 'neighbour', pfn: frame(pfn), low, high }),
  },
  {
    matches: new RegExp(`PFN 0x${H}, RMP entry: \\[0x${H} - 0x${H}\\]`),
    read: ([, pfn, low = '', high = '']) => ({ fact: 'entry', entry: entryFromRaw(frame(pfn), low, high) }),
  },
  {
    matches: new RegExp(`PFN 0x${H} unassigned, dumping non-zero entries in 2M PFN region: \\[0x${H} - 0x${H}\\]`),
    read: ([, pfn, from, to]) => ({ fact: 'region', pfn: address(pfn), from: frame(from), to: frame(to) }),
  },
  {
    matches: new RegExp(
      `RMPEntry (?:\\[KP\\]\\[dump_rmpentry\\] )?paddr 0x${H} \\[assigned=([01]) immutable=([01]) pagesize=([01]) gpa=0x${H} asid=([0-9]{1,4}) vmsa=([01]) validated=([01])\\]`,
    ),
    read: ([, paddr, assigned, immutable, large, gfn, asid, vmsa, validated]) => ({
      fact: 'entry',
      entry: entryFromFields(Math.floor(frame(paddr) / 4096), {
        assigned: assigned === '1',
        immutable: immutable === '1',
        large: large === '1',
        gfn: frame(gfn),
        asid: count(asid),
        vmsa: vmsa === '1',
        validated: validated === '1',
      }),
    }),
  },
  {
    matches: new RegExp(`RMPUPDATE failed for PFN (?:0x)?${H},(?: pg_level: ([12]),)? ret: ${N}`),
    read: ([, pfn, level, code]) => rmpupdateFailed(pfn, level, code),
  },
  {
    matches: new RegExp(`rmpupdate failed, ret: ${N}, pfn: (?:0x)?${H}, npages: [0-9]{1,9}, level: ([12])`),
    read: ([, code, pfn, level]) => rmpupdateFailed(pfn, level, code),
  },
  {
    matches: new RegExp(`Unable to split RMP entry for GPA 0x${H} PFN 0x${H} ret ${N}`),
    read: ([, gpa, pfn, code]) => psmashFailed(pfn, code, gpa),
  },
  {
    matches: new RegExp(`Failed to PSMASH RMP entry for PFN 0x${H} error ${N}`),
    read: ([, pfn, code]) => psmashFailed(pfn, code),
  },
  {
    matches: new RegExp(`Unexpected RMP fault[^\\n]{0,80}? GPA 0x${H}(?: PFN 0x${H})?(?:,? error_code 0x${H})?`),
    read: ([, gpa, pfn, code]) =>
      incident('unexpected-nested-fault', {
        gpa: address(gpa),
        ...(pfn === undefined ? {} : { pfn: address(pfn) }),
        ...(code === undefined ? {} : { errorCode: address(code) }),
      }),
  },
  {
    matches: new RegExp(`Failed to read RMP (?:entry|contents) for PFN 0x${H}, error ${N}`),
    read: ([, pfn, code]) => incident('rmp-lookup-failed', { pfn: address(pfn), ...returned(code) }),
  },
  {
    matches: new RegExp(`Error ${N} reading RMP contents for PFN 0x${H}`),
    read: ([, code, pfn]) => incident('rmp-lookup-failed', { pfn: address(pfn), ...returned(code) }),
  },
  {
    matches: new RegExp(`failed to lookup RMP entry for address 0x${H} pfn 0x${H}`),
    read: ([, at, pfn]) => incident('rmp-lookup-failed', { address: address(at), pfn: address(pfn) }),
  },
  {
    matches: new RegExp(`Can't dump RMP entry for HVA (?:0x)?${H}`),
    read: ([, at]) => incident('rmp-lookup-failed', { address: address(at) }),
  },
  {
    matches: new RegExp(`Leaking PFN range 0x${H}-0x${H}`),
    read: ([, from, to]) => ({ fact: 'leak', from: frame(from), to: frame(to) }),
  },
  {
    matches: new RegExp(`Fatal RMP page fault, terminating process, entry assigned for pfn 0x${H}`),
    read: ([, pfn]) => incident('process-killed', { pfn: address(pfn), privilege: 'user', access: 'write' }),
  },
  {
    matches: /Memory for the RMP table has not been reserved by BIOS|does not cover full system RAM|RMP configuration not valid/,
    read: () => incident('rmp-table-refused'),
  },
  {
    matches: new RegExp(`page fault for address: ${H}`),
    read: ([, at]) => ({ fact: 'fault-address', address: address(at) }),
  },
  {
    matches: /#PF: (supervisor|user) (read|write|instruction)/,
    read: ([, privilege, access]) => ({
      fact: 'fault-access',
      privilege: privilege === 'user' ? 'user' : 'supervisor',
      access: access === 'instruction' ? 'execute' : access === 'read' ? 'read' : 'write',
    }),
  },
  { matches: new RegExp(`error_code\\(0x${H}\\)`), read: ([, code]) => ({ fact: 'fault-code', code: address(code) }) },
  { matches: /RIP: [0-9a-f]{4}:([A-Za-z_][A-Za-z0-9_.]{0,127})\+0x/, read: ([, name = '']) => ({ fact: 'function', name }) },
  {
    matches: /guest requested termination: (?:0x)?([0-9a-f]{1,2}):(?:0x)?([0-9a-f]{1,2})\b/,
    read: ([, set, reason]) => termination(frame(set), frame(reason)),
  },
  {
    // Bits 11:0 are the request, 0x100 the guest's wish to end (hardware.md 5.2).
    matches: /(?:ghcb_msr|GHCB MSR)[ =:]{1,3}0x([0-9a-f]{1,16})/,
    read([, value = '']) {
      const bits = Number.parseInt(value.slice(-6), 16);
      return (bits & 0xfff) === 0x100 ? termination((bits >>> 12) & 0xf, (bits >>> 16) & 0xff) : null;
    },
  },
  {
    matches: new RegExp(`(?:SNP_|LAUNCH_)[A-Z_]{1,40}[ :]{1,2}ret=${N} fw_error=(0x[0-9a-f]{1,8}|[0-9]{1,9})`),
    read: ([all = '', answer, code]) => firmwareError(all.split(/[ :]/, 1)[0] ?? all, either(code), answer),
  },
  {
    matches: /sev command (0x[0-9a-f]{1,4}) failed \((0x[0-9a-f]{1,8})\)/,
    read: ([, id, code]) => firmwareError(firmwareCommandName(either(id)), either(code), undefined),
  },
  {
    matches: new RegExp(`failed to INIT (?:rc ${N}, )?error (0x[0-9a-f]{1,8})(?:, rc ${N})?`),
    read: ([, before, code, after]) => firmwareError('SNP_INIT', either(code), before ?? after),
  },
  {
    matches: new RegExp(`Failed to reclaim PFN (?:0x)?${H}(?:, rc ${N} (?:fw_err|err) ([0-9]{1,9}))?`),
    read: ([, pfn, answer, code]) => firmwareError('SNP_PAGE_RECLAIM', code === undefined ? null : count(code), answer, pfn),
  },
  { matches: /MemoryFault|MEMORY_FAULT|memory_fault/, read: (_, line) => memoryFault(line) },
  {
    matches: /(?:[Uu]nknown|[Uu]nhandled|[Uu]nexpected) exit reason:? ([0-9]{1,4})\b/,
    read: ([, reason]) => incident('unknown-exit', { exit: { code: count(reason), name: kvmExitName(count(reason)) } }),
  },
  {
    matches: /exit-code 0x([0-9a-f]{1,8}) in (?:early )?#VC/,
    read: ([, code]) => incident('vc-exception', { exit: { code: frame(code), name: '#VC' } }),
  },
  {
    matches: new RegExp(`reason (?:EXIT_)?(?:npf|NPF)\\b[^\\n]{0,80}?info1 0x${H} info2 0x${H}`),
    read: ([, code, gpa]) => nestedFault(code, { gpa: address(gpa) }),
  },
  {
    matches: new RegExp(`kvm_page_fault: [^\\n]{0,80}?address 0x${H} error_code 0x${H}`),
    read: ([, gpa, code]) => nestedFault(code, { gpa: address(gpa) }),
  },
  {
    matches: new RegExp(`kvm_rmp_fault: [^\\n]{0,40}?gpa (?:0x)?${H} pfn 0x${H} error_code 0x${H}`),
    read: ([, gpa, pfn, code]) => nestedFault(code, { gpa: address(gpa), pfn: address(pfn) }),
  },
  { matches: new RegExp(`exit_code: {1,16}(?:0x)?${H}\\b`), read: ([, code]) => ({ fact: 'exit-code', code: address(code) }) },
  {
    matches: new RegExp(`exit_info([12]): {1,16}(?:0x)?${H}\\b`),
    read: ([, word, value]) => ({ fact: 'exit-info', word: word === '1' ? 1 : 2, value: address(value) }),
  },
  {
    matches: new RegExp(`RMP_PAGE_FAULT (?:device=([0-9a-f:.]{1,16}), )?vmg_tag=0x${H}, gpa=0x${H}, flags_rmp=0x${H}, flags=0x${H}`),
    read([, device, , gpa], line) {
      const named = device ?? /([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]): AMD-Vi/.exec(line)?.[1];
      return incident('iommu-rmp-fault', { gpa: address(gpa), ...(named === undefined ? {} : { device: named }) });
    },
  },
  { matches: /KVM_SET_USER_MEMORY_REGION2 failed/, read: () => incident('memory-region-refused') },
  { matches: /swiotlb buffer is full/, read: () => incident('bounce-buffers-full') },
];

/** null: nothing that is known here. */
export function factOf(line: string): Fact | null {
  if (!WORTH_READING.test(line)) return null;
  for (const { matches, read } of PATTERNS) {
    const found = matches.exec(line);
    if (found !== null) return read(found, line);
  }
  return null;
}

/** The task or CPU that printed the line, where the kernel says so (CONFIG_PRINTK_CALLER): `T4616`, `C12`. */
export function callerOf(line: string): string {
  return /\] {0,2}\[ {0,8}([CT][0-9]{1,8})\]/.exec(line.slice(0, 120))?.[1] ?? '';
}
