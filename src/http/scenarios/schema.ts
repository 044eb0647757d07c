/**
 * What a scenario is: a VM, steps, and what each step should come to. The steps are the operations of the API by their names, so the schema is
 * made from the routes, and an operation that is added there can be used here.
 */
import { z } from 'zod';
import { PAGE_BYTES } from '../../core/index.js';
import { kindsOf, withoutExpect } from '../batch/kind.js';
import type { ObjectSchema, Route } from '../route.js';
import { AddressIn } from '../schemas/basics.js';
import { CreateRequest, Generation } from '../schemas/vm.js';

/** Steps of one scenario, those inside of repeats included. */
export const SCENARIO_STEPS_MAX = 256;
/** Operations of one run: steps as often as they are repeated. */
export const SCENARIO_OPERATIONS_MAX = 100_000;
export const SCENARIO_TEXT_CHARACTERS_MAX = 2000;

const LESSONS_MAX = 99;

const Text = z.string().min(1).max(SCENARIO_TEXT_CHARACTERS_MAX);

export const EXPECT_WORDS =
  'Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. ' +
  '`bytes` is what each byte read should be, `problem` the code of a refusal.';
const Expect = z.record(z.string(), z.unknown()).meta({ description: EXPECT_WORDS });

const Common = {
  text: Text.optional().meta({ description: 'Why, in a sentence.' }),
  expect: Expect.optional(),
  under: z
    .partialRecord(Generation, Expect)
    .optional()
    .meta({ description: 'What is expected under one generation, in place of `expect`.' }),
};

/** Steps that are gone through again and again. */
const REPEAT = 'repeat';

/** Looking at a page between two operations: `GET /v1/vms/{vm}/pages/{gpa}` as a step. */
export const READ_PAGE = 'read-page';
const ReadPage = z.strictObject({ op: z.literal(READ_PAGE), gpa: AddressIn, ...Common });

export interface SingleStep {
  readonly op: string;
  readonly text?: string | undefined;
  readonly expect?: Readonly<Record<string, unknown>> | undefined;
  readonly under?: Readonly<Partial<Record<string, Readonly<Record<string, unknown>>>>> | undefined;
  /** The fields of the operation. */
  readonly [field: string]: unknown;
}

export interface Repeat {
  readonly op: 'repeat';
  readonly times: number;
  readonly stride?: number | undefined;
  readonly text?: string | undefined;
  readonly steps: readonly SingleStep[];
}

export type Step = SingleStep | Repeat;

export interface Scenario {
  readonly title: string;
  readonly text?: string | undefined;
  readonly lesson?: number | undefined;
  readonly sources: readonly string[];
  readonly generations: readonly z.infer<typeof Generation>[];
  readonly vm?: Omit<z.infer<typeof CreateRequest>, 'generation' | 'name' | 'labels' | 'ttlSeconds'> | undefined;
  readonly steps: readonly Step[];
}

export function scenarioSchema(routes: readonly Route[]): z.ZodType<Scenario> {
  const singles = singleSteps(routes);
  const single = stepOf(singles);
  const repeat = z.strictObject({
    op: z.literal(REPEAT),
    times: z.int().min(1).max(SCENARIO_OPERATIONS_MAX),
    stride: z
      .int()
      .min(0)
      .max(2 ** 40)
      .multipleOf(PAGE_BYTES)
      .optional()
      .meta({ description: 'Bytes by which every gpa, hva and pfn of the steps moves on each time; 0 where it is left out.' }),
    text: Text.optional(),
    steps: z.array(single).min(1).max(SCENARIO_STEPS_MAX),
  });
  return z
    .strictObject({
      title: Text,
      text: Text.optional(),
      lesson: z.int().min(1).max(LESSONS_MAX).optional().meta({ description: 'Its number in the course, where it is a lesson of it.' }),
      sources: z.array(Text).max(32).meta({ description: 'Where the story is from, and what its expectations rest on.' }),
      generations: z.array(Generation).min(1).meta({
        description: 'Versions of the host kernel for which the expectations hold; a run has the first where nothing else is said.',
      }),
      vm: CreateRequest.omit({ generation: true, name: true, labels: true, ttlSeconds: true }).optional(),
      steps: z
        .array(stepOf([...singles, repeat]))
        .min(1)
        .max(SCENARIO_STEPS_MAX)
        .meta({ description: `At most ${SCENARIO_STEPS_MAX}, and ${SCENARIO_OPERATIONS_MAX} operations with all repeats.` }),
    })
    .meta({ description: 'A story with its expected results.' }) as unknown as z.ZodType<Scenario>;
}

function singleSteps(routes: readonly Route[]): readonly ObjectSchema[] {
  // What an expectation of the API says, `expect` of a step says too.
  return [...kindsOf(routes).map(({ op, body }) => z.strictObject({ op: z.literal(op), ...withoutExpect(body), ...Common })), ReadPage];
}

/** Told apart by `op`, so that a refusal speaks of the operation that was meant. */
function stepOf(options: readonly ObjectSchema[]): z.ZodType<Step> {
  const names = options.map(({ shape }) => JSON.stringify((shape['op'] as z.ZodLiteral<string>).value));
  const error = `one of ${names.join(', ')}`;
  return z.discriminatedUnion('op', options as unknown as [typeof ReadPage], { error }) as unknown as z.ZodType<Step>;
}

export const isRepeat = (step: Step): step is Repeat => step.op === REPEAT;
