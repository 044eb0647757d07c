/** What the guest does to its memory, and what the hypervisor does behind its back. */
import { addressText, type GhcbOutcome, type GuestTranslation, hexText, levelName, type VcpuOutcome } from '../../core/index.js';
import type { Services } from '../../service/services.js';
import { nestedFaultObject, permissionNames } from '../../service/wire.js';
import { ghcbRequest, guestAccess, nestedMap, rmpadjust, rmpquery, rmpread, vcpuEnter, vcpuExit } from '../guest-commands.js';
import type { Numbers } from '../batch/kind.js';
import { operationRoute } from '../operation-route.js';
import type { Route } from '../route.js';
import {
  GhcbAnswer,
  GhcbRequestBody,
  GuestAccessAnswer,
  GuestAccessRequest,
  NestedMapAnswer,
  NestedMapRequest,
  RmpadjustAnswer,
  RmpadjustRequest,
  RmpqueryAnswer,
  RmpqueryRequest,
  RmpreadAnswer,
  RmpreadRequest,
  VcpuAnswer,
  VcpuEnterRequest,
  VcpuExitRequest,
  VcpuParams,
} from '../schemas/guest.js';

const ANSWER = (description: string) => ({ status: 200, description }) as const;

export function guestRoutes(services: Services): readonly Route[] {
  return [
    operationRoute(services, {
      op: 'guest-access',
      path: '/v1/vms/:vm/guest-accesses',
      operationId: 'accessAsGuest',
      tag: 'operations',
      summary: 'The guest loads, stores or fetches',
      description:
        'Through its own mapping and the nested page table, against the RMP. What the host does about a nested fault follows from the generation; the guest tries again until the access completes or provably cannot.',
      body: GuestAccessRequest,
      example: { gpa: '0x200000', size: 64, access: 'write' },
      pace: 'hot',
      answer: { ...ANSWER('What the access came to'), schema: GuestAccessAnswer },
      problems: ['guest-not-running', 'content-limit'],
      command: guestAccess,
      show: ({ outcome, bytesDone, data, exception, translation, faults, dmesg }, { firstSeq, seq }) => ({
        outcome,
        bytesDone,
        data: data === undefined ? undefined : base64(data),
        exception:
          exception === null
            ? null
            : { vector: exception.vector, errorCode: hexText(exception.errorCode), gpa: addressText(exception.gfn, 0) },
        translation: translation === null ? null : translationObject(translation),
        faults: faults.map(nestedFaultObject),
        dmesg,
        firstSeq,
        seq,
      }),
      seen: ({ outcome }) => ({ outcome }),
    }),
    operationRoute(services, {
      op: 'rmpadjust',
      path: '/v1/vms/:vm/rmpadjust',
      operationId: 'rmpadjust',
      tag: 'operations',
      summary: 'The guest executes RMPADJUST',
      body: RmpadjustRequest,
      example: { gpa: '0x200000', pageSize: '4K', targetVmpl: 1, permissions: ['read', 'write'] },
      answer: { ...ANSWER('Return code'), schema: RmpadjustAnswer },
      problems: ['guest-not-running'],
      command: rmpadjust,
      show: ({ outcome, status, code, faults, dmesg }, { firstSeq, seq }) => ({
        outcome,
        status,
        code,
        faults: faults.map(nestedFaultObject),
        dmesg,
        firstSeq,
        seq,
      }),
      seen: ({ outcome, status }) => ({ outcome, status }),
    }),
    operationRoute(services, {
      op: 'rmpquery',
      path: '/v1/vms/:vm/rmpquery',
      operationId: 'rmpquery',
      tag: 'operations',
      summary: 'The guest executes RMPQUERY',
      body: RmpqueryRequest,
      example: { gpa: '0x200000', pageSize: '4K', targetVmpl: 1 },
      answer: { ...ANSWER('Return code, and the permissions'), schema: RmpqueryAnswer },
      problems: ['guest-not-running'],
      command: rmpquery,
      show: ({ outcome, status, code, answer, faults, dmesg }, { firstSeq, seq }) => ({
        outcome,
        status,
        code,
        permissions: answer === null ? null : permissionNames(answer.mask),
        pageSize: answer === null ? null : levelName(answer.pageSize),
        vmsa: answer?.vmsa ?? null,
        faults: faults.map(nestedFaultObject),
        dmesg,
        firstSeq,
        seq,
      }),
      seen: ({ outcome, status }) => ({ outcome, status }),
    }),
    operationRoute(services, {
      op: 'rmpread',
      path: '/v1/vms/:vm/rmpread',
      operationId: 'rmpread',
      tag: 'operations',
      summary: 'The host executes RMPREAD',
      body: RmpreadRequest,
      example: { pfn: '0x100200' },
      effect: 'none',
      answer: { ...ANSWER('Return code, and the entry'), schema: RmpreadAnswer },
      problems: [],
      command: rmpread,
      show: ({ status, code, entry }, { firstSeq, seq }) => ({
        status,
        code,
        entry:
          entry === null
            ? null
            : {
                pfn: hexText(entry.pfn),
                gpa: addressText(entry.gfn, 0),
                assigned: entry.assigned,
                pageSize: levelName(entry.pageSize),
                regionAssigned: entry.regionAssigned,
                immutable: entry.immutable,
                asid: entry.asid,
              },
        firstSeq,
        seq,
      }),
      seen: ({ status }) => ({ status }),
    }),
    operationRoute(services, {
      op: 'ghcb-request',
      path: '/v1/vms/:vm/ghcb-requests',
      operationId: 'requestByGhcb',
      tag: 'operations',
      summary: 'The guest asks for page states in the bytes of its GHCB',
      description:
        'NAE form (exit code 0x80000010) or MSR form (0x014). The bytes are never refused: what is malformed is answered as a host answers it.',
      body: GhcbRequestBody,
      example: { form: 'msr', value: '0x20000000001014' },
      answer: { ...ANSWER('What the host wrote back'), schema: GhcbAnswer },
      problems: ['guest-not-running'],
      command: ghcbRequest,
      show: (outcome, { firstSeq, seq, events }) => ({ ...writtenBack(outcome), dmesg: outcome.dmesg, firstSeq, seq, events }),
      seen: (outcome) => writtenBack(outcome),
    }),
    operationRoute(services, {
      op: 'nested-map',
      path: '/v1/vms/:vm/nested-maps',
      operationId: 'mapNested',
      tag: 'operations',
      summary: 'The hypervisor maps a guest page to another frame',
      description: 'What a remap attack begins with. PVALIDATE, RMPADJUST and guest accesses go to the frame; the VMM’s own mapping stays.',
      body: NestedMapRequest,
      example: { gpa: '0x200000', pfn: '0x100300' },
      answer: { ...ANSWER('Where the page is mapped now'), schema: NestedMapAnswer },
      problems: [],
      command: nestedMap,
      show: ({ pfn }, { firstSeq, seq }) => ({ pfn: hexText(pfn), firstSeq, seq }),
      seen: () => ({}),
    }),
    operationRoute(services, {
      op: 'vcpu-enter',
      path: '/v1/vms/:vm/vcpus/:n/enter',
      operationId: 'enterVcpu',
      tag: 'operations',
      summary: 'VMRUN: the VMSA and the VMCB of a vCPU are in use from now on',
      params: VcpuParams,
      body: VcpuEnterRequest,
      example: { vmsa: '0x7000' },
      answer: { ...ANSWER('Whether it runs'), schema: VcpuAnswer },
      problems: ['guest-not-running', 'vcpu-state'],
      command: (body, params) => vcpuEnter(body, params?.['n']),
      show: vcpuAnswer,
      seen: ({ outcome }) => ({ outcome }),
    }),
    operationRoute(services, {
      op: 'vcpu-exit',
      path: '/v1/vms/:vm/vcpus/:n/exit',
      operationId: 'exitVcpu',
      tag: 'operations',
      summary: '#VMEXIT: they are not in use any more',
      params: VcpuParams,
      body: VcpuExitRequest,
      example: {},
      answer: { ...ANSWER('It has left'), schema: VcpuAnswer },
      problems: ['vcpu-state'],
      command: (body, params) => vcpuExit(body, params?.['n']),
      show: vcpuAnswer,
      seen: ({ outcome }) => ({ outcome }),
    }),
  ];
}

const translationObject = ({ gfn, pfn, nestedLevel, tlbLevel }: GuestTranslation) => ({
  gpa: addressText(gfn, 0),
  pfn: hexText(pfn),
  nestedLevel: levelName(nestedLevel),
  tlbLevel: levelName(tlbLevel),
});

const vcpuAnswer = ({ outcome, reason }: VcpuOutcome, { firstSeq, seq }: Numbers) => ({ outcome, reason, firstSeq, seq });

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function writtenBack(outcome: GhcbOutcome) {
  if (outcome.form === 'msr') return { value: quadword(outcome.high, outcome.low) };
  const [high, low] = outcome.exitInfo2;
  return { swExitInfo1: hexText(outcome.exitInfo1), swExitInfo2: quadword(high, low), buffer: base64(outcome.content) };
}

function quadword(high: number, low: number): string {
  return `0x${((BigInt(high) << 32n) | BigInt(low)).toString(16)}`;
}
