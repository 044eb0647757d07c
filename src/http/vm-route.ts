/** Routes below /v1/vms/{vm}: the VM is found, and If-Match compared, before their handler is called. */
import type { z } from 'zod';
import type { Services } from '../service/services.js';
import type { Vm } from '../service/machines.js';
import { type ProblemCode, refuse, type Refusal } from './problem.js';
import { type Answer, type Call, defineRoute, type Later, type ObjectSchema, type Route, type RouteSpec } from './route.js';
import { VmParams } from './schemas/basics.js';

export type VmRouteSpec<P extends ObjectSchema, Q extends ObjectSchema, B extends z.ZodType> = Omit<RouteSpec<P, Q, B>, 'handle'> & {
  handle(vm: Vm, call: Call<z.infer<P>, z.infer<Q>, z.infer<B>>): Answer | Later | Promise<Answer>;
};

const VM_PROBLEMS: readonly ProblemCode[] = ['unknown-vm', 'etag-mismatch'];

export function vmRoute<P extends ObjectSchema, Q extends ObjectSchema, B extends z.ZodType>(
  services: Services,
  spec: VmRouteSpec<P, Q, B>,
): Route {
  return defineRoute<P, Q, B>({
    ...spec,
    matches: 'etag',
    params: spec.params ?? (VmParams as unknown as P),
    problems: [...VM_PROBLEMS, ...spec.problems],
    busy: ({ vm }) => services.machines.heldUntil(String(vm)),
    handle(call) {
      const { vm: id } = call.params as { readonly vm: string };
      const vm = services.machines.find(id);
      if (vm === undefined) return unknownVm(id);
      const objection = objectionOfIfMatch(services, vm, call.request.headers['if-match']);
      if (objection !== null) return objection;
      const result = spec.handle(vm, call);
      // Also a look builds tables, where memory starts as private.
      if (spec.method === 'GET') services.machines.footprint.weigh(vm.machine);
      return result;
    },
  });
}

export function unknownVm(id: string): Refusal {
  return refuse(
    'unknown-vm',
    '',
    `there is no VM ${JSON.stringify(id.slice(0, 100))}`,
    'GET /v1/vms lists those that exist; names are no ids',
  );
}

/** The VM's counter of operations, as its ETag. */
export function etagOf(vm: Vm): string {
  return `"${vm.machine.operations}"`;
}

/** The same, in the journal before anybody sees it. */
export function shownEtag({ executor }: Pick<Services, 'executor'>, vm: Vm): string {
  executor.recordCounter(vm);
  return etagOf(vm);
}

function objectionOfIfMatch(services: Services, vm: Vm, header: string | undefined): Refusal | null {
  if (header === undefined || header.trim() === '*') return null;
  const etag = etagOf(vm);
  if (header.split(',').some((one) => one.trim() === etag)) return null;
  return refuse(
    'etag-mismatch',
    'If-Match',
    `the VM is at ${shownEtag(services, vm)}, the request is for ${header.slice(0, 100)}`,
    'read the VM again and decide anew',
  );
}
