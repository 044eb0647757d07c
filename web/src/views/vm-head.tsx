/** What VM this is, and its counters. */
import type { Schemas } from '../../../src/client/browser.js';
import { generations } from '../session.js';
import { bytes, count } from '../ui/format.js';

interface HeadProps {
  readonly vm: Schemas['Vm'];
  readonly seq: number;
  onDelete(): void;
}

export function VmHead({ vm, seq, onDelete }: HeadProps) {
  const { stats } = vm;
  const title = generations.value.find(({ name }) => name === vm.generation)?.title;
  const size = vm.memslots.reduce((sum, slot) => sum + slot.size, 0);
  return (
    <header class="vm-head">
      <div class="vm-name">
        <h1>{vm.name ?? vm.id}</h1>
        <span class={`pill ${vm.state}`}>{vm.state}</span>
        <button type="button" class="quiet" onClick={onDelete}>
          Delete
        </button>
        <p class="dim">
          <code>{vm.id}</code> · {bytes(size)} of {vm.memory?.backing ?? `${vm.memslots.length} memslots`} · host kernel{' '}
          <code title={title}>{vm.generation}</code> · ASID {vm.asid} · on SIGBUS {vm.onSigbus}
        </p>
      </div>
      <dl class="counters">
        <Counter name="operations" value={stats.operations} />
        <Counter name="events" value={seq} />
        <Counter name="PAGE_SPLIT" value={stats.faults.PAGE_SPLIT} />
        <Counter name="KILL" value={stats.faults.KILL} tone="bad" />
        <Counter name="RETRY" value={stats.faults.RETRY} />
        <Counter name="leaf splits" value={stats.splits} />
        <Counter name="nested faults" value={stats.nestedFaults} />
        <Counter name="SIGBUS" value={stats.signals.SIGBUS} tone="bad" />
      </dl>
    </header>
  );
}

function Counter({ name, value, tone }: { readonly name: string; readonly value: number; readonly tone?: 'bad' }) {
  return (
    <div class={tone !== undefined && value > 0 ? `counter ${tone}` : 'counter'}>
      <dt>{name}</dt>
      <dd>{count(value)}</dd>
    </div>
  );
}
