/** Looking at a VM without changing it. */
import {
  asGfn,
  asPfn,
  asVpn,
  coveredFrames,
  FRAME_BASE,
  hexText,
  mapCells,
  pageTableWalk,
  pageView,
  rmpSlice,
  rmpTable,
  USER_VPN_END,
  vmasOf,
} from '../../core/index.js';
import type { Vm } from '../../service/machines.js';
import type { Services } from '../../service/services.js';
import { entryObject } from '../../service/wire.js';
import { wholePage } from '../commands.js';
import { frameNumber, pagedAddress } from '../numbers.js';
import { refuse } from '../problem.js';
import type { Route } from '../route.js';
import { limitOf } from '../schemas/basics.js';
import {
  CELLS_DEFAULT,
  CELLS_MAX,
  MapAnswer,
  MapQuery,
  PageParams,
  PageTableAnswer,
  PageTableQuery,
  PageView,
  RmpAnswer,
  RmpQuery,
  VmasAnswer,
} from '../schemas/view.js';
import { vmRoute } from '../vm-route.js';
import { cellObject, pageObject, tableObject, vmaObject, walkObject } from '../vm-view.js';

export function viewRoutes(services: Services): readonly Route[] {
  return [
    vmRoute(services, {
      method: 'GET',
      path: '/v1/vms/:vm/pages/:gpa',
      operationId: 'readPage',
      tag: 'views',
      summary: 'One guest page seen from everywhere',
      params: PageParams,
      answer: { status: 200, description: 'The page', schema: PageView },
      problems: ['address-out-of-range'],
      handle(vm, { params }) {
        const gfn = wholePage(params.gpa, 'gpa');
        if (typeof gfn !== 'number') return gfn;
        const page = pageView(vm.machine, asGfn(gfn));
        if (page !== null) return pageObject(page);
        return refuse('address-out-of-range', 'gpa', `${params.gpa} lies outside every memslot`, 'GET /v1/vms/{vm} lists the memslots');
      },
    }),
    vmRoute(services, {
      method: 'GET',
      path: '/v1/vms/:vm/map',
      operationId: 'readMap',
      tag: 'views',
      summary: 'A summary for drawing: states and mapping levels by cell',
      query: MapQuery,
      answer: { status: 200, description: 'The cells, in order', schema: MapAnswer },
      problems: ['address-out-of-range'],
      handle(vm, { query }) {
        const from = wholePage(query.from ?? 0, 'from');
        if (typeof from !== 'number') return from;
        const to = query.to === undefined ? endOfMemory(vm) : wholePage(query.to, 'to');
        if (typeof to !== 'number') return to;
        const cells = query.cells === undefined ? CELLS_DEFAULT : Number(query.cells);
        if (cells > CELLS_MAX)
          return refuse('limit-exceeded', 'cells', `${cells} cells; ${CELLS_MAX} are possible`, 'ask for fewer, or for a smaller range');
        if (from >= to || to > endOfMemory(vm)) {
          return refuse(
            'address-out-of-range',
            query.to === undefined ? 'from' : 'to',
            'the range is empty or ends beyond the last memslot',
            'give from < to ≤ the end of the last memslot',
          );
        }
        return { cells: mapCells(vm.machine, asGfn(from), asGfn(to), cells).map(cellObject) };
      },
    }),
    vmRoute(services, {
      method: 'GET',
      path: '/v1/vms/:vm/rmp',
      operationId: 'readRmp',
      tag: 'views',
      summary: 'The raw Reverse Map Table',
      query: RmpQuery,
      answer: { status: 200, description: 'Entries, by frame', schema: RmpAnswer },
      problems: ['address-out-of-range'],
      handle(vm, { query }) {
        const from = query.from === undefined ? firstFrame(vm) : frameNumber(query.from);
        const end = coveredFrames(vm.machine);
        if (from >= end)
          return refuse(
            'address-out-of-range',
            'from',
            `the table covers the frames below ${hexText(end)}`,
            'give a frame number, not an address',
          );
        const { entries, next } = rmpSlice(vm.machine, asPfn(from), limitOf(query.limit));
        const answer = { entries: entries.map(entryObject), next: next === null ? null : hexText(next) };
        if (query.layout === undefined) return answer;
        return {
          ...answer,
          table: tableObject(
            rmpTable(vm.machine, query.layout),
            entries.map(({ pfn }) => pfn),
          ),
        };
      },
    }),
    vmRoute(services, {
      method: 'GET',
      path: '/v1/vms/:vm/page-table',
      operationId: 'walkPageTable',
      tag: 'views',
      summary: "A walk of the VMM's page table",
      query: PageTableQuery,
      answer: { status: 200, description: 'The levels, from the top to the leaf', schema: PageTableAnswer },
      problems: ['address-out-of-range'],
      handle(vm, { query }) {
        const { page } = pagedAddress(query.hva);
        if (page < USER_VPN_END) return { levels: pageTableWalk(vm.machine, asVpn(page)).map(walkObject) };
        return refuse('address-out-of-range', 'hva', `${query.hva} is no user address`, 'give an address below 0x800000000000');
      },
    }),
    vmRoute(services, {
      method: 'GET',
      path: '/v1/vms/:vm/vmas',
      operationId: 'listVmas',
      tag: 'views',
      summary: 'The mappings of the VMM',
      answer: { status: 200, description: 'By address', schema: VmasAnswer },
      problems: [],
      handle: (vm) => ({ vmas: vmasOf(vm.machine).map(vmaObject) }),
    }),
  ];
}

function endOfMemory(vm: Vm): number {
  return Math.max(...vm.machine.config.memslots.map((slot) => slot.gfn + slot.pages));
}

function firstFrame(vm: Vm): number {
  return FRAME_BASE + Math.min(...vm.machine.config.memslots.map((slot) => slot.gfn));
}
