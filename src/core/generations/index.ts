/** The generations that exist, by name. */
import type { Generation, GenerationName } from './generation.js';
import { inplace } from './inplace.js';
import { noSnp } from './no-snp.js';
import { rfcV1, rfcV1Reply } from './rfc-v1.js';
import { upstream } from './upstream.js';
import { v2 } from './v2.js';
import { v3 } from './v3.js';
import { v4 } from './v4.js';
import { v5 } from './v5.js';
import { v6 } from './v6.js';
import { v7 } from './v7.js';
import { v8 } from './v8.js';

const REGISTRY: Readonly<Record<GenerationName, Generation>> = {
  'rfc-v1': rfcV1,
  'rfc-v1-reply': rfcV1Reply,
  v2,
  v3,
  v4,
  v5,
  v6,
  v7,
  v8,
  upstream,
  inplace,
  'no-snp': noSnp,
};

export function generationOf(name: GenerationName): Generation {
  return REGISTRY[name];
}
