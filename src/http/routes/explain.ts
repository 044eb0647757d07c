/** Why an access would fail, without making it. */
import { explain } from '../../core/index.js';
import type { Services } from '../../service/services.js';
import { explainableOf, explanationObject } from '../explanation-view.js';
import { isRefusal } from '../problem.js';
import type { Route } from '../route.js';
import { ExplainAnswer, ExplainRequest } from '../schemas/explain.js';
import { vmRoute } from '../vm-route.js';

export function explainRoutes(services: Services): readonly Route[] {
  return [
    vmRoute(services, {
      method: 'POST',
      path: '/v1/vms/:vm/explain',
      operationId: 'explain',
      tag: 'views',
      summary: 'The checks that an access would meet, in order',
      description:
        'The body is an operation: its name under `op` and its fields. Each check has its source and the state that it saw; the first failing one is marked, with what the hardware and the kernel would make of it. Nothing is carried out.',
      body: ExplainRequest,
      example: { op: 'hypervisor-write', gpa: '0x207000', size: 64 },
      effect: 'none',
      answer: { status: 200, description: 'The explanation', schema: ExplainAnswer },
      problems: ['vm-killed', 'guest-not-running', 'address-out-of-range', 'limit-exceeded', 'content-limit'],
      handle(vm, { body }) {
        const asked = explainableOf(body);
        if (isRefusal(asked)) return asked;
        const explained = explain(vm.machine, asked);
        return 'rejected' in explained ? explained : explanationObject(explained);
      },
    }),
  ];
}
