/** A page's past: the events that made it what it is. */
import { asGfn, pageView } from '../../core/index.js';
import { parseAfter, positionOf } from '../../service/cursor.js';
import { EVENT_TYPES, eventFilter, typeBit } from '../../service/event-index.js';
import type { EventLog } from '../../service/event-log.js';
import type { Services } from '../../service/services.js';
import type { StreamLimits } from '../../service/stream-limits.js';
import { isStreamRefusal } from '../../service/stream-refusal.js';
import { wholePage } from '../commands.js';
import { historyOf } from '../event-forms.js';
import { refuse, type Refusal } from '../problem.js';
import { ANSWERED, type Route } from '../route.js';
import { limitOf } from '../schemas/basics.js';
import { HistoryPage, HistoryQuery } from '../schemas/event.js';
import { PageParams } from '../schemas/view.js';
import { vmRoute } from '../vm-route.js';

/** They happen at a page, and leave it as it was. */
const CHANGE_NOTHING: readonly string[] = ['fault', 'nested-fault', 'vc-exception', 'memory-fault-exit', 'vm-killed', 'vm-deleted'];

const MAKING = EVENT_TYPES.filter((type) => !CHANGE_NOTHING.includes(type)).reduce((mask, type) => mask | typeBit(type), 0);

/** A page looks through so many times what one turn of a stream may look through. */
const SCANS_PER_PAGE = 16;

export function historyRoutes(services: Services, limits: StreamLimits): readonly Route[] {
  const { log } = services;
  return [
    vmRoute(services, {
      method: 'GET',
      path: '/v1/vms/:vm/pages/:gpa/history',
      operationId: 'readPageHistory',
      tag: 'views',
      summary: 'The events that made a page what it is',
      description: 'Newest first, back to the creation or the last reset of the VM. Faults are left out: they change no page.',
      params: PageParams,
      query: HistoryQuery,
      answer: { status: 200, description: 'A page of events', schema: HistoryPage },
      problems: ['address-out-of-range', 'cursor-future', 'epoch-mismatch', 'compacted'],
      handle(vm, { params, query, reply }) {
        const gfn = wholePage(params.gpa, 'gpa');
        if (typeof gfn !== 'number') return gfn;
        if (pageView(vm.machine, asGfn(gfn)) === null)
          return refuse('address-out-of-range', 'gpa', `${params.gpa} lies outside every memslot`, 'GET /v1/vms/{vm} lists the memslots');
        const before = query.cursor === undefined ? log.head + 1 : placeOf(log, query.cursor);
        if (typeof before !== 'number') return before;
        const number = log.vmNumber(vm.id);
        const history =
          number === undefined
            ? ({ events: [], next: null, end: 'compacted' } as const)
            : log.readBack({
                before,
                filter: eventFilter(number, MAKING, { from: gfn, end: gfn + 1 }),
                eventsMax: limitOf(query.limit),
                positionsMax: SCANS_PER_PAGE * limits.scanPositionsMax,
              });
        reply.header('content-type', 'application/json; charset=utf-8').send(historyOf(log, history));
        return ANSWERED;
      },
    }),
  ];
}

function placeOf(log: EventLog, cursor: string): number | Refusal {
  const after = parseAfter(cursor);
  if (after?.kind !== 'cursor')
    return refuse('invalid-field', 'cursor', 'it is no cursor', 'give the `next` of an earlier page, or leave it out');
  const position = positionOf(log, after, null);
  return isStreamRefusal(position) ? { ...position, pointer: 'cursor' } : position;
}
