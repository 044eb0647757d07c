/** Bodies of the memory-management routes → commands. */
import type { z } from 'zod';
import {
  type ChangeLeafState,
  type Khugepaged,
  type Madvise,
  type Mmap,
  type Mprotect,
  type Munmap,
  PAGE_BYTES,
  type PageRange,
  type Pin,
  type VirtualRange,
  vmasOf,
} from '../core/index.js';
import type { Vm } from '../service/machines.js';
import { wholePage } from './commands.js';
import { sizeBytes } from './numbers.js';
import { isRefusal, refuse, type Refusal } from './problem.js';
import type {
  KhugepagedRequest,
  LeafStateRequest,
  MadviseRequest,
  MmapRequest,
  MprotectOperation,
  MprotectRequest,
  MunmapOperation,
  PinRequest,
} from './schemas/memory.js';

export function mmap(body: z.infer<typeof MmapRequest>): Mmap | Refusal {
  const range = virtualRange(body.start, '/start', body.size);
  return isRefusal(range) ? range : { op: 'mmap', range, protection: body.protection ?? 'read-write' };
}

export function mprotect(body: z.infer<typeof MprotectRequest>, vm: Vm, start: string): Mprotect | Refusal {
  const range = rangeFrom(vm, start, body.size, '/size');
  return isRefusal(range) ? range : { op: 'mprotect', range, protection: body.protection };
}

export function munmap(vm: Vm, start: string, size: string | undefined): Munmap | Refusal {
  const bytes = size === undefined || /[KMGT]/.test(size) ? size : Number(size);
  const range = rangeFrom(vm, start, bytes, 'size');
  return isRefusal(range) ? range : { op: 'munmap', range };
}

/** From a list, where the size is always said: no VM is needed to find the end. */
export function mprotectRange(body: z.infer<typeof MprotectOperation>): Mprotect | Refusal {
  const range = virtualRange(body.start, '/start', body.size);
  return isRefusal(range) ? range : { op: 'mprotect', range, protection: body.protection };
}

export function munmapRange(body: z.infer<typeof MunmapOperation>): Munmap | Refusal {
  const range = virtualRange(body.start, '/start', body.size);
  return isRefusal(range) ? range : { op: 'munmap', range };
}

export function madvise(body: z.infer<typeof MadviseRequest>): Madvise | Refusal {
  const range = rangeOf(body, body.size);
  return isRefusal(range) ? range : { op: 'madvise', range, advice: body.advice };
}

export function pin(body: z.infer<typeof PinRequest>): Pin | Refusal {
  const range = rangeOf(body, body.size);
  return isRefusal(range) ? range : { op: 'pin', range, pinned: body.pinned };
}

export function leafState(body: z.infer<typeof LeafStateRequest>): ChangeLeafState | Refusal {
  const range = rangeOf(body, body.size);
  return isRefusal(range) ? range : { op: 'leaf-state', range, change: body.change };
}

export function khugepaged(body: z.infer<typeof KhugepagedRequest>): Khugepaged | Refusal {
  if (body.hva === undefined && body.gpa === undefined && body.size === undefined) return { op: 'khugepaged' };
  if (body.size === undefined)
    return refuse('invalid-field', '/size', '/size is missing', 'give the bytes of the range, or no range at all');
  const range = rangeOf(body, body.size);
  return isRefusal(range) ? range : { op: 'khugepaged', range };
}

interface Somewhere {
  readonly hva?: string | number | undefined;
  readonly gpa?: string | number | undefined;
}

function rangeOf({ hva, gpa }: Somewhere, size: string | number): PageRange | Refusal {
  if ((hva === undefined) === (gpa === undefined)) {
    return refuse('invalid-field', '/gpa', 'a range has exactly one of hva and gpa', 'give one of them: where the range begins');
  }
  if (hva !== undefined) return virtualRange(hva, '/hva', size);
  const page = wholePage(gpa ?? 0, '/gpa');
  if (typeof page !== 'number') return page;
  const pages = pagesOf(size, '/size');
  return typeof pages === 'number' ? { space: 'gpa', page, pages } : pages;
}

function virtualRange(start: string | number, pointer: string, size: string | number, sizePointer = '/size'): VirtualRange | Refusal {
  const page = wholePage(start, pointer);
  if (typeof page !== 'number') return page;
  const pages = pagesOf(size, sizePointer);
  return typeof pages === 'number' ? { space: 'hva', page, pages } : pages;
}

function pagesOf(size: string | number, pointer: string): number | Refusal {
  const bytes = sizeBytes(size);
  if (bytes > 0 && bytes % PAGE_BYTES === 0) return bytes / PAGE_BYTES;
  return refuse('invalid-field', pointer, `${size} bytes are not whole 4K pages`, 'give a multiple of 4096, at least 4096');
}

/** From `start` on: so many bytes, or to the end of the VMA that has it. */
function rangeFrom(vm: Vm, start: string, size: string | number | undefined, sizePointer: string): VirtualRange | Refusal {
  if (size !== undefined) return virtualRange(start, 'start', size, sizePointer);
  const page = wholePage(start, 'start');
  if (typeof page !== 'number') return page;
  const vma = vmasOf(vm.machine).find((one) => page >= one.start && page < one.start + one.pages);
  if (vma !== undefined) return { space: 'hva', page, pages: vma.start + vma.pages - page };
  return refuse('unknown-vma', 'start', `nothing is mapped at ${start}`, 'GET /v1/vms/{vm}/vmas lists the mappings; or give size');
}
