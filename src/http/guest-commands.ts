/** Request bodies → commands, for what the guest does and what is done to it. */
import type { z } from 'zod';
import {
  asGfn,
  asPfn,
  type EnterVcpu,
  type ExitVcpu,
  type GhcbRequest,
  type GuestAccess,
  isGuestStore,
  levelOf,
  type MapNested,
  type Rmpadjust,
  type Rmpquery,
  type Rmpread,
  VMPL_PERMISSIONS,
  type VmplPermission,
} from '../core/index.js';
import { base64Bytes, pageSizeOf, storedBytes, wholePage, withInject, zeroSize } from './commands.js';
import { frameNumber, pagedAddress, sizeBytes } from './numbers.js';
import { isRefusal, refuse, type Refusal } from './problem.js';
import {
  GHCB_BYTES_MAX,
  type GhcbRequestBody,
  type GuestAccessRequest,
  type NestedMapRequest,
  type RmpadjustRequest,
  type RmpqueryRequest,
  type RmpreadRequest,
  type VcpuEnterRequest,
  type VcpuExitRequest,
} from './schemas/guest.js';

export function guestAccess(body: z.infer<typeof GuestAccessRequest>): GuestAccess | Refusal {
  const { access } = body;
  const stores = isGuestStore(access);
  for (const field of ['data', 'fill'] as const) {
    if (stores || body[field] === undefined) continue;
    return refuse('invalid-field', `/${field}`, `a ${access} stores nothing`, 'say access: "write", or leave it out');
  }
  if (access !== 'execute' && body.privilege !== undefined) {
    return refuse('invalid-field', '/privilege', 'only a fetch depends on the privilege', 'say access: "execute", or leave it out');
  }
  const { page, offset } = pagedAddress(body.gpa);
  const stored = stores ? storedBytes(body) : loadedBytes(body.size);
  if (isRefusal(stored)) return stored;
  return withInject<GuestAccess>(
    {
      op: 'guest-access',
      gfn: asGfn(page),
      offset,
      ...stored,
      access,
      ...(body.cBit === undefined ? {} : { cBit: body.cBit }),
      vmpl: body.vmpl ?? 0,
      privilege: body.privilege ?? 'supervisor',
      guestLevel: levelOf(body.guestLevel ?? '4K'),
    },
    body.inject,
  );
}

function loadedBytes(given: string | number | undefined): { readonly size: number } | Refusal {
  if (given === undefined) return refuse('invalid-field', '/size', '/size is missing', 'give the number of bytes');
  const size = sizeBytes(given);
  return size < 1 ? zeroSize() : { size };
}

/** Names of permissions → a VMPL mask. */
export function maskOf(names: readonly VmplPermission[]): number {
  return names.reduce((mask, name) => mask | (1 << VMPL_PERMISSIONS.indexOf(name)), 0);
}

export function rmpadjust(body: z.infer<typeof RmpadjustRequest>): Rmpadjust | Refusal {
  const { page, offset } = pagedAddress(body.gpa);
  return withInject<Rmpadjust>(
    {
      op: 'rmpadjust',
      gfn: asGfn(page),
      offset,
      pageSize: pageSizeOf(body.pageSize),
      vmpl: body.vmpl ?? 0,
      targetVmpl: body.targetVmpl,
      mask: maskOf(body.permissions),
      vmsa: body.vmsa ?? false,
    },
    body.inject,
  );
}

export function rmpquery(body: z.infer<typeof RmpqueryRequest>): Rmpquery | Refusal {
  const { page } = pagedAddress(body.gpa);
  return withInject<Rmpquery>(
    { op: 'rmpquery', gfn: asGfn(page), pageSize: pageSizeOf(body.pageSize), vmpl: body.vmpl ?? 0, targetVmpl: body.targetVmpl },
    body.inject,
  );
}

export function rmpread(body: z.infer<typeof RmpreadRequest>): Rmpread {
  return { op: 'rmpread', pfn: asPfn(frameNumber(body.pfn)) };
}

export function nestedMap(body: z.infer<typeof NestedMapRequest>): MapNested | Refusal {
  const gfn = wholePage(body.gpa, '/gpa');
  if (typeof gfn !== 'number') return gfn;
  const pfn = body.pfn === null ? null : asPfn(frameNumber(body.pfn));
  return { op: 'nested-map', gfn: asGfn(gfn), pageSize: pageSizeOf(body.pageSize ?? '4K'), pfn };
}

/** Of which vCPU: the path says it, or the body where there is no path. */
function vcpuOf(given: number | undefined, n: string | undefined): number | Refusal {
  if (n !== undefined && given === undefined) return Number(n);
  if (n !== undefined) return refuse('invalid-field', '/vcpu', 'the path names the vCPU', 'leave vcpu out');
  return given ?? refuse('invalid-field', '/vcpu', '/vcpu is missing', 'give the number of the vCPU');
}

export function vcpuEnter(body: z.infer<typeof VcpuEnterRequest>, n: string | undefined): EnterVcpu | Refusal {
  const vcpu = vcpuOf(body.vcpu, n);
  if (typeof vcpu !== 'number') return vcpu;
  const vmsa = wholePage(body.vmsa, '/vmsa');
  if (typeof vmsa !== 'number') return vmsa;
  const vmcb = body.vmcb === undefined ? null : asPfn(frameNumber(body.vmcb));
  return { op: 'vcpu-enter', vcpu, vmsa: asGfn(vmsa), vmcb, flushTlb: body.flushTlb ?? false };
}

export function vcpuExit(body: z.infer<typeof VcpuExitRequest>, n: string | undefined): ExitVcpu | Refusal {
  const vcpu = vcpuOf(body.vcpu, n);
  return typeof vcpu === 'number' ? { op: 'vcpu-exit', vcpu } : vcpu;
}

/** Fields of the one form are none of the other's. */
export function ghcbRequest(body: z.infer<typeof GhcbRequestBody>): GhcbRequest | Refusal {
  const { form, buffer, stopAfterPages, value } = body;
  const strangers = form === 'nae' ? ({ value } as const) : ({ buffer, stopAfterPages } as const);
  for (const [name, given] of Object.entries(strangers)) {
    if (given !== undefined)
      return refuse('invalid-field', `/${name}`, `the ${form} form has no ${name}`, 'leave it out, or change the form');
  }
  if (form === 'msr') {
    if (value === undefined) return refuse('invalid-field', '/value', '/value is missing', 'give what the guest wrote to the GHCB MSR');
    const quadword = BigInt(value);
    const halves = { high: Number(quadword >> 32n), low: Number(quadword & 0xffff_ffffn) };
    return withInject<GhcbRequest>({ op: 'ghcb-request', form, ...halves }, body.inject);
  }
  if (buffer === undefined) return refuse('invalid-field', '/buffer', '/buffer is missing', 'give the structure at SW_SCRATCH in base64');
  const content = base64Bytes(buffer, '/buffer');
  if (isRefusal(content)) return content;
  if (content.length > GHCB_BYTES_MAX) {
    const detail = `${content.length} bytes; a request has at most ${GHCB_BYTES_MAX}`;
    return refuse('limit-exceeded', '/buffer', detail, 'the shared buffer of a GHCB has 2032 bytes');
  }
  return withInject<GhcbRequest>(
    { op: 'ghcb-request', form, content, stopAfterPages: stopAfterPages ?? Number.MAX_SAFE_INTEGER },
    body.inject,
  );
}
