/** The generations that exist, by name. */
import type { Generation, GenerationName } from './generation.js';
import { noSnp } from './no-snp.js';
import { rfcV1, rfcV1Reply } from './rfc-v1.js';

const REGISTRY: Readonly<Record<GenerationName, Generation>> = {
  'rfc-v1': rfcV1,
  'rfc-v1-reply': rfcV1Reply,
  'no-snp': noSnp,
};

export function generationOf(name: GenerationName): Generation {
  return REGISTRY[name];
}
