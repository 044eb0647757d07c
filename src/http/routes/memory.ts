/** The host's memory management: what the VMM and the kernel do to the mapping of guest memory. */
import type { LeafStateOutcome, KhugepagedOutcome, Mprotect, Munmap, SyscallOutcome } from '../../core/index.js';
import type { Services } from '../../service/services.js';
import { khugepaged, leafState, madvise, mmap, mprotect, mprotectRange, munmap, munmapRange, pin } from '../memory-commands.js';
import { answerOf, listKind, operationRoute } from '../operation-route.js';
import type { Numbers } from '../batch/kind.js';
import { isRefusal } from '../problem.js';
import type { Route } from '../route.js';
import {
  KhugepagedAnswer,
  KhugepagedRequest,
  LeafStateAnswer,
  LeafStateRequest,
  MadviseRequest,
  MmapRequest,
  MprotectOperation,
  MprotectRequest,
  MunmapOperation,
  MunmapQuery,
  PinRequest,
  SyscallAnswer,
  VmaParams,
} from '../schemas/memory.js';
import { OperationQuery } from '../schemas/operation.js';
import { vmRoute } from '../vm-route.js';

const SYSCALL = { status: 200, description: 'What the call came to', schema: SyscallAnswer } as const;
const VMA_PROBLEMS = [
  'vm-killed',
  'address-out-of-range',
  'limit-exceeded',
  'touched-limit',
  'touched-total-limit',
  'unknown-vma',
] as const;
const syscallAnswer = ({ outcome, pages }: SyscallOutcome, { firstSeq, seq }: Numbers) => ({ outcome, pages, firstSeq, seq });
const seenOutcome = ({ outcome }: SyscallOutcome) => ({ outcome });
const SYSCALL_FORM = { show: syscallAnswer, seen: seenOutcome };
const seenCompleted = () => ({ outcome: 'completed' });

export function memoryRoutes(services: Services): readonly Route[] {
  return [...vmaRoutes(services), ...pageRoutes(services)];
}

function vmaRoutes(services: Services): readonly Route[] {
  return [
    operationRoute(services, {
      op: 'mmap',
      path: '/v1/vms/:vm/vmas',
      operationId: 'mmap',
      tag: 'operations',
      summary: 'The VMM maps a part of its guest memory (mmap)',
      description: 'Anonymous memory comes fresh and zeroed; a file’s pages are those that were there.',
      body: MmapRequest,
      example: { start: '0x7f0000200000', size: '2MiB', protection: 'read-write' },
      answer: SYSCALL,
      problems: [],
      command: mmap,
      show: syscallAnswer,
      seen: seenOutcome,
    }),
    { ...munmapRoute(services), operation: MUNMAP_IN_A_LIST },
    { ...mprotectRoute(services), operation: MPROTECT_IN_A_LIST },
  ];
}

const MUNMAP_IN_A_LIST = listKind<typeof MunmapOperation, Munmap>({
  op: 'munmap',
  body: MunmapOperation,
  command: munmapRange,
  ...SYSCALL_FORM,
});
const MPROTECT_IN_A_LIST = listKind<typeof MprotectOperation, Mprotect>({
  op: 'mprotect',
  body: MprotectOperation,
  command: mprotectRange,
  ...SYSCALL_FORM,
});

function munmapRoute(services: Services): Route {
  return vmRoute<typeof VmaParams, typeof MunmapQuery, never>(services, {
    method: 'DELETE',
    path: '/v1/vms/:vm/vmas/:start',
    operationId: 'munmap',
    tag: 'operations',
    summary: 'The VMM unmaps (munmap)',
    description: 'From `start` to the end of its VMA, or `size` bytes, holes included. An access there is a SIGSEGV from then on.',
    params: VmaParams,
    query: MunmapQuery,
    answer: SYSCALL,
    problems: VMA_PROBLEMS,
    handle(vm, { params, query, requestId }) {
      const command = munmap(vm, params.start, query.size);
      if (isRefusal(command)) return command;
      return answerOf(services, vm, command, SYSCALL_FORM, { body: undefined, query: {}, requestId });
    },
  });
}

function mprotectRoute(services: Services): Route {
  return vmRoute(services, {
    method: 'PATCH',
    path: '/v1/vms/:vm/vmas/:start',
    operationId: 'mprotect',
    tag: 'operations',
    summary: 'The VMM protects memory, or gives it back (mprotect)',
    description: 'A store into read-only memory is a SIGSEGV; 2M leaves over the ends of the range are split.',
    params: VmaParams,
    query: OperationQuery,
    body: MprotectRequest,
    example: { protection: 'read-only', size: '2MiB' },
    answer: SYSCALL,
    problems: [...VMA_PROBLEMS, 'expectation-failed'],
    handle(vm, call) {
      const command = mprotect(call.body, vm, call.params.start);
      return isRefusal(command) ? command : answerOf(services, vm, command, SYSCALL_FORM, call);
    },
  });
}

function pageRoutes(services: Services): readonly Route[] {
  return [
    operationRoute(services, {
      op: 'madvise',
      path: '/v1/vms/:vm/madvise',
      operationId: 'madvise',
      tag: 'operations',
      summary: 'The VMM advises the kernel on a range (madvise)',
      description:
        'HUGEPAGE and NOHUGEPAGE stay with the VMA; COLLAPSE makes 2M leaves at once; DONTNEED drops anonymous pages and unmaps a file; REMOVE punches a hole into a file.',
      body: MadviseRequest,
      example: { gpa: '0x200000', size: '2MiB', advice: 'DONTNEED' },
      answer: SYSCALL,
      problems: [],
      command: madvise,
      show: syscallAnswer,
      seen: seenOutcome,
    }),
    operationRoute(services, {
      op: 'khugepaged',
      path: '/v1/vms/:vm/khugepaged',
      operationId: 'scanHugePages',
      tag: 'operations',
      summary: 'One scan of khugepaged',
      description: 'Anonymous memory is copied into new 2M frames, unless it is pinned; a file’s huge page only loses its page table.',
      body: KhugepagedRequest,
      example: {},
      answer: { status: 200, description: 'What the scan found', schema: KhugepagedAnswer },
      problems: [],
      command: khugepaged,
      show: ({ collapsed, retracted, pinned, unsuitable, noMemory }: KhugepagedOutcome, { firstSeq, seq }) => ({
        outcome: 'completed',
        collapsed,
        retracted,
        pinned,
        unsuitable,
        noMemory,
        firstSeq,
        seq,
      }),
      seen: seenCompleted,
    }),
    operationRoute(services, {
      op: 'pin',
      path: '/v1/vms/:vm/pins',
      operationId: 'pinPages',
      tag: 'operations',
      summary: 'Guest pages are pinned or unpinned',
      description: 'All are pinned at first, as registered guest memory is. Pinning faults in what is not there.',
      body: PinRequest,
      example: { gpa: '0x200000', size: '2MiB', pinned: false },
      answer: SYSCALL,
      problems: [],
      command: pin,
      show: syscallAnswer,
      seen: seenOutcome,
    }),
    operationRoute(services, {
      op: 'leaf-state',
      path: '/v1/vms/:vm/leaf-states',
      operationId: 'changeLeafStates',
      tag: 'operations',
      summary: 'Pages are swapped out, migrate, get a NUMA hint, or come back',
      description: 'Pinned pages are neither swapped nor migrated. A page that comes back from either has another frame.',
      body: LeafStateRequest,
      example: { gpa: '0x200000', size: '2MiB', change: 'swap-out' },
      answer: { status: 200, description: 'How many pages', schema: LeafStateAnswer },
      problems: [],
      command: leafState,
      show: ({ pages, pinned, unsuitable }: LeafStateOutcome, { firstSeq, seq }) => ({
        outcome: 'completed',
        pages,
        pinned,
        unsuitable,
        firstSeq,
        seq,
      }),
      seen: seenCompleted,
    }),
  ];
}
