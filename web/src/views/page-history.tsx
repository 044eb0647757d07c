/** How a page came to be what it is: its events, newest first. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { EventObject } from '../../../src/client/browser.js';
import { explainFailure, rampart } from '../session.js';
import { answered } from '../ui/answered.js';
import { clockTime } from '../ui/format.js';
import { Trouble } from '../ui/trouble.js';
import { eventWords } from './event-words.js';

interface HistoryProps {
  readonly vm: string;
  readonly gpa: string;
  readonly touched: number;
}

const LIMIT = '20';

export function PageHistory({ vm, gpa, touched }: HistoryProps) {
  const events = useSignal<readonly EventObject[] | null>(null);
  const next = useSignal<string | null>(null);
  const end = useSignal<'beginning' | 'compacted' | null>(null);
  const trouble = useSignal<string | null>(null);
  const read = (cursor: string | null): void => {
    const query = { limit: LIMIT, ...(cursor === null ? {} : { cursor }) };
    answered(rampart().api.GET('/v1/vms/{vm}/pages/{gpa}/history', { params: { path: { vm, gpa }, query } })).then(
      (page) => {
        events.value = cursor === null ? page.events : [...(events.value ?? []), ...page.events];
        next.value = page.next;
        end.value = page.end;
        trouble.value = null;
      },
      (error: unknown) => (trouble.value = explainFailure(error)),
    );
  };
  useEffect(() => read(null), [touched]);
  return (
    <section class="part">
      <h3>History</h3>
      <Trouble words={trouble.value} />
      <ol class="history">
        {events.value?.map((event) => (
          <li key={event.seq}>
            <span class="mono dim">#{event.seq}</span> <span>{eventWords(event)}</span>{' '}
            <span class="dim">
              {event.op} {event.operation}, <time dateTime={event.at}>{clockTime(event.at)}</time>
            </span>
          </li>
        ))}
      </ol>
      {end.value === 'compacted' && <p class="dim">Older events are not kept any more.</p>}
      {next.value !== null && (
        <button type="button" onClick={() => read(next.value)}>
          Older
        </button>
      )}
    </section>
  );
}
