/** The operations: what guest, VMM and kernel do to memory. */
import type { InstructionOutcome, PageStateChange } from '../../core/index.js';
import type { Services } from '../../service/services.js';
import { faultObject, nestedFaultObject } from '../../service/wire.js';
import { hypervisorRead, hypervisorWrite, pageStateChange, psmash, pvalidate, rmpupdate } from '../commands.js';
import type { Numbers } from '../batch/kind.js';
import { operationRoute } from '../operation-route.js';
import type { Route } from '../route.js';
import { ReadAnswer, ReadRequest, WriteAnswer, WriteRequest } from '../schemas/host-access.js';
import {
  InstructionAnswer,
  PageStateAnswer,
  PageStateRequest,
  PsmashRequest,
  PvalidateAnswer,
  PvalidateRequest,
  RmpupdateRequest,
} from '../schemas/instruction.js';

/** SW_EXITINFO2 of a request that the host refused: the generic error, 0x100 in the upper half. */
const PSC_GENERIC_ERROR = '0x10000000000';

export function operationRoutes(services: Services): readonly Route[] {
  return [
    operationRoute(services, {
      op: 'hypervisor-write',
      path: '/v1/vms/:vm/hypervisor-writes',
      operationId: 'writeAsHypervisor',
      tag: 'operations',
      summary: 'The VMM or the kernel stores to memory',
      description:
        'A fault is a result, not an error: the answer is 200 and says what the page-fault handler of the generation decided and what came of it.',
      body: WriteRequest,
      example: { gpa: '0x200000', size: 64, via: 'user' },
      pace: 'hot',
      answer: { status: 200, description: 'What the store came to', schema: WriteAnswer },
      problems: ['content-limit', 'content-total-limit'],
      command: hypervisorWrite,
      show: ({ outcome, bytesWritten, faults, dmesg }, { firstSeq, seq }) => ({
        outcome,
        bytesWritten,
        firstSeq,
        seq,
        faults: faults.map(faultObject),
        dmesg,
      }),
      seen: ({ outcome, faults }) => ({ outcome, decisions: faults.flatMap(({ decision }) => decision ?? []) }),
    }),
    operationRoute(services, {
      op: 'hypervisor-read',
      path: '/v1/vms/:vm/hypervisor-reads',
      operationId: 'readAsHypervisor',
      tag: 'operations',
      summary: 'The VMM or the kernel loads from memory',
      description: 'Never an RMP fault. The bytes are those in DRAM: what a guest stored through a private mapping is ciphertext.',
      body: ReadRequest,
      example: { gpa: '0x200000', size: 64 },
      pace: 'hot',
      effect: 'none',
      answer: { status: 200, description: 'The bytes', schema: ReadAnswer },
      problems: [],
      command: hypervisorRead,
      show: ({ outcome, bytesRead, data, faults }, { firstSeq, seq }) => ({
        outcome,
        bytesRead,
        data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
        firstSeq,
        seq,
        faults: faults.map(faultObject),
      }),
      seen: ({ outcome, faults }) => ({ outcome, decisions: faults.flatMap(({ decision }) => decision ?? []) }),
    }),
    operationRoute<typeof PageStateRequest, PageStateChange>(services, {
      op: 'page-state-change',
      path: '/v1/vms/:vm/page-state-changes',
      operationId: 'changePageState',
      tag: 'operations',
      summary: 'The guest asks for pages to become private or shared',
      description: 'Entries are carried out in order; those after a failed one are NOT_ATTEMPTED, and what was done stays.',
      body: PageStateRequest,
      example: { entries: [{ gpa: '0x200000', pages: 1, pageSize: '2M', operation: 'private' }], validate: true },
      pace: 'hot',
      answer: { status: 200, description: 'The result of each entry', schema: PageStateAnswer },
      problems: [],
      command: pageStateChange,
      show: ({ status, code, results, requestFailed, dmesg }, { firstSeq, seq, events }) => ({
        firstSeq,
        seq,
        status,
        code,
        results,
        swExitInfo2: requestFailed ? PSC_GENERIC_ERROR : '0x0',
        events,
        dmesg,
      }),
      seen: ({ status }) => ({ status }),
    }),
    operationRoute(services, {
      op: 'pvalidate',
      path: '/v1/vms/:vm/pvalidate',
      operationId: 'pvalidate',
      tag: 'operations',
      summary: 'The guest executes PVALIDATE',
      description: 'Nested faults that the host answers on the way are listed; `nested-fault` is the outcome where it cannot.',
      body: PvalidateRequest,
      example: { gpa: '0x200000', pageSize: '4K', validate: true },
      answer: { status: 200, description: 'Return code and carry flag', schema: PvalidateAnswer },
      problems: [],
      command: pvalidate,
      show: ({ outcome, status, code, carry, fallbackPages, faults, dmesg }, { firstSeq, seq }) => ({
        outcome,
        status,
        code,
        carry,
        fallbackPages,
        faults: faults.map(nestedFaultObject),
        dmesg,
        firstSeq,
        seq,
      }),
      seen: ({ outcome, status, carry }) => ({ outcome, status, carry }),
    }),
    operationRoute(services, {
      op: 'rmpupdate',
      path: '/v1/vms/:vm/rmpupdate',
      operationId: 'rmpupdate',
      tag: 'operations',
      summary: 'The host executes RMPUPDATE',
      description:
        "The bare instruction: no retry, and no rule of the generation but the direct map's repair before it. What is wrong with its operands is its return code.",
      body: RmpupdateRequest,
      example: { pfn: '0x100200', assigned: true, gpa: '0x200000', asid: 1, pageSize: '2M' },
      answer: { status: 200, description: 'Return code', schema: InstructionAnswer },
      problems: [],
      command: rmpupdate,
      show: instructionAnswer,
      seen: ({ status }) => ({ status }),
    }),
    operationRoute(services, {
      op: 'psmash',
      path: '/v1/vms/:vm/psmash',
      operationId: 'psmash',
      tag: 'operations',
      summary: 'The host executes PSMASH',
      body: PsmashRequest,
      example: { pfn: '0x100200' },
      answer: { status: 200, description: 'Return code', schema: InstructionAnswer },
      problems: [],
      command: psmash,
      show: instructionAnswer,
      seen: ({ status }) => ({ status }),
    }),
  ];
}

const instructionAnswer = ({ status, code }: InstructionOutcome, { firstSeq, seq }: Numbers) => ({ status, code, firstSeq, seq });
