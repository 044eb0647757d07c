/** Counts over all VMs since the start, deleted ones included: what `/metrics` shows. */
import type { Applied, Event, Fault, GenerationName } from '../core/index.js';

export interface Count {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
}

export class Tally {
  readonly operations = new Map<string, Count>();
  readonly faults = new Map<string, Count>();
  readonly splits = new Map<string, Count>();
  readonly signals = new Map<string, Count>();
  readonly pageFaults = new Map<string, Count>();
  readonly directMapPages = new Map<string, Count>();
  readonly leakedPages = new Map<string, Count>();

  note(op: string, applied: Applied, generation: GenerationName): void {
    add(this.operations, op, 1, { op });
    for (const event of applied.events) this.noteEvent(event, generation);
  }

  private noteEvent(event: Event, generation: GenerationName): void {
    if (event.type === 'mapping-split') add(this.splits, generation, 1, { generation });
    if (event.type === 'fault') this.noteFault(event.fault, generation);
    if (event.type === 'direct-map-split') add(this.directMapPages, generation, event.pages, { generation });
    if (event.type === 'page-leaked')
      add(this.leakedPages, `${event.cause} ${generation}`, event.pages, { cause: event.cause, generation });
  }

  private noteFault(fault: Fault, generation: GenerationName): void {
    add(this.pageFaults, `${fault.kind} ${generation}`, fault.repeats, { kind: fault.kind, generation });
    if (fault.decision !== null) {
      add(this.faults, `${fault.decision} ${generation}`, fault.repeats, { decision: fault.decision, generation });
    }
    if (fault.signal !== null) {
      add(this.signals, `${fault.signal.name} ${generation}`, 1, { signal: fault.signal.name, generation });
    }
  }
}

function add(counts: Map<string, Count>, key: string, by: number, labels: Readonly<Record<string, string>>): void {
  const count = counts.get(key);
  if (count === undefined) counts.set(key, { labels, value: by });
  else count.value += by;
}
