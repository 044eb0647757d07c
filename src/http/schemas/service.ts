/** The service itself: about, health, generations. */
import { z } from 'zod';
import { BACKINGS, RULE_NAMES } from '../../core/index.js';
import { Generation } from './vm.js';

export const About = z
  .strictObject({
    name: z.literal('rampart'),
    version: z.string(),
    rulesVersion: z.int().meta({ description: 'Changes whenever the same commands may give other results.' }),
    epoch: z.string().meta({ description: 'Names the log: cursors of another epoch are refused.' }),
    limits: z.record(z.string(), z.int()).meta({ description: 'Each limit by its name, the unit last.' }),
  })
  .meta({ id: 'About' });

export const Health = z.strictObject({ status: z.literal('ok') });

export const RuleName = z.enum(RULE_NAMES as readonly [string, ...string[]]).meta({ id: 'RuleName' });
export const RuleValue = z.unknown().meta({ description: 'What the rule is in this generation; null where it has none.' });

const Rule = z.strictObject({
  rule: RuleName,
  subject: z.string().meta({ description: 'What the rule is about.' }),
  value: RuleValue,
  source: z.string(),
  derived: z.boolean().meta({ description: 'What comes of it was reasoned from the code; nobody has said or seen it.' }),
});

const Compatibility = z
  .strictObject({
    backing: z.enum(BACKINGS),
    verdict: z.enum(['ok', 'sigbus', 'livelock', 'ping-pong', 'refused']),
    reason: z.string(),
    rule: RuleName.nullable(),
    derived: z.boolean(),
  })
  .meta({ id: 'Compatibility', description: 'What a store beside a private page comes to on this memory.' });

export const GenerationView = z
  .strictObject({
    name: Generation,
    title: z.string(),
    source: z.string(),
    default: z.boolean(),
    facts: z.record(z.string(), z.unknown()),
    rules: z.array(Rule),
    compatibility: z.array(Compatibility).meta({ description: 'Which memory a VMM may use.' }),
  })
  .meta({
    id: 'Generation',
    description: 'One version of the host kernel: its rules with their sources, and which memory a VMM may use under it.',
  });

export const GenerationList = z.strictObject({ generations: z.array(GenerationView) });
export const GenerationParams = z.strictObject({ generation: z.string() });
