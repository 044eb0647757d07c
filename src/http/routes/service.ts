/** The service itself: about, generations, health. */
import { GENERATION_NAMES } from '../../core/index.js';
import type { Services } from '../../service/services.js';
import type { AboutService } from '../about.js';
import { generationObject } from '../generation-view.js';
import { refuse } from '../problem.js';
import { defineRoute, type Route } from '../route.js';
import { About, GenerationList, GenerationParams, GenerationView, Health } from '../schemas/service.js';

export function serviceRoutes(services: Services, about: AboutService): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/about',
      operationId: 'about',
      tag: 'service',
      summary: 'Version, epoch and limits',
      answer: { status: 200, description: 'The service', schema: About },
      problems: [],
      handle: () => ({
        name: 'rampart',
        version: about.version,
        rulesVersion: about.rulesVersion,
        epoch: services.log.epoch,
        limits: about.limits,
      }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/generations',
      operationId: 'listGenerations',
      tag: 'generations',
      summary: 'The versions of the host kernel that a VM can have',
      answer: { status: 200, description: 'All of them', schema: GenerationList },
      problems: [],
      handle: () => ({ generations: GENERATION_NAMES.map(generationObject) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/generations/:generation',
      operationId: 'readGeneration',
      tag: 'generations',
      summary: 'One version of the host kernel',
      params: GenerationParams,
      answer: { status: 200, description: 'Its rules with their sources, and which memory a VMM may use', schema: GenerationView },
      problems: ['unknown-generation'],
      handle({ params }) {
        const name = GENERATION_NAMES.find((one) => one === params.generation);
        if (name !== undefined) return generationObject(name);
        return refuse(
          'unknown-generation',
          '',
          `there is no generation ${JSON.stringify(params.generation.slice(0, 100))}`,
          `there are ${GENERATION_NAMES.join(', ')}`,
        );
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/healthz',
      operationId: 'health',
      tag: 'service',
      summary: 'Whether the process lives',
      access: 'open',
      answer: { status: 200, description: 'It does', schema: Health },
      problems: [],
      handle: () => ({ status: 'ok' }),
    }),
    defineRoute({
      method: 'GET',
      path: '/readyz',
      operationId: 'readiness',
      tag: 'service',
      summary: 'Whether requests are welcome',
      access: 'open',
      answer: { status: 200, description: 'They are', schema: Health },
      problems: ['shutting-down', 'store-failed'],
      handle() {
        if (about.stopping()) return refuse('shutting-down', '', 'the service is stopping', 'call again after it has started anew');
        const { failure } = services.journal;
        return failure === null ? { status: 'ok' } : refuse('store-failed', '', failure, 'mend the disk; the service goes on by itself');
      },
    }),
  ];
}
