/** Traces as real hosts print them, made up: a guest of 4 GiB whose memory the VMM has at 0x7f5a40000000. */

/** The file `trace` of tracefs, of a guest that converts pages by the MSR protocol and by the page-state change of an early SNP kernel. */
export const TRACEFS = `# tracer: nop
#
# entries-in-buffer/entries-written: 11/11   #P:64
#
#                                _-----=> irqs-off/BH-disabled
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
#              | |         |   |||||     |         |
       CPU 0/KVM-4312    [017] d..1.  1834.120001: kvm_exit: vcpu 0 reason EXIT_VMGEXIT rip 0xfffd0123 info1 0x0000000000000000
       CPU 0/KVM-4312    [017] d..1.  1834.120004: kvm_vmgexit_msr_protocol_enter: vcpu 0, ghcb_gpa 0010000000208014
       CPU 0/KVM-4312    [017] .....  1834.120009: kvm_snp_psc: vcpu 0, pfn 2e4208, gpa 208000, op private, level 1
       CPU 0/KVM-4312    [017] d..1.  1834.120011: kvm_vmgexit_msr_protocol_enter: vcpu 0, ghcb_gpa 0000000000000002
       CPU 0/KVM-4312    [017] d..1.  1834.120020: kvm_vmgexit_enter: vcpu 0, exit_reason 80000010, exit_info1 0, exit_info2 0
       CPU 0/KVM-4312    [017] .....  1834.120031: kvm_snp_psc: vcpu 0, pfn 2e4400, gpa 400000, op private, level 2
       CPU 0/KVM-4312    [017] d..1.  1834.120040: kvm_page_fault: vcpu 0 rip 0xffffffff81001000 address 0x0000000000209010 error_code 0x400000006
       CPU 0/KVM-4312    [017] d..1.  1834.120055: kvm_page_fault: vcpu 0 rip 0xffffffff81001008 address 0x0000000000405000 error_code 0x480000007
       CPU 0/KVM-4312    [017] d..1.  1834.120056: kvm_rmp_fault: vcpu 0 gpa 0000000000405000 pfn 0x2e4405 error_code 0x480000007 rmp_level 2 psmash_ret 0
       CPU 0/KVM-4312    [017] d..1.  1834.120060: kvm_page_fault: vcpu 0 rip 0xffffffff81001010 address 0x00000000fee00020 error_code 0x10000000f
`;

/** trace-cmd report, with marks of QEMU, and the VMM's own faults. */
export const TRACE_CMD = `version = 7
CPU 3 is empty
cpus=64
 qemu-system-x86-4310  [005]  1834.130000: kvm_hypercall:        nr 0xc a0 0x600000 a1 0x200 a2 0x11 a3 0x0
 qemu-system-x86-4310  [005]  1834.130002: print:                tracing_mark_write: kvm_convert_memory start 0x600000 size 0x200000 shared_to_private
 qemu-system-x86-4310  [005]  1834.130100: kvm_hypercall:        nr 0xc a0 0x607000 a1 0x1 a2 0x0 a3 0x0
 qemu-system-x86-4310  [005]  1834.130300: page_fault_user:      address=0x7f5a40607010 ip=0x55d0aa001234 error_code=0x80000007
 qemu-system-x86-4310  [005]  1834.130400: page_fault_user:      address=0x7f5a40608000 ip=0x55d0aa001234 error_code=0x80000007
 qemu-system-x86-4310  [005]  1834.130500: page_fault_kernel:    address=0x7f5a40607020 ip=__x64_sys_read error_code=0x3
 qemu-system-x86-4310  [005]  1834.130600: page_fault_user:      address=0x55d0ab000000 ip=0x55d0aa001234 error_code=0x6
 qemu-system-x86-4310  [005]  1834.130700: page_fault_user:      address=main ip=0x55d0aa001234 error_code=0x6
 qemu-system-x86-4310  [005]  1834.130800: kvm_hypercall:        nr 0x5 a0 0x1 a1 0x2 a2 0x0 a3 0x0
CPU:5 [LOST 12 EVENTS]
 qemu-system-x86-4310  [005]  1834.130900: sched_switch:         qemu-system-x86:4310 [120] S ==> swapper/5:0 [120]
`;

/** perf script, with a call chain. */
export const PERF = `CPU 1/KVM  4313 [018]  1834.140000:     kvm:kvm_page_fault: vcpu 1 rip 0xffffffff81001000 address 0x0000000000001000 error_code 0x400000014
        ffffffffc0a01234 kvm_mmu_page_fault+0x1a4 ([kvm])
        ffffffffc0b05678 npf_interception+0x58 ([kvm_amd])

CPU 1/KVM  4313 [018]  1834.140100:     kvm:kvm_hypercall: nr 0xc a0 0x1000 a1 0x2 a2 0x10 a3 0x0
qemu-system-x86  4310 [005]  1834.140200: exceptions:page_fault_user: address=0x7f5a40001000 ip=0x55d0aa001234 error_code=0x4
CPU 1/KVM  4313 [018]  1834.140300:     kvm:kvm_page_fault: address fffff000 error_code 6
`;
