/** Many operations in one request, in order, on one VM: a JSON list, lines of JSON, or binary records. */
import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
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
import { hasFailed, resultOf } from '../batch/item.js';
import { type Kinds, kindsByOp } from '../batch/kind.js';
import { Results } from '../batch/results.js';
import { StreamRun } from '../batch/stream-run.js';
import { carryOutTogether, type Mode } from '../batch/together.js';
import { refuse, type Refusal } from '../problem.js';
import { ANSWERED, Later, type Route, type StreamedBody } from '../route.js';
import { isStreamed } from '../route-handler.js';
import { BatchAnswer, BatchQuery, BatchRequest, OPERATIONS_MAX } from '../schemas/batch.js';
import { vmRoute } from '../vm-route.js';

/** Bytes of one line of a list. */
export const LINE_BYTES_MAX = 2 ** 20;

export function batchRoutes(services: Services, operations: readonly Route[]): readonly Route[] {
  const kinds = kindsByOp(operations);
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
      handle(vm, { body, query, reply, requestId }) {
        const call = { services, kinds, vm, requestId };
        if (isStreamed(body)) return carryOutStreamed(call, body, reply, query);
        if (query.mode === undefined && query.reply === undefined) return carryOutList(call, body);
        const pointer = query.mode === undefined ? 'reply' : 'mode';
        return refuse('invalid-field', pointer, 'a JSON list says it in its body', 'move it into the body');
      },
    }),
  ];
}

const DESCRIPTION = [
  'A JSON list is carried out and kept whole: up to 10,000 operations. Lines (NDJSON) and 32-byte binary records are any number, carried out as',
  'they arrive; their results stream back. An operation fails when it is refused or its `expect` does not hold; a signal or a status is a result.',
].join(' ');

interface Call {
  readonly services: Services;
  readonly kinds: Kinds;
  readonly vm: Vm;
  readonly requestId: string;
}

interface How {
  readonly mode?: Mode | undefined;
  readonly reply?: ReplyKind | undefined;
}

function carryOutList(call: Call, list: How & { readonly operations: readonly object[] }): Later {
  const { vm, requestId } = call;
  const { operations, mode = 'continue', reply = 'full' } = list;
  const results: object[] = [];
  const whole = carryOutTogether(
    {
      ...call,
      mode,
      onItem(item, index) {
        if (reply === 'full' || (reply === 'problems' && hasFailed(item))) results.push(resultOf(item, index, vm, requestId));
      },
    },
    operations.map((value): Entry => ({ value })),
  );
  return new Later(
    whole.then(
      ({ summary, ended, conclude }) =>
        () =>
          conclude() ?? { seq: vm.machine.seq, results, summary: summary.object, ended },
    ),
  );
}

// --- streamed forms --------------------------------------------------------------------------------------------------------------

function carryOutStreamed(call: Call, body: StreamedBody, reply: FastifyReply, how: How): Refusal | typeof ANSWERED {
  const { mode = 'continue', reply: kind = 'full' } = how;
  const isRecords = body.type === RECORDS_TYPE;
  if (isRecords && kind === 'problems') {
    return refuse('invalid-field', 'reply', 'records have no words for problems', 'ask for reply=full or reply=summary');
  }
  const source: Source = isRecords ? new Records() : new Lines(LINE_BYTES_MAX);
  const sink = sinkOf(call, isRecords, kind);
  const results = new Results(call.services.clock);
  reply.header('content-type', kind === 'summary' ? JSON_TYPE : body.type).send(results);
  const parts = { ...call, body: body.stream, source, sink, results };
  const run = mode === 'atomic' ? carryOutWhole(parts) : new StreamRun({ ...parts, mode }).run();
  // The client has gone, or something is wrong that nobody expected: either way the answer breaks off.
  run.catch((error: Error) => results.destroy(error));
  return ANSWERED;
}

function sinkOf({ vm, requestId }: Call, isRecords: boolean, kind: ReplyKind): Sink {
  if (kind === 'summary') return new SummaryOnly(vm, requestId);
  return isRecords ? new RecordResults() : new LineResults(vm, requestId, kind);
}

const JSON_TYPE = 'application/json; charset=utf-8';

interface WholeStream extends Call {
  readonly body: Readable;
  readonly source: Source;
  readonly sink: Sink;
  readonly results: Results;
}

/** A streamed list that is done whole or not at all is collected first, to the limit of a JSON list. */
async function carryOutWhole({ body, source, sink, results, ...call }: WholeStream): Promise<void> {
  const entries = await collected(body, source);
  const bad = entries.findIndex((entry) => 'bad' in entry);
  const whole = await carryOutTogether({ ...call, mode: 'atomic', onItem: (item, index) => sink.item(item, index) }, entries);
  const objection = whole.conclude();
  await (call.services.journal.settled() ?? undefined);
  if (objection !== null) {
    results.destroy(new Error(objection.code));
    return;
  }
  results.give(sink.take());
  results.give(sink.last(whole.summary.object, bad < 0 ? whole.ended : 'bad-input'));
  results.finish();
}

async function collected(body: Readable, source: Source): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const bytes of body.iterator({ destroyOnReturn: false })) {
    source.feed(bytes as Buffer);
    for (let entry = source.next(); entry !== null; entry = source.next()) {
      if (entries.length === OPERATIONS_MAX) return [...entries, { bad: TOO_MANY }];
      entries.push(entry);
      if ('bad' in entry) return entries;
    }
  }
  const rest = source.end();
  return rest === null ? entries : [...entries, rest];
}

const TOO_MANY = refuse(
  'limit-exceeded',
  '',
  `a list that is done whole or not at all has at most ${OPERATIONS_MAX} operations`,
  'send it in several requests, or in another mode',
);
