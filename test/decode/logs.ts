/** Lines of real logs, as people have posted them, and lines in the kernel's formats. */

/** Linux kernel list, February 2026: KVM_SEV_SNP_LAUNCH_FINISH called twice. */
export const LAUNCH_AFTER_FINISH = `BUG: unable to handle page fault for address: ff1276cbfdf36000
#PF: supervisor write access in kernel mode
#PF: error_code(0x80000003) - RMP violation
PGD 5a31801067 P4D 5a31802067 PUD 40ccfb5063 PMD 40e5954063 PTE 80000040fdf36163
SEV-SNP: PFN 0x40fdf36, RMP entry: [0x6010fffffffff001 - 0x000000000000001f]
Oops: Oops: 0003 [#1] SMP NOPTI
CPU: 33 UID: 0 PID: 996180 Comm: qemu-system-x86 Tainted: G OE 6.18.0-8-generic #8-Ubuntu PREEMPT(voluntary)
RIP: 0010:sev_es_sync_vmsa+0x54/0x4c0 [kvm_amd]
CR2: ff1276cbfdf36000 CR3: 0000004628e03004 CR4: 0000000000f71ef0
`;

const hexOf = (value: number): string => value.toString(16);

/** AMDESE/AMDSEV 245: 256 immutable entries, of which the first counts the others. */
export const HV_FIXED = `[255267.410514] SEV-SNP: RMPUPDATE failed for PFN 56700, pg_level: 1, ret: 2
[255267.410540] SEV-SNP: PFN 0x56700 unassigned, dumping non-zero entries in 2M PFN region: [0x56600 - 0x56800]
[255267.410543] SEV-SNP: PFN: 0x56600, [0x80000000000007fd - 0x0000000000000000]
${Array.from({ length: 255 }, (_, i) => `[255267.410545] SEV-SNP: PFN: 0x${hexOf(0x56601 + i)}, [0x8000000000000005 - 0x0000000000000000]`).join('\n')}
`;

/** AMDESE/AMDSEV 143: while a VM is destroyed, tried again and again. */
export const OVERLAP = `[ 1187.437064] SEV-SNP: rmpupdate failed, ret: 4, pfn: 37d4fe8, npages: 1, level: 1, retrying (max: 96)...
[ 1187.437720] CPU: 22 PID: 95240 Comm: flusher Tainted: G            E     5.19.0-rc6-snp-host-d9bd54fea4d2 #1
[ 1187.438774] Call Trace:
[ 1187.440293]  rmpupdate+0x18c/0x1a0
[ 1187.440762]  rmp_make_shared+0xb7/0xc0
[ 1187.442144]  sev_vm_destroy+0xfb/0x1f0 [kvm_amd]
`;

/** A guest's region of 4K pages: `count` pages of ASID 5, validated, from the base on. */
export function guestRegion(base: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const low = (1n << 62n) | (5n << 51n) | (BigInt(0x200 + i) << 12n) | 1n | (i === 0 ? BigInt(count - 1) << 3n : 0n);
    return `SEV-SNP: PFN: 0x${hexOf(base + i)}, [0x${low.toString(16).padStart(16, '0')} - 0x000000000000001f]`;
  });
}
