/** One VM and one list of operations under several generations, side by side. */
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { type Command, GENERATION_NAMES, type GenerationName } from '../../core/index.js';
import {
  Comparison,
  COMPARISON_CONTENT_BYTES_MAX,
  COMPARISON_TABLE_BYTES_MAX,
  COMPARISONS_RUNNING_MAX,
  type ComparedOperation,
} from '../../service/comparison.js';
import { preferred } from '../accept.js';
import { type Kinds, kindsByOp } from '../batch/kind.js';
import { comparedObject, firstDifferenceObject, tableText } from '../comparison-forms.js';
import { creationOf, inCallersWords } from '../create-vm.js';
import { isRefusal, problemDocument, refuse, type Refusal } from '../problem.js';
import { ANSWERED, type Call, defineRoute, type Route } from '../route.js';
import { ComparisonAnswer, type ComparedOperationBody, comparisonRequest } from '../schemas/comparison.js';

const JSON_TYPE = 'application/json';
const NDJSON_TYPE = 'application/x-ndjson';
const TEXT_TYPE = 'text/plain';
const TYPES = [JSON_TYPE, NDJSON_TYPE, TEXT_TYPE] as const;

type Body = z.infer<ReturnType<typeof comparisonRequest>>;
type Asked = Call<unknown, unknown, Body>;

/** `operations`: the routes whose operations can be compared. */
export function comparisonRoutes(operations: readonly Route[]): readonly Route[] {
  const kinds = kindsByOp(operations);
  let running = 0;
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/comparisons',
      operationId: 'compareGenerations',
      tag: 'generations',
      summary: 'One VM and one list of operations under several generations, side by side',
      description:
        'Each generation has a machine of its own, which nobody else sees and which is gone afterwards. `application/x-ndjson` sends each operation as it is made, and the summary last; `text/plain` is a table.',
      body: comparisonRequest([...kinds.values()]),
      example: {
        vm: { onSigbus: 'report', memory: { size: '4MiB', backing: 'shmem-thp' } },
        generations: ['rfc-v1', 'v7', 'upstream'],
        operations: [
          { op: 'page-state-change', entries: [{ gpa: '0x208000', operation: 'private' }] },
          { op: 'hypervisor-write', gpa: '0x207000', size: 64 },
        ],
      },
      effect: 'none',
      answer: { status: 200, description: 'What each operation came to', schema: ComparisonAnswer, types: [NDJSON_TYPE, TEXT_TYPE] },
      problems: [
        'address-out-of-range',
        'limit-exceeded',
        'backing-refused',
        'not-acceptable',
        'content-limit',
        'touched-limit',
        'too-many-comparisons',
      ],
      async handle(call) {
        const asked = readAsked(kinds, call);
        if (isRefusal(asked)) return asked;
        if (running >= COMPARISONS_RUNNING_MAX) {
          return refuse(
            'too-many-comparisons',
            '',
            `${COMPARISONS_RUNNING_MAX} comparisons run already`,
            'send it again when one has ended',
          );
        }
        running += 1;
        try {
          return await answer(call, asked);
        } finally {
          running -= 1;
        }
      },
    }),
  ];
}

interface Read {
  readonly type: (typeof TYPES)[number];
  readonly generations: readonly GenerationName[];
  readonly comparison: Comparison;
  readonly commands: readonly Command[];
}

function readAsked(kinds: Kinds, { body, request }: Asked): Read | Refusal {
  const type = preferred(request.headers.accept, TYPES);
  if (type === null) return refuse('not-acceptable', 'Accept', 'a comparison comes in none of these formats', `accept ${TYPES.join(', ')}`);
  const generations = [...new Set(body.generations ?? GENERATION_NAMES)];
  const creation = creationOf(body.vm);
  if (isRefusal(creation)) return below('/vm', creation);
  const commands: Command[] = [];
  for (const [i, operation] of body.operations.entries()) {
    const command = commandOf(kinds, operation);
    if (isRefusal(command)) return below(`/operations/${i}`, command);
    commands.push(command);
  }
  const comparison = new Comparison(creation.config, generations);
  const refused = comparison.refusedByAll();
  if (refused !== null) return below('/vm', inCallersWords(refused, body.vm));
  return { type, generations, comparison, commands };
}

const below = (pointer: string, refusal: Refusal): Refusal => ({ ...refusal, pointer: `${pointer}${refusal.pointer}` });

function commandOf(kinds: Kinds, { op, ...body }: ComparedOperationBody): Command | Refusal {
  if (op === 'reset') return { op };
  const kind = kinds.get(op);
  if (kind === undefined) throw new Error(`invariant broken: the schema knows the operation ${op}`);
  return kind.command(body);
}

async function answer(
  { reply, requestId }: Asked,
  { type, generations, comparison, commands }: Read,
): Promise<object | Refusal | typeof ANSWERED> {
  if (type === NDJSON_TYPE) {
    // Sent as it is made: a reader that is slow stops the making, one that leaves ends it.
    const lines = Readable.from(linesOf(comparison, commands, requestId));
    const sent = new Promise<void>((resolve) => lines.once('close', resolve));
    reply.type(NDJSON_TYPE).send(lines);
    await sent;
    return ANSWERED;
  }
  const operations: ComparedOperation[] = [];
  for await (const operation of comparison.run(commands)) {
    if (reply.raw.destroyed) break;
    operations.push(operation);
  }
  const excess = excessOf(comparison);
  if (excess !== null) return excess;
  if (type === TEXT_TYPE) {
    reply.type(`${TEXT_TYPE}; charset=utf-8`).send(tableText(generations, operations, comparison));
    return ANSWERED;
  }
  return { generations, ...endOf(comparison), operations: operations.map(comparedObject) };
}

function excessOf({ excess }: Comparison): Refusal | null {
  if (excess === null) return null;
  if (excess === 'tables') {
    const detail = `the tables of the comparison's machines would take more than ${COMPARISON_TABLE_BYTES_MAX} bytes together`;
    return refuse('touched-limit', '/operations', detail, 'touch less memory page by page, or name fewer generations');
  }
  return refuse(
    'content-limit',
    '/operations',
    `the machines of the comparison would keep more than ${COMPARISON_CONTENT_BYTES_MAX} bytes of contents together`,
    'write with size alone where the bytes do not matter, or name fewer generations',
  );
}

const endOf = (comparison: Comparison) => ({ firstDifference: firstDifferenceObject(comparison), summary: comparison.summary() });

async function* linesOf(comparison: Comparison, commands: readonly Command[], requestId: string): AsyncGenerator<string> {
  for await (const operation of comparison.run(commands)) yield `${JSON.stringify(comparedObject(operation))}\n`;
  const excess = excessOf(comparison);
  yield `${JSON.stringify(excess === null ? endOf(comparison) : { problem: problemDocument(excess, requestId) })}\n`;
}
