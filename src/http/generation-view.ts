/** A kernel generation as answers show it: its rules with their sources and marks, and which memory a VMM may use under it. */
import {
  compatibilityOf,
  type Compatibility,
  type GenerationFacts,
  type GenerationName,
  generationOf,
  RULE_NAMES,
  RULE_SUBJECTS,
  type RuleName,
} from '../core/index.js';
import { memoryCipher } from '../service/memory-cipher.js';
import { CONFIG_DEFAULTS } from '../service/layout.js';

/** The probes of a generation are made once, when they are first asked for. */
const probed = new Map<GenerationName, readonly Compatibility[]>();

function compatibility(name: GenerationName): readonly Compatibility[] {
  const known = probed.get(name) ?? compatibilityOf(name, memoryCipher);
  probed.set(name, known);
  return known;
}

export interface RuleView {
  readonly rule: RuleName;
  readonly subject: string;
  readonly value: GenerationFacts[RuleName];
  readonly source: string;
  readonly derived: boolean;
}

export function ruleObject(name: GenerationName, rule: RuleName): RuleView {
  const { facts, derived, source, sources } = generationOf(name);
  return { rule, subject: RULE_SUBJECTS[rule], value: facts[rule], source: sources[rule] ?? source, derived: derived.includes(rule) };
}

export function generationObject(name: GenerationName) {
  const { title, source, facts } = generationOf(name);
  return {
    name,
    title,
    source,
    default: name === CONFIG_DEFAULTS.generation,
    facts,
    rules: RULE_NAMES.map((rule) => ruleObject(name, rule)),
    compatibility: compatibility(name),
  };
}
