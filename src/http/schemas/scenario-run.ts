/** Listing scenarios and running them. What a scenario itself is: `scenarios/schema.ts`. */
import { z } from 'zod';
import { Count, LimitParam } from './basics.js';
import { Generation } from './vm.js';

export const ScenarioParams = z.strictObject({
  name: z.string().meta({ description: 'Name of a scenario of the library.', example: 'mail-story' }),
});

export const ScenarioListQuery = z.strictObject({
  limit: LimitParam,
  cursor: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, { error: 'the `next` of an earlier page' })
    .optional(),
});

export const ScenarioList = z.strictObject({
  scenarios: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      lesson: Count.nullable().meta({ description: 'Its number in the course; null: it is no lesson.' }),
      sources: z.array(z.string()),
      generations: z.array(Generation).meta({ description: 'For which the expectations hold; the first is the default of a run.' }),
      steps: Count,
      operations: Count.meta({ description: 'Steps as often as they are repeated.' }),
    }),
  ),
  next: z.string().nullable().meta({ description: 'The cursor of the next page; null at the end.' }),
});

export const ScenarioView = z.strictObject({
  name: z.string(),
  scenario: z.unknown().meta({ description: 'As /schemas/scenario.json describes it; it can be sent to POST /v1/scenario-runs.' }),
});

export const RunQuery = z.strictObject({
  generation: Generation.optional().meta({
    description: 'The version of the host kernel; the first of the scenario where it is left out.',
  }),
});

export const RunAnswer = z
  .strictObject({
    title: z.string(),
    generation: Generation,
    foretold: z.boolean().meta({ description: 'The scenario says what to expect under this generation.' }),
    held: z.boolean().meta({ description: 'Every step was run, and no expectation failed.' }),
    ended: z.enum(['finished', 'time-limit', 'client-gone']),
    operations: Count,
    durationMs: Count,
    digest: z.string().meta({ description: 'Of the machine at the end.' }),
    steps: z.array(
      z.strictObject({
        step: z.string().meta({ description: 'Number of the step from 1; inside of a repeat like 4.1.' }),
        op: z.string(),
        text: z.string().nullable(),
        times: Count.meta({ description: 'How often it was carried out.' }),
        held: z.boolean().nullable().meta({ description: 'null: nothing was expected.' }),
        failures: Count,
        differences: z
          .array(z.strictObject({ field: z.string(), expected: z.unknown(), actual: z.unknown() }))
          .meta({ description: 'Of the first time that it failed, at most 16.' }),
        answer: z.unknown().meta({ description: 'The first that failed, or else the last; null where the result would get too long.' }),
      }),
    ),
  })
  .meta({ id: 'ScenarioRun' });
