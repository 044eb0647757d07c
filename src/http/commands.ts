/** Request bodies → commands: text becomes page numbers, defaults are filled in, and what one schema cannot say is checked. */
import type { z } from 'zod';
import {
  asGfn,
  asPfn,
  asVpn,
  type Command,
  type HypervisorRead,
  type HypervisorWrite,
  type Inject,
  type LevelName,
  type PageStateChange,
  type Psmash,
  type Pvalidate,
  type Rmpupdate,
  type KernelMap,
  type Target,
  type Via,
} from '../core/index.js';
import { frameNumber, pagedAddress, sizeBytes } from './numbers.js';
import { isRefusal, refuse, type Refusal } from './problem.js';
import type { ReadRequest, WriteRequest } from './schemas/host-access.js';
import type { PageStateRequest, PsmashRequest, PvalidateRequest, RmpupdateRequest } from './schemas/instruction.js';
import type { KernelMapRequest } from './schemas/kernel-map.js';
import type { Inject as InjectSchema } from './schemas/operation.js';

export function hypervisorWrite(body: z.infer<typeof WriteRequest>): HypervisorWrite | Refusal {
  const via = body.via ?? 'user';
  const target = targetOf(body, via);
  if (isRefusal(target)) return target;
  if (body.pagefaultDisabled === true && via !== 'copy-to-user') {
    return refuse(
      'invalid-field',
      '/pagefaultDisabled',
      'only a copy-to-user can be made where faults may not sleep',
      'say via: "copy-to-user", or leave it out',
    );
  }
  const stored = storedBytes(body);
  if (isRefusal(stored)) return stored;
  return withInject(
    {
      op: 'hypervisor-write',
      target,
      ...stored,
      via,
      pagefaultDisabled: body.pagefaultDisabled ?? false,
    },
    body.inject,
  );
}

export function hypervisorRead(body: z.infer<typeof ReadRequest>): HypervisorRead | Refusal {
  const via = body.via ?? 'user';
  const target = targetOf(body, via);
  if (isRefusal(target)) return target;
  const size = sizeBytes(body.size);
  return size < 1 ? zeroSize() : { op: 'hypervisor-read', target, size, via };
}

export function pageStateChange(body: z.infer<typeof PageStateRequest>): PageStateChange | Refusal {
  const entries: PageStateChange['entries'][number][] = [];
  for (const [i, entry] of body.entries.entries()) {
    const pageSize = pageSizeOf(entry.pageSize ?? '4K');
    const gfn = wholePage(entry.gpa, `/entries/${i}/gpa`);
    if (typeof gfn !== 'number') return gfn;
    entries.push({ gfn: asGfn(gfn), pages: entry.pages ?? 1, pageSize, operation: entry.operation });
  }
  return withInject(
    {
      op: 'page-state-change',
      entries,
      validate: body.validate ?? true,
      strictGuest: body.strictGuest ?? false,
    },
    body.inject,
  );
}

export function pvalidate(body: z.infer<typeof PvalidateRequest>): Pvalidate | Refusal {
  const { page, offset } = pagedAddress(body.gpa);
  return withInject(
    {
      op: 'pvalidate',
      gfn: asGfn(page),
      offset,
      pageSize: pageSizeOf(body.pageSize),
      validate: body.validate,
      vmpl: body.vmpl ?? 0,
      ...(body.fallback === undefined ? {} : { fallback: body.fallback }),
    },
    body.inject,
  );
}

export function rmpupdate(body: z.infer<typeof RmpupdateRequest>): Rmpupdate | Refusal {
  const gpa = pagedAddress(body.gpa ?? 0);
  return withInject(
    {
      op: 'rmpupdate',
      pfn: asPfn(frameNumber(body.pfn)),
      assigned: body.assigned,
      gfn: gpa.page,
      gpaOffset: gpa.offset,
      asid: body.asid ?? 0,
      pageSize: pageSizeOf(body.pageSize ?? '4K'),
      immutable: body.immutable ?? false,
      directMap: body.directMap ?? true,
    },
    body.inject,
  );
}

export function psmash(body: z.infer<typeof PsmashRequest>): Psmash {
  return { op: 'psmash', pfn: asPfn(frameNumber(body.pfn)) };
}

export function kernelMap(body: z.infer<typeof KernelMapRequest>): KernelMap | Refusal {
  const gfn = wholePage(body.gpa, '/gpa');
  return typeof gfn === 'number' ? { op: 'kernel-map', gfn: asGfn(gfn) } : gfn;
}

export function withInject<C extends Command>(command: C, given: z.infer<typeof InjectSchema> | undefined): C | Refusal {
  const inject = injectOf(given);
  if (inject === undefined) return command;
  return isRefusal(inject) ? inject : { ...command, inject };
}

/** `undefined` where nothing is injected. */
export function injectOf(body: z.infer<typeof InjectSchema> | undefined): Inject | Refusal | undefined {
  if (body === undefined) return undefined;
  const { splitFailure, rmpupdate: update, lookupFailure, between } = body;
  const gfn = between?.gpa === undefined ? undefined : wholePage(between.gpa, '/inject/between/gpa');
  if (gfn !== undefined && typeof gfn !== 'number') return gfn;
  return {
    ...(splitFailure === undefined ? {} : { splitFailure }),
    ...(update === undefined ? {} : { rmpupdate: update }),
    ...(lookupFailure === undefined ? {} : { lookupFailure: { pfn: asPfn(frameNumber(lookupFailure.pfn)) } }),
    ...(between === undefined
      ? {}
      : { between: { nth: between.nth, change: between.change, ...(gfn === undefined ? {} : { gfn: asGfn(gfn) }) } }),
  };
}

/** The page number of an address that has to begin a page. */
export function wholePage(given: string | number, pointer: string): number | Refusal {
  const { page, offset } = pagedAddress(given);
  if (offset === 0) return page;
  return refuse('invalid-field', pointer, `${given} does not begin a 4K page`, 'give a multiple of 0x1000');
}

interface Somewhere {
  readonly hva?: string | number | undefined;
  readonly gpa?: string | number | undefined;
  readonly pfn?: string | number | undefined;
}

function targetOf(body: Somewhere, via: Via): Target | Refusal {
  const { hva, gpa, pfn } = body;
  if (Number(hva !== undefined) + Number(gpa !== undefined) + Number(pfn !== undefined) !== 1) {
    const pointer = hva === undefined && gpa === undefined && pfn === undefined ? '/gpa' : gpa !== undefined ? '/gpa' : '/pfn';
    return refuse('invalid-field', pointer, 'an access has exactly one of hva, gpa and pfn', 'give one of them: where the access begins');
  }
  if (pfn !== undefined) {
    if (via === 'direct-map') return { space: 'pfn', page: asPfn(frameNumber(pfn)), offset: 0 };
    return refuse('invalid-field', '/pfn', 'a frame is reached through the direct map only', 'say via: "direct-map", or give hva or gpa');
  }
  if (hva !== undefined) {
    if (via === 'direct-map') return refuse('invalid-field', '/hva', 'the direct map has no user addresses', 'give pfn or gpa');
    const { page, offset } = pagedAddress(hva);
    return { space: 'hva', page: asVpn(page), offset };
  }
  const { page, offset } = pagedAddress(gpa ?? 0);
  return { space: 'gpa', page: asGfn(page), offset };
}

/** How many bytes and which: `data` brings its size along. */
export function storedBytes(
  body: Pick<z.infer<typeof WriteRequest>, 'data' | 'fill' | 'size'>,
): { readonly size: number; readonly content?: number | Uint8Array } | Refusal {
  const { data, fill } = body;
  const size = body.size === undefined ? undefined : sizeBytes(body.size);
  if (data === undefined) {
    if (size === undefined) return refuse('invalid-field', '/size', '/size is missing', 'give the number of bytes, or data');
    if (size < 1) return zeroSize();
    return fill === undefined ? { size } : { size, content: fill };
  }
  if (fill !== undefined) return refuse('invalid-field', '/fill', 'a write has fill or data, not both', 'leave one of them out');
  const content = base64Bytes(data, '/data');
  if (isRefusal(content)) return content;
  if (content.length < 1) return refuse('invalid-field', '/data', '/data is empty', 'give at least one byte');
  if (size !== undefined && size !== content.length) {
    return refuse('invalid-field', '/size', `size says ${size} and data has ${content.length} bytes`, 'leave size out, or let them agree');
  }
  return { size: content.length, content };
}

/** Only the one text that encodes the bytes: no stray bits, no missing padding. */
export function base64Bytes(text: string, pointer: string): Buffer | Refusal {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') === text) return bytes;
  return refuse('invalid-field', pointer, `${pointer} is no base64`, 'encode the bytes with the standard alphabet and padding');
}

export const zeroSize = (): Refusal => refuse('invalid-field', '/size', 'an access has at least one byte', 'give a size of 1 or more');

export const pageSizeOf = (name: Exclude<LevelName, '1G'>): 1 | 2 => (name === '4K' ? 1 : 2);
