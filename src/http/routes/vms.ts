/** VMs: create, list, read, reset, delete. */
import type { Services } from '../../service/services.js';
import { creationOf, inCallersWords } from '../create-vm.js';
import { isRefusal } from '../problem.js';
import { defineRoute, type Route } from '../route.js';
import { limitOf, NoParams } from '../schemas/basics.js';
import { CreateRequest, Deleted, DeleteByLabelQuery, ListQuery, ResetRequest, VmList, VmQuery, VmView } from '../schemas/vm.js';
import { etagOf, shownEtag, vmRoute } from '../vm-route.js';
import { vmObject, vmSummary } from '../vm-view.js';

const ETAG = { etag: "The VM's counter of operations, for If-Match" };

export function vmRoutes(services: Services): readonly Route[] {
  const { machines, executor } = services;
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/vms',
      operationId: 'createVm',
      tag: 'vms',
      summary: 'Create a VM',
      description: '`{}` is enough: 256 MiB of thp, shared, under rfc-v1-reply.',
      body: CreateRequest,
      example: { name: 'demo', memory: { size: '1GiB', backing: 'thp' }, onSigbus: 'report' },
      answer: { status: 201, description: 'The VM', schema: VmView, headers: { ...ETAG, location: 'Path of the VM' } },
      problems: ['address-out-of-range', 'limit-exceeded', 'backing-refused', 'vm-limit', 'touched-total-limit'],
      handle({ body, requestId, reply }) {
        const creation = creationOf(body);
        if (isRefusal(creation)) return creation;
        const vm = executor.create(creation.config, creation.labels, requestId);
        if ('rejected' in vm) return inCallersWords(vm, body);
        reply.header('location', `/v1/vms/${vm.id}`).header('etag', etagOf(vm));
        return vmObject(vm, 'with-digest');
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/vms',
      operationId: 'listVms',
      tag: 'vms',
      summary: 'List the VMs, oldest first',
      query: ListQuery,
      answer: { status: 200, description: 'A page of VMs, without digest, vmas and stats', schema: VmList },
      problems: [],
      // Nobody hears of what a list of operations did before it is recorded.
      busy: () => machines.anyHeldUntil(),
      handle({ query }) {
        const { vms, next } = machines.page(Number(query.cursor ?? 0), limitOf(query.limit));
        return { vms: vms.map(vmSummary), next: next === null ? null : String(next) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/vms',
      operationId: 'deleteVmsByLabel',
      tag: 'vms',
      summary: 'Delete all VMs that have a label',
      params: NoParams,
      query: DeleteByLabelQuery,
      answer: { status: 200, description: 'How many', schema: Deleted },
      problems: [],
      busy: () => machines.anyHeldUntil(),
      handle({ query, requestId }) {
        const colon = query.label.indexOf(':');
        const found = machines.withLabel(query.label.slice(0, colon), query.label.slice(colon + 1));
        for (const vm of found) {
          const refusal = executor.delete(vm, 'request', requestId);
          if (refusal !== null) return refusal;
        }
        return { deleted: found.length };
      },
    }),
    vmRoute(services, {
      method: 'GET',
      path: '/v1/vms/:vm',
      operationId: 'readVm',
      tag: 'vms',
      summary: 'Read a VM',
      query: VmQuery,
      answer: { status: 200, description: 'The VM', schema: VmView, headers: ETAG },
      problems: [],
      handle(vm, { query, reply }) {
        reply.header('etag', shownEtag(services, vm));
        return vmObject(vm, query.digest === 'false' ? 'without-digest' : 'with-digest');
      },
    }),
    vmRoute(services, {
      method: 'DELETE',
      path: '/v1/vms/:vm',
      operationId: 'deleteVm',
      tag: 'vms',
      summary: 'Delete a VM',
      answer: { status: 204, description: 'It is gone' },
      problems: [],
      handle: (vm, { requestId }) => executor.delete(vm, 'request', requestId) ?? {},
    }),
    vmRoute(services, {
      method: 'POST',
      path: '/v1/vms/:vm/reset',
      operationId: 'resetVm',
      tag: 'vms',
      summary: 'Back to the state after creation',
      description: 'Sequence numbers and positions go on, and an event says so. A killed VM runs again. The body may be left out.',
      body: ResetRequest,
      bodyOptional: true,
      example: {},
      answer: { status: 200, description: 'The VM', schema: VmView, headers: ETAG },
      problems: [],
      handle(vm, { requestId, reply }) {
        const done = executor.run(vm, { op: 'reset' }, requestId);
        if ('rejected' in done) return done;
        reply.header('etag', etagOf(vm));
        return vmObject(vm, 'with-digest');
      },
    }),
  ];
}
