/** Answers and events in words. */
import type { EventObject, Schemas } from '../client/index.js';
import { fields, type Paint, sizeText, type Style } from './text.js';

type Fault = Schemas['Fault'];

const DECISION_STYLE: Readonly<Record<NonNullable<Fault['decision']>, Style>> = {
  RETRY: 'cyan',
  KILL: 'red',
  PAGE_SPLIT: 'yellow',
  FORCE_SHARED: 'magenta',
  NONE: 'blue',
};

/** One line: code, place, what was decided, what came of it. */
export function faultWords(fault: Fault, paint: Paint): string {
  const { decision, signal, repeats } = fault;
  const decided = decision === null ? fault.kind : paint(DECISION_STYLE[decision], decision);
  const sent = signal === null ? '' : paint('red', ` ${signal.name} ${signal.codeName}`);
  const often = repeats === 1 ? '' : ` (${repeats} times)`;
  const mapping = fault.level === null ? 'no mapping' : `${fault.level} mapping`;
  return `#PF ${fault.errorCode} at ${fault.hva} (${mapping}) ${decided} ${fault.action}${sent}${often}`;
}

/** What follows the first line of a fault. */
export function faultDetails(fault: Fault, paint: Paint, indent: string): string {
  const { rmp, lookedUp, faultFlags } = fault;
  const rows = [
    ['bits', fault.errorCodeBits.join(' ')],
    ['page', `${fault.gpa === null ? '' : `gpa ${fault.gpa}, `}pfn ${fault.pfn ?? 'none'}`],
    ['reason', fault.reason ?? undefined],
    ['entry', rmp === null ? undefined : entryWords(rmp)],
    [
      'looked up',
      lookedUp === null ? undefined : `pfn ${lookedUp.pfn}, ${lookedUp.assigned ? 'assigned' : 'not assigned'}, ${lookedUp.level}`,
    ],
    ['flags', faultFlags === null ? undefined : `${faultFlags.value} ${faultFlags.names.join(' ')}`],
  ] as const;
  return fields(rows, paint, indent) + fault.dmesg.map((line) => `${indent}${paint('dim', '|')} ${line}\n`).join('');
}

export function entryWords(entry: Schemas['Entry']): string {
  const owner = entry.asid === 0 ? '' : `, ASID ${entry.asid}, gpa ${entry.gpa}`;
  const marks = [entry.assigned && 'assigned', entry.validated && 'validated', entry.immutable && 'immutable', entry.vmsa && 'vmsa'];
  const set = marks.filter((mark) => mark !== false);
  return `${entry.state} (${set.length === 0 ? 'not assigned' : set.join(', ')}), ${entry.level}${owner} [${entry.raw.join(' - ')}]`;
}

/** Common fields, which every line has in its own way or does not need. */
const COMMON = new Set(['vm', 'seq', 'position', 'type', 'op', 'operation', 'requestId', 'at', 'fault', 'outcome']);

export function eventWords(event: EventObject, paint: Paint): string {
  const head = `${paint('dim', event.at.slice(11, 23))} ${event.vm} ${paint('dim', `#${event.seq}`)}`;
  if (event.type === 'fault')
    return `${head} ${faultWords(event.fault, paint)} ${paint('dim', '->')} ${outcomeWords(event.outcome, paint)}`;
  if (event.type === 'nested-fault') {
    return `${head} ${nestedFaultWords(event.fault)}`;
  }
  const rest = Object.entries(event).filter(([name, value]) => !COMMON.has(name) && value !== null);
  return `${head} ${event.type === 'vm-killed' ? paint('red', event.type) : event.type} ${rest.map(([name, value]) => `${name}=${String(value)}`).join(' ')}`.trimEnd();
}

export function nestedFaultWords({ errorCode, errorCodeBits, gpa, action }: Schemas['NestedFault']): string {
  return `#NPF ${errorCode} ${errorCodeBits.join(' ')} at gpa ${gpa} ${action}`;
}

export function outcomeWords(outcome: Schemas['AccessOutcome'], paint: Paint): string {
  return paint(outcome === 'completed' ? 'green' : 'red', outcome);
}

export function vmFields(vm: Schemas['Vm'], paint: Paint): string {
  const { stats } = vm;
  const counted = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  return fields(
    [
      ['id', vm.id],
      ['name', vm.name ?? undefined],
      ['state', vm.state === 'killed' ? paint('red', vm.state) : vm.state],
      ['generation', vm.generation],
      ['memory', memoryWords(vm)],
      [
        'labels',
        Object.entries(vm.labels)
          .map(([name, value]) => `${name}:${value}`)
          .join(' ') || undefined,
      ],
      ['operations', stats.operations],
      ['faults', counted(stats.faults)],
      ['signals', counted(stats.signals)],
      ['last event', vm.seq],
      ['created', vm.createdAt],
      ['digest', vm.digest],
    ],
    paint,
  );
}

export function memoryWords({ memslots }: Pick<Schemas['Vm'], 'memslots'>): string {
  return memslots.map(({ gpa, size, backing }) => `${sizeText(size)} ${backing}${memslots.length === 1 ? '' : ` at ${gpa}`}`).join(', ');
}
