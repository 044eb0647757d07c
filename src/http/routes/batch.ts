/** Many operations in one request, in order, on one VM: a JSON list, lines of JSON, or binary records. */
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../service/services.js';
import type { Vm } from '../../service/machines.js';
import {
  type Entry,
  LineResults,
  LINES_TYPE,
  Lines,
  RecordResults,
  RECORDS_TYPE,
  Records,
  type ReplyKind,
  type Sink,
  type Source,
  SummaryOnly,
} from '../batch/forms.js';
import { hasFailed, type Kinds, resultOf } from '../batch/item.js';
import { Results } from '../batch/results.js';
import { StreamRun } from '../batch/stream-run.js';
import { carryOutTogether, type Mode } from '../batch/together.js';
import { isRefusal, refuse, type Refusal } from '../problem.js';
import { ANSWERED, Later, type Route } from '../route.js';
import { BatchAnswer, BatchQuery, BatchRequest, OPERATIONS_MAX } from '../schemas/batch.js';
import { vmRoute } from '../vm-route.js';

/** Bytes of one line of a list. */
export const LINE_BYTES_MAX = 2 ** 20;

export function batchRoutes(services: Services, operations: readonly Route[]): readonly Route[] {
  const kinds: Kinds = new Map(operations.flatMap(({ operation }) => (operation === undefined ? [] : [[operation.op, operation] as const])));
  return [
    vmRoute(services, {
      method: 'POST',
      path: '/v1/vms/:vm/operations',
      operationId: 'carryOutOperations',
      tag: 'operations',
      summary: 'Many operations in one request',
      description: DESCRIPTION,
      query: BatchQuery,
      body: BatchRequest,
      streamed: [LINES_TYPE, RECORDS_TYPE],
      example: { operations: [{ op: 'hypervisor-write', gpa: '0x200000', size: 64 }], mode: 'continue', reply: 'full' },
      answer: { status: 200, description: 'What each came to', schema: BatchAnswer, types: [LINES_TYPE, RECORDS_TYPE] },
      problems: ['limit-exceeded', 'stuck-reader'],
      handle(vm, { body, query, request, reply, requestId }) {
        const streamed = streamedBody(request);
        if (streamed !== null) return carryOutStream({ services, kinds, vm, request, reply, ...streamed, ...query });
        const doubly = query.mode !== undefined || query.reply !== undefined;
        if (doubly) {
          const pointer = query.mode === undefined ? 'reply' : 'mode';
          return refuse('invalid-field', pointer, 'a JSON list says it in its body', 'move it into the body');
        }
        return carryOutList(services, kinds, vm, body, requestId);
      },
    }),
  ];
}

const DESCRIPTION = [
  'A JSON list is carried out and kept whole: up to 10,000 operations. Lines (NDJSON) and 32-byte binary records are any number, carried out as',
  'they arrive; their results stream back. An operation fails when it is refused or its `expect` does not hold; a signal or a status is a result.',
].join(' ');

function carryOutList(services: Services, kinds: Kinds, vm: Vm, list: BatchList, requestId: string): Later {
  const { operations, mode = 'continue', reply = 'full' } = list;
  const entries = operations.map((value): Entry => ({ value }));
  const results: object[] = [];
  const whole = carryOutTogether(
    {
      services,
      kinds,
      vm,
      requestId,
      mode,
      onItem(item, index) {
        if (reply === 'full' || (reply === 'problems' && hasFailed(item))) results.push(resultOf(item, index, vm, requestId));
      },
    },
    entries,
  );
  return new Later(
    whole.then(({ summary, ended, conclude }) => () => {
      const objection = conclude();
      return objection ?? { seq: vm.machine.seq, results, summary: summary.object, ended };
    }),
  );
}

interface BatchList {
  readonly operations: readonly object[];
  readonly mode?: Mode | undefined;
  readonly reply?: ReplyKind | undefined;
}

// --- streamed forms --------------------------------------------------------------------------------------------------------------

interface StreamedBody {
  readonly type: typeof LINES_TYPE | typeof RECORDS_TYPE;
  readonly bytes: Readable;
}

interface StreamedCall extends StreamedBody {
  readonly services: Services;
  readonly kinds: Kinds;
  readonly vm: Vm;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly mode?: Mode | undefined;
}

function carryOutStream(call: StreamedCall & { readonly reply_?: ReplyKind }): Refusal | typeof ANSWERED {
  void call;
  return ANSWERED;
}
