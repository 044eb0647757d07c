/** The faults of a VM, newest first, with filters; each opens to what happened step by step. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { connection, decisionCounts, faultCount, faults, filterFaults } from '../live/live.js';
import type { FaultEvent } from '../live/protocol.js';
import { verdictOf } from '../live/tally.js';
import { clockTime, count } from '../ui/format.js';
import { FaultSteps } from './fault-steps.js';

interface TimelineProps {
  readonly generation: string;
  onLook(gpa: string): void;
}

/** Rows that are drawn; the rest of what is held comes with a button. */
const ROWS = 20;

const KINDS: readonly { readonly type: FaultEvent['type']; readonly name: string }[] = [
  { type: 'fault', name: 'host' },
  { type: 'nested-fault', name: 'nested' },
  { type: 'vc-exception', name: '#VC' },
  { type: 'memory-fault-exit', name: 'exit to VMM' },
];

export function Timeline({ generation, onLook }: TimelineProps) {
  const decision = useSignal<string | null>(null);
  const kind = useSignal<FaultEvent['type'] | null>(null);
  const text = useSignal('');
  const open = useSignal<number | null>(null);
  const held = useSignal<readonly FaultEvent[] | null>(null);
  const heldAt = useSignal(0);
  const rows = useSignal(ROWS);
  const hold = (): void => {
    if (held.value !== null) return;
    heldAt.value = faults.value.matching;
    held.value = faults.value.shown;
  };

  useSignalEffect(() => {
    filterFaults({
      decisions: decision.value === null ? null : [decision.value],
      kinds: kind.value === null ? null : [kind.value],
      text: text.value.trim().toLowerCase(),
    });
  });

  const { shown, matching } = faults.value;
  const list = held.value ?? shown;
  const missed = held.value === null ? 0 : matching - heldAt.value;
  const newest = list.slice(-rows.value).reverse();
  const verdicts = Object.keys(decisionCounts.value).sort();
  return (
    <section class="panel timeline" aria-label="Fault timeline">
      <header class="panel-head">
        <h2>Faults</h2>
        <p class="dim">
          {count(faultCount.value)} seen, {count(matching)} match
        </p>
        {held.value === null ? (
          <button type="button" onClick={hold}>
            Hold still
          </button>
        ) : (
          <button
            type="button"
            class="primary"
            onClick={() => {
              held.value = null;
              open.value = null;
            }}
          >
            Go on{missed > 0 && `, ${count(missed)} new`}
          </button>
        )}
      </header>
      <div class="filters">
        <div class="choices" role="group" aria-label="Kind of fault">
          <Chip on={kind.value === null} name="all" onClick={() => (kind.value = null)} />
          {KINDS.map(({ type, name }) => (
            <Chip key={type} on={kind.value === type} name={name} onClick={() => (kind.value = kind.value === type ? null : type)} />
          ))}
        </div>
        <div class="choices" role="group" aria-label="Decision">
          {verdicts.map((one) => (
            <Chip
              key={one}
              on={decision.value === one}
              name={one}
              n={decisionCounts.value[one] ?? 0}
              onClick={() => (decision.value = decision.value === one ? null : one)}
            />
          ))}
        </div>
        <input
          type="search"
          class="mono"
          aria-label="Filter by address or word"
          placeholder="address or word"
          value={text.value}
          onInput={({ currentTarget }) => (text.value = currentTarget.value)}
        />
      </div>
      {newest.length === 0 ? (
        <p class="pad dim">
          {connection.value.state === 'live' ? 'No fault yet. A host write to a private page makes one.' : 'waiting for the stream …'}
        </p>
      ) : (
        <ol class="faults">
          {newest.map((event, i) => (
            <Row
              // Not by event: in a flood rows would be thrown away and made many times a second, with new words it is enough.
              key={i}
              event={event}
              generation={generation}
              open={open.value === event.seq}
              onToggle={() => {
                hold();
                open.value = open.value === event.seq ? null : event.seq;
              }}
              onLook={onLook}
            />
          ))}
        </ol>
      )}
      {list.length > rows.value && (
        <button type="button" class="quiet more" onClick={() => (rows.value += ROWS)}>
          {list.length - rows.value} more are held
        </button>
      )}
    </section>
  );
}

function Chip({ on, name, n, onClick }: { readonly on: boolean; readonly name: string; readonly n?: number; onClick(): void }) {
  return (
    <button type="button" aria-pressed={on} onClick={onClick}>
      {name}
      {n !== undefined && <span class="dim"> {count(n)}</span>}
    </button>
  );
}

interface RowProps {
  readonly event: FaultEvent;
  readonly generation: string;
  readonly open: boolean;
  onToggle(): void;
  onLook(gpa: string): void;
}

function Row({ event, generation, open, onToggle, onLook }: RowProps) {
  const verdict = verdictOf(event);
  const { gpa, what, came } = summary(event);
  return (
    <li class={open ? 'fault open' : 'fault'}>
      <button type="button" class="fault-row" aria-expanded={open} onClick={onToggle}>
        <time dateTime={event.at} class="mono dim">
          {clockTime(event.at)}
        </time>
        <span class={`decision ${verdict}`}>{verdict}</span>
        <code>{gpa ?? 'off memslots'}</code>
        <span class="what">{what}</span>
        <span class={`came ${came}`}>{came}</span>
      </button>
      {open && <FaultSteps event={event} generation={generation} onLook={onLook} />}
    </li>
  );
}

function summary(event: FaultEvent): { readonly gpa: string | null; readonly what: string; readonly came: string } {
  switch (event.type) {
    case 'fault': {
      const { gpa, origin, access, level, repeats } = event.fault;
      const times = repeats > 1 ? `, ${count(repeats)} times` : '';
      return { gpa, what: `${origin} ${access}${level === null ? '' : ` through ${level}`}${times}`, came: event.outcome };
    }
    case 'nested-fault':
      return { gpa: event.fault.gpa, what: `guest ${event.fault.access} through ${event.fault.level}`, came: event.fault.action };
    case 'vc-exception':
      return { gpa: event.gpa, what: `guest ${event.access}`, came: '#VC' };
    case 'memory-fault-exit':
      return { gpa: event.gpa, what: `${event.private ? 'private' : 'shared'} page wanted`, came: 'exit' };
  }
}
