/** One VM and one list of operations under several generations. */
import { z } from 'zod';
import { GENERATION_NAMES } from '../../core/index.js';
import { COMPARISON_OPERATIONS_MAX } from '../../service/comparison.js';
import { type OperationKind, withoutExpect } from '../batch/kind.js';
import { Count, Hex } from './basics.js';
import { RuleName, RuleValue } from './service.js';
import { CreateRequest, Generation } from './vm.js';

const RESET = 'reset';

export interface ComparedOperationBody {
  readonly op: OperationKind['op'];
  readonly [field: string]: unknown;
}

/** Every operation that a list may have, without what it expects, and `reset`. */
function comparedOperation(kinds: readonly OperationKind[]): z.ZodType<ComparedOperationBody> {
  const options = [
    ...kinds.map(({ op, body }) => z.strictObject({ op: z.literal(op), ...withoutExpect(body) })),
    z.strictObject({ op: z.literal(RESET) }),
  ] as const;
  const error = `one of ${options.map(({ shape }) => JSON.stringify((shape['op'] as z.ZodLiteral<string>).value)).join(', ')}`;
  return z.discriminatedUnion('op', options as unknown as [z.ZodObject<{ op: z.ZodLiteral }>], { error }).meta({
    id: 'ComparedOperationRequest',
    description: 'What a list of operations may have, with its name as `op` and without `expect`; or `reset`.',
  }) as unknown as z.ZodType<ComparedOperationBody>;
}

export function comparisonRequest(kinds: readonly OperationKind[]) {
  return z
    .strictObject({
      vm: CreateRequest.omit({ name: true, labels: true, ttlSeconds: true, generation: true }).meta({
        description: 'What POST /v1/vms takes, without name, labels, ttlSeconds and generation.',
      }),
      generations: z
        .array(Generation)
        .min(1)
        .max(GENERATION_NAMES.length)
        .optional()
        .meta({ description: 'All of them where it is left out.' }),
      operations: z.array(comparedOperation(kinds)).max(COMPARISON_OPERATIONS_MAX),
    })
    .meta({ id: 'ComparisonRequest' });
}

const Came = z.strictObject({
  outcome: z.string().meta({ description: 'Outcome of an access, status of an instruction or request, or the code of a refusal.' }),
  decisions: z.array(z.string()),
  actions: z.array(z.string()).meta({ description: 'Of each fault, or of the nested faults on the way; the same in a row as `3×psmash`.' }),
  signal: z.string().nullable(),
  faultFlags: z.array(Hex),
  dmesg: z.array(z.string()),
});

const Compared = z
  .strictObject({
    index: z.int().nullable().meta({ description: 'Number of the operation from 0; null: the creation of the VM.' }),
    op: z.string(),
    same: z.boolean(),
    by: z.partialRecord(Generation, Came),
  })
  .meta({ id: 'ComparedOperation', description: 'One operation, side by side.' });

const Difference = z
  .strictObject({
    index: z.int().nullable(),
    op: z.string(),
    by: z.array(
      z.strictObject({
        generations: z.array(Generation).meta({ description: 'Those that did the same.' }),
        ...Came.shape,
        rules: z.array(
          z.strictObject({
            generation: Generation,
            rule: RuleName,
            subject: z.string(),
            value: RuleValue,
            source: z.string(),
            derived: z.boolean(),
          }),
        ),
      }),
    ),
  })
  .meta({
    id: 'FirstDifference',
    description: 'Where the generations part: what each group did, and the rule of each generation that made it.',
  });

const Summary = z
  .strictObject({
    generation: Generation,
    state: z.enum(['running', 'killed', 'refused']),
    outcomes: z.record(z.string(), Count).meta({ description: 'How many operations came to what.' }),
    firstDifference: z
      .partialRecord(Generation, z.int().nullable())
      .meta({ description: 'Against each other generation the first operation that differs; null: none; -1: the creation.' }),
  })
  .meta({ id: 'ComparedGeneration' });

export const ComparisonAnswer = z
  .strictObject({
    generations: z.array(Generation),
    firstDifference: Difference.nullable().meta({ description: 'null: all generations do the same.' }),
    summary: z.array(Summary),
    operations: z.array(Compared).meta({ description: 'The creation first.' }),
  })
  .meta({ id: 'Comparison' });
