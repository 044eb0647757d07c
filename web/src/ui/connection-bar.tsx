/** How the stream is, without flattery: its state, how fast and how late events come, and what was missed. */
import { behind, connection, eventCount, gaps, lagMs, rate } from '../live/live.js';
import { count, ms } from './format.js';

/** Later than this is worth a warning. */
const LATE_MS = 2000;

export function ConnectionBar() {
  const { dot, words, detail } = describe();
  const late = lagMs.value !== null && rate.value > 0 && lagMs.value > LATE_MS;
  return (
    <div class="connection" data-state={connection.value.state}>
      <span class={`dot ${dot}`} aria-hidden="true" />
      <span title={detail}>{words}</span>
      <span class="meter">
        <b>{count(rate.value)}</b> events/s
      </span>
      <span class="meter">
        <b>{count(eventCount.value)}</b> seen
      </span>
      {lagMs.value !== null && (
        <span
          class={late ? 'meter warn' : 'meter'}
          title="From when the newest event happened, by the service’s clock, to when it was shown here"
        >
          <b>{ms(Math.max(0, lagMs.value))}</b> lag
        </span>
      )}
      {behind.value > 0 && (
        <span class="meter warn">
          <b>{count(behind.value)}</b> behind
        </span>
      )}
      {gaps.value.length > 0 && (
        <details class="gaps">
          <summary>
            {gaps.value.length} {gaps.value.length === 1 ? 'gap' : 'gaps'}
          </summary>
          <ul>
            {gaps.value.map(({ words: what, at }) => (
              <li key={at}>{what}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function describe(): { readonly dot: string; readonly words: string; readonly detail: string } {
  const now = connection.value;
  switch (now.state) {
    case 'live':
      return { dot: 'ok', words: 'live', detail: `every event since ${now.cursor}, each once and in order` };
    case 'connecting':
      return { dot: 'wait', words: 'connecting', detail: `${now.failures} failures so far` };
    case 'waiting':
      return { dot: 'bad', words: 'cut off, trying again', detail: now.why };
    case 'failed':
      return { dot: 'bad', words: 'stream ended', detail: now.why };
    case 'closed':
      return { dot: 'off', words: 'not connected', detail: 'no view asks for events' };
  }
}
