/** Numbers that logs print, and their names. */

/** EAX after RMPUPDATE, PSMASH, PVALIDATE, RMPADJUST (hardware.md 3.2). */
const INSTRUCTION_STATUS: Readonly<Record<number, string>> = {
  0: 'SUCCESS',
  1: 'FAIL_INPUT',
  2: 'FAIL_PERMISSION',
  3: 'FAIL_INUSE',
  4: 'FAIL_OVERLAP',
  6: 'FAIL_SIZEMISMATCH',
  7: 'FAIL_BADADDR',
};

/** What the kernel answers instead of the instruction. */
const ERRNO: Readonly<Record<number, string>> = {
  [-5]: 'EIO',
  [-12]: 'ENOMEM',
  [-14]: 'EFAULT',
  [-16]: 'EBUSY',
  [-17]: 'EEXIST',
  [-19]: 'ENODEV',
  [-22]: 'EINVAL',
};

export function statusName(code: number): string | null {
  return (code < 0 ? ERRNO : INSTRUCTION_STATUS)[code] ?? null;
}

/** Status codes of the firmware (hardware.md 7). */
const FIRMWARE_STATUS: Readonly<Record<number, string>> = {
  0x00: 'SUCCESS',
  0x01: 'INVALID_PLATFORM_STATE',
  0x02: 'INVALID_GUEST_STATE',
  0x03: 'INVALID_CONFIG',
  0x04: 'INVALID_LENGTH',
  0x07: 'POLICY_FAILURE',
  0x08: 'INACTIVE',
  0x09: 'INVALID_ADDRESS',
  0x0a: 'BAD_SIGNATURE',
  0x0b: 'BAD_MEASUREMENT',
  0x0c: 'ASID_OWNED',
  0x0d: 'INVALID_ASID',
  0x0e: 'WBINVD_REQUIRED',
  0x0f: 'DFFLUSH_REQUIRED',
  0x10: 'INVALID_GUEST',
  0x11: 'INVALID_COMMAND',
  0x12: 'ACTIVE',
  0x13: 'HWERROR_PLATFORM',
  0x14: 'HWERROR_UNSAFE',
  0x15: 'UNSUPPORTED',
  0x16: 'INVALID_PARAM',
  0x17: 'RESOURCE_LIMIT',
  0x18: 'SECURE_DATA_INVALID',
  0x19: 'INVALID_PAGE_SIZE',
  0x1a: 'INVALID_PAGE_STATE',
  0x1b: 'INVALID_MDATA_ENTRY',
  0x1c: 'INVALID_PAGE_OWNER',
  0x1d: 'AEAD_OFLOW',
  0x1f: 'EXIT_RING_BUFFER',
  0x20: 'RMP_INIT_REQUIRED',
  0x21: 'BAD_SVN',
  0x26: 'RMP_INIT_FAILED',
  0x27: 'INVALID_KEY',
  0x28: 'SHUTDOWN_INCOMPLETE',
  0x3a: 'IN_USE',
};

export function firmwareStatusName(code: number): string | null {
  return FIRMWARE_STATUS[code] ?? null;
}

/** Commands by their numbers (hardware.md 7). */
const FIRMWARE_COMMAND: Readonly<Record<number, string>> = {
  0x81: 'SNP_INIT',
  0x85: 'SNP_INIT_EX',
  0x86: 'SNP_SHUTDOWN_EX',
  0x90: 'SNP_DECOMMISSION',
  0x91: 'SNP_ACTIVATE',
  0x93: 'SNP_GCTX_CREATE',
  0x94: 'SNP_GUEST_REQUEST',
  0xa0: 'SNP_LAUNCH_START',
  0xa1: 'SNP_LAUNCH_UPDATE',
  0xa2: 'SNP_LAUNCH_FINISH',
  0xb0: 'SNP_DBG_DECRYPT',
  0xb1: 'SNP_DBG_ENCRYPT',
  0xc0: 'SNP_PAGE_SWAP_OUT',
  0xc1: 'SNP_PAGE_SWAP_IN',
  0xc2: 'SNP_PAGE_MOVE',
  0xc3: 'SNP_PAGE_MD_INIT',
  0xc6: 'SNP_PAGE_SET_STATE',
  0xc7: 'SNP_PAGE_RECLAIM',
  0xc8: 'SNP_PAGE_UNSMASH',
};

export function firmwareCommandName(id: number): string {
  return FIRMWARE_COMMAND[id] ?? `0x${id.toString(16)}`;
}

/** Reasons of a GHCB termination request: set 0 is the GHCB's own, set 1 Linux' (arch/x86/include/asm/sev-common.h). */
const TERMINATION: Readonly<Record<string, string>> = {
  '0:0': 'general request',
  '0:1': 'GHCB protocol not supported',
  '0:2': 'SNP features not supported',
  '1:0': 'GHCB registration failed',
  '1:1': 'page-state change failed',
  '1:2': 'PVALIDATE failed',
  '1:3': 'not at VMPL0',
  '1:4': 'CPUID table not valid',
  '1:5': 'CPUID of the hypervisor failed',
  '1:6': 'secrets page not valid',
  '1:7': 'no SVSM in the secrets page',
  '1:8': 'SVSM runs the guest at VMPL0',
  '1:9': 'calling area of the SVSM not page aligned',
  '1:10': 'Secure TSC not initialised',
};

export function terminationName(set: number, reason: number): string | null {
  return TERMINATION[`${set}:${reason}`] ?? null;
}

/** Exit reasons of KVM_RUN that come with SNP (include/uapi/linux/kvm.h). */
const KVM_EXIT: Readonly<Record<number, string>> = {
  3: 'KVM_EXIT_HYPERCALL',
  24: 'KVM_EXIT_SYSTEM_EVENT',
  38: 'KVM_EXIT_NOTIFY',
  39: 'KVM_EXIT_MEMORY_FAULT',
};

export function kvmExitName(reason: number): string | null {
  return KVM_EXIT[reason] ?? null;
}
