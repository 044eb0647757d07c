/** The service itself: about, health, generations. */
import { z } from 'zod';
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

export const GenerationView = z
  .strictObject({
    name: Generation,
    title: z.string(),
    source: z.string(),
    default: z.boolean(),
    facts: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Generation', description: 'One version of the host kernel, and the facts of it that the machine reads.' });

export const GenerationList = z.strictObject({ generations: z.array(GenerationView) });
export const GenerationParams = z.strictObject({ generation: z.string() });
