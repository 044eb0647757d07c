/** The scenarios that come with the program, each read and checked once. One that does not fit its schema is a fault of the program. */
import { parse } from 'yaml';
import type { z } from 'zod';
import type { ScenarioFolder } from '../../service/scenario-folder.js';
import { isRefusal } from '../problem.js';
import { reads } from '../validate.js';
import { objectionTo } from './run.js';
import type { Scenario } from './schema.js';

/** Nodes that the aliases of a file may stand for in all. */
const ALIASES_MAX = 100;

export class ScenarioLibrary {
  private readonly known = new Map<string, Scenario>();

  constructor(
    private readonly folder: ScenarioFolder,
    private readonly schema: z.ZodType<Scenario>,
  ) {}

  names(): readonly string[] {
    return this.folder.names();
  }

  find(name: string): Scenario | undefined {
    if (!this.names().includes(name)) return undefined;
    const known = this.known.get(name) ?? this.read(name);
    this.known.set(name, known);
    return known;
  }

  private read(name: string): Scenario {
    const value: unknown = parse(this.folder.text(name), { uniqueKeys: true, maxAliasCount: ALIASES_MAX });
    const scenario = reads(this.schema, 'body')(value);
    const objection = isRefusal(scenario) ? scenario : objectionTo(scenario.value);
    if (objection !== null) throw new Error(`scenarios/${name}.yaml: ${objection.pointer} ${objection.detail}; ${objection.hint}`);
    return (scenario as { readonly value: Scenario }).value;
  }
}
