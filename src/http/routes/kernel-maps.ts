/** Maps that KVM holds: made, and let go of. */
import type { KernelMap, KernelUnmap } from '../../core/index.js';
import type { Services } from '../../service/services.js';
import { kernelMap } from '../commands.js';
import { listKind, operationRoute } from '../operation-route.js';
import type { Route } from '../route.js';
import { KernelMapAnswer, KernelMapParams, KernelMapRequest, KernelUnmapRequest } from '../schemas/kernel-map.js';
import { etagOf, vmRoute } from '../vm-route.js';

export function kernelMapRoutes(services: Services): readonly Route[] {
  return [
    operationRoute<typeof KernelMapRequest, KernelMap>(services, {
      op: 'kernel-map',
      path: '/v1/vms/:vm/kernel-maps',
      operationId: 'mapAsKvm',
      tag: 'operations',
      summary: 'KVM maps a guest page for writing and holds the map',
      description:
        'The generation may force a private page shared first, or refuse. While the map is held, a request to make its page private is refused (EBUSY, EAGAIN) or has to wait (WAITS).',
      body: KernelMapRequest,
      example: { gpa: '0x207000' },
      answer: { status: 200, description: 'The map, where there is one', schema: KernelMapAnswer },
      problems: [],
      command: kernelMap,
      show: ({ outcome, map, dmesg }, { firstSeq, seq }) => ({ outcome, map, dmesg, firstSeq, seq }),
      seen: ({ outcome }) => ({ outcome }),
    }),
    { ...unmapRoute(services), operation: UNMAP_IN_A_LIST },
  ];
}

const UNMAP_IN_A_LIST = listKind<typeof KernelUnmapRequest, KernelUnmap>({
  op: 'kernel-unmap',
  body: KernelUnmapRequest,
  command: ({ map }) => ({ op: 'kernel-unmap', map }),
  show: (_outcome, { firstSeq, seq }) => ({ firstSeq, seq }),
  seen: () => ({}),
});

function unmapRoute(services: Services): Route {
  return vmRoute(services, {
    method: 'DELETE',
    path: '/v1/vms/:vm/kernel-maps/:map',
    operationId: 'unmapAsKvm',
    tag: 'operations',
    summary: 'KVM lets go of a map',
    params: KernelMapParams,
    answer: { status: 204, description: 'It is gone', headers: { etag: "The VM's counter of operations, for If-Match" } },
    problems: ['unknown-map', 'vm-killed'],
    handle(vm, { params, requestId, reply }) {
      const done = services.executor.run(vm, { op: 'kernel-unmap', map: Number(params.map) }, requestId);
      if ('rejected' in done) return done;
      reply.header('etag', etagOf(vm));
      return {};
    },
  });
}
