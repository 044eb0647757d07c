/** A VM once more: forked in the service, or exported as a bundle and imported from one. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { snapshotOf } from '../../core/index.js';
import { admit } from '../../service/bundle-admission.js';
import type { ServiceRefusal } from '../../service/executor.js';
import type { Vm } from '../../service/machines.js';
import type { Services } from '../../service/services.js';
import { BUNDLE_TYPE, type BundleLimits } from '../bundle/format.js';
import { readBundle } from '../bundle/read.js';
import { bundleOf } from '../bundle/write.js';
import { objectionToLabels } from '../create-vm.js';
import { refuse, type Refusal } from '../problem.js';
import { ANSWERED, defineRoute, Later, type Route } from '../route.js';
import { ExportQuery, ForkRequest } from '../schemas/bundle.js';
import { VmView } from '../schemas/vm.js';
import { etagOf, shownEtag, vmRoute } from '../vm-route.js';
import { vmObject } from '../vm-view.js';

const CREATED = {
  status: 201,
  description: 'The new VM',
  schema: VmView,
  headers: { etag: "The VM's counter of operations, for If-Match", location: 'Path of the VM' },
} as const;

export function bundleRoutes(services: Services, limits: BundleLimits): readonly Route[] {
  const imports = new Imports(services, limits);
  return [
    vmRoute(services, {
      method: 'POST',
      path: '/v1/vms/:vm/fork',
      operationId: 'forkVm',
      tag: 'vms',
      summary: 'A copy of the VM as it is now',
      description:
        'Same configuration, same digest, killed where the original is. From then on the two have nothing to do with each other; events, operations and counts of the copy begin anew, and its reset goes back to the fork.',
      body: ForkRequest,
      bodyOptional: true,
      example: { name: 'copy', ttlSeconds: 3600 },
      answer: CREATED,
      problems: ['limit-exceeded', 'vm-limit', 'origin-limit', 'content-total-limit', 'touched-total-limit'],
      handle(vm, { body, requestId, reply }) {
        const labels = body?.labels ?? vm.labels;
        const tooMany = objectionToLabels(labels);
        if (tooMany !== null) return tooMany;
        const { name = vm.name, ttlSeconds = vm.ttlSeconds } = body ?? {};
        services.executor.recordCounter(vm);
        const { seq, operations } = vm.machine;
        const origin = { kind: 'fork', vm: vm.id, seq, operation: operations } as const;
        const fork = services.executor.createFrom(
          snapshotOf(vm.machine),
          { name, labels, ttlSeconds, memory: vm.memory, origin },
          requestId,
        );
        return answerCreated(fork, reply);
      },
    }),
    vmRoute(services, {
      method: 'GET',
      path: '/v1/vms/:vm/export',
      operationId: 'exportVm',
      tag: 'vms',
      summary: 'The VM as a bundle, to be imported elsewhere',
      description:
        'Configuration, state, digest, and the commands since its creation: as far as they are kept, else since the oldest snapshot that is, else none; `base` in the first line says which. A bundle ends with the checksum of everything before.',
      query: ExportQuery,
      answer: { status: 200, description: 'The bundle', types: [BUNDLE_TYPE], headers: { etag: CREATED.headers.etag } },
      problems: ['limit-exceeded'],
      handle: (vm, { query, reply }) => exported(services, limits, vm, query.history === 'false' ? 'without' : 'with', reply),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/vms/import',
      operationId: 'importVm',
      tag: 'vms',
      summary: 'A VM out of a bundle',
      description:
        'Under the rules that the bundle was written under, its commands are carried out again and have to come to its digest; under others its state is taken as it is. `origin.check` says which. Reset goes back to the imported state.',
      bytes: { type: BUNDLE_TYPE, bytesMax: limits.bytesMax, setting: 'RAMPART_BUNDLE_BYTES_MAX' },
      answer: CREATED,
      problems: [
        'bundle-damaged',
        'bundle-newer',
        'bundle-differs',
        'limit-exceeded',
        'too-many-imports',
        'vm-limit',
        'origin-limit',
        'content-total-limit',
        'touched-limit',
        'touched-total-limit',
      ],
      handle: ({ body, requestId, reply }) => imports.begin(body as unknown as Buffer, requestId, reply),
    }),
  ];
}

function answerCreated(vm: Vm | ServiceRefusal, reply: FastifyReply): object | Refusal {
  if ('rejected' in vm) return vm;
  reply.header('location', `/v1/vms/${vm.id}`).header('etag', etagOf(vm));
  return vmObject(vm, 'with-digest');
}

async function exported(
  services: Services,
  limits: BundleLimits,
  vm: Vm,
  history: 'with' | 'without',
  reply: FastifyReply,
): Promise<Refusal | typeof ANSWERED> {
  const { histories, journal } = services;
  const etag = shownEtag(services, vm);
  const making = bundleOf(vm, history === 'with' ? histories : null, limits);
  const keeping = journal.settled()?.then(
    () => true,
    () => false,
  );
  const [made, isKept = true] = await Promise.all([making, keeping]);
  if (!isKept)
    return refuse('store-failed', '', journal.failure ?? 'the store did not take what the bundle would tell', 'export the VM again later');
  if ('rejected' in made) return made;
  reply
    .header('content-type', BUNDLE_TYPE)
    .header('content-length', made.bytes)
    .header('content-disposition', `attachment; filename="${vm.id}.rampart"`)
    .header('etag', etag)
    .send(Readable.from(made.chunks));
  return ANSWERED;
}

/** A few at a time: each holds its bundle and up to three states of it. */
class Imports {
  private running = 0;

  constructor(
    private readonly services: Services,
    private readonly limits: BundleLimits,
  ) {}

  begin(bytes: Buffer, requestId: string, reply: FastifyReply): Later | Refusal {
    if (this.running >= this.limits.importsMax) {
      return refuse('too-many-imports', '', `${this.running} bundles are being imported, and no more may be`, 'send it again in a moment');
    }
    this.running += 1;
    const ready = this.vmOf(bytes, requestId, reply).finally(() => {
      this.running -= 1;
    });
    return new Later(ready);
  }

  private async vmOf(bytes: Buffer, requestId: string, reply: FastifyReply): Promise<() => object | Refusal> {
    const read = await readBundle(bytes, this.limits);
    if ('rejected' in read) return () => read;
    const admitted = await admit(read.bundle, this.limits);
    if ('rejected' in admitted) return () => admitted;
    const { snapshot, origin } = admitted;
    return () => answerCreated(this.services.executor.createFrom(snapshot, { ...read.labels, origin }, requestId), reply);
  }
}
