/** Scenarios: stories with their expected results, the library of them, and runs on machines that are nobody's. */
import { setImmediate } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { GenerationName } from '../../core/index.js';
import type { ScenarioFolder } from '../../service/scenario-folder.js';
import { refuse, type Refusal } from '../problem.js';
import { type Kinds, kindsByOp } from '../batch/kind.js';
import { defineRoute, type Route } from '../route.js';
import { ScenarioLibrary } from '../scenarios/library.js';
import { objectionTo, operationsOf, type RunResult, runScenario } from '../scenarios/run.js';
import { type Scenario, scenarioSchema } from '../scenarios/schema.js';
import { limitOf } from '../schemas/basics.js';
import { RunAnswer, RunQuery, ScenarioList, ScenarioListQuery, ScenarioParams, ScenarioView } from '../schemas/scenario-run.js';
import { jsonRoute } from './documents.js';

/** Scenarios that run at once. */
export const SCENARIO_RUNS_MAX = 4;

export interface ScenarioParts {
  readonly folder: ScenarioFolder;
  /** Where the operations come from. */
  readonly routes: readonly Route[];
}

export function scenarioRoutes({ folder, routes }: ScenarioParts): readonly Route[] {
  const schema = scenarioSchema(routes);
  const library = new ScenarioLibrary(folder, schema);
  const runner = new Runner(routes);
  const unknown = (name: string): Refusal =>
    refuse(
      'unknown-scenario',
      'name',
      `there is no scenario ${JSON.stringify(name.slice(0, 100))}`,
      'GET /v1/scenarios lists them; POST /v1/scenario-runs runs one of your own',
    );
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/scenarios',
      operationId: 'listScenarios',
      tag: 'scenarios',
      summary: 'The library of scenarios, by name',
      query: ScenarioListQuery,
      answer: { status: 200, description: 'A page of it', schema: ScenarioList },
      problems: [],
      async handle({ query: { limit, cursor = '' } }) {
        const names = library.names().filter((name) => name > cursor);
        const page = names.slice(0, limitOf(limit));
        const scenarios: object[] = [];
        for (const name of page) {
          scenarios.push(summaryOf(name, library.find(name)));
          // The first time each is parsed, which takes a while.
          await setImmediate();
        }
        return { scenarios, next: page.length < names.length ? page.at(-1) : null };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/scenarios/:name',
      operationId: 'readScenario',
      tag: 'scenarios',
      summary: 'One scenario of the library',
      params: ScenarioParams,
      answer: { status: 200, description: 'The scenario', schema: ScenarioView },
      problems: ['unknown-scenario'],
      handle({ params: { name } }) {
        const scenario = library.find(name);
        return scenario === undefined ? unknown(name) : { name, scenario };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/scenarios/:name/runs',
      operationId: 'runLibraryScenario',
      tag: 'scenarios',
      summary: 'Run a scenario of the library',
      description: 'On a fresh machine that is nobody’s: nothing is recorded or published. The answer says which expectation held.',
      params: ScenarioParams,
      query: RunQuery,
      effect: 'none',
      answer: { status: 200, description: 'What came of it', schema: RunAnswer },
      problems: ['unknown-scenario', 'too-many-runs'],
      handle({ params: { name }, query, request }) {
        const scenario = library.find(name);
        return scenario === undefined ? unknown(name) : runner.run(scenario, query.generation, request);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/scenario-runs',
      operationId: 'runScenario',
      tag: 'scenarios',
      summary: 'Run a scenario given in the body',
      description: 'The body is the scenario. Else as a run of one of the library.',
      query: RunQuery,
      body: schema,
      example: EXAMPLE,
      effect: 'none',
      answer: { status: 200, description: 'What came of it', schema: RunAnswer },
      problems: ['limit-exceeded', 'backing-refused', 'too-many-runs', 'address-out-of-range'],
      handle: ({ body, query, request }) => runner.run(body, query.generation, request),
    }),
    jsonRoute('/schemas/scenario.json', 'scenarioSchema', 'The JSON Schema of a scenario', () => schemaText(schema)),
  ];
}

const EXAMPLE = {
  title: 'A store to a private page',
  sources: ['generations.md 2'],
  generations: ['rfc-v1-reply'],
  vm: { memory: { size: '4MiB' }, onSigbus: 'report' },
  steps: [
    { op: 'page-state-change', entries: [{ gpa: '0x0', operation: 'private' }], expect: { status: 'SUCCESS' } },
    { op: 'hypervisor-write', gpa: '0x0', size: 8, expect: { outcome: 'sigbus', decisions: ['KILL'] } },
  ],
};

function summaryOf(name: string, scenario: Scenario | undefined): object {
  if (scenario === undefined) throw new Error(`invariant broken: ${name} is listed`);
  const { title, lesson = null, sources, generations, steps } = scenario;
  return { name, title, lesson, sources, generations, steps: steps.length, operations: operationsOf(steps) };
}

function schemaText(schema: z.ZodType): string {
  return `${JSON.stringify({ $id: '/schemas/scenario.json', ...z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }) }, null, 2)}\n`;
}

class Runner {
  private running = 0;
  private readonly operations: Kinds;

  constructor(routes: readonly Route[]) {
    this.operations = kindsByOp(routes);
  }

  run(scenario: Scenario, generation: GenerationName | undefined, request: FastifyRequest): Promise<RunResult | Refusal> | Refusal {
    const objection = objectionTo(scenario);
    if (objection !== null) return objection;
    if (this.running >= SCENARIO_RUNS_MAX)
      return refuse('too-many-runs', '', `${this.running} scenarios are run, as many as are allowed at once`, 'send it again in a moment');
    this.running++;
    return runScenario(scenario, generation ?? scenario.generations[0], {
      operations: this.operations,
      isAbandoned: () => request.raw.socket.destroyed,
    }).finally(() => this.running--);
  }
}
