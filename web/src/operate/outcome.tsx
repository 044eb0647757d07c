/** What an operation came to, or would come to. */
import type { Schemas } from '../../../src/client/browser.js';
import { count } from '../ui/format.js';
import type { OperationResult } from './rehearse.js';

const GOOD = ['completed', 'SUCCESS', 'entered', 'exited'];
/** Said in words already, or of no interest by themselves. */
const SAID = ['index', 'outcome', 'status', 'code', 'carry', 'faults', 'problem', 'firstSeq', 'seq', 'events', 'expectation', 'op'];
/** Said only where they say something. */
const USUAL: Readonly<Record<string, unknown>> = { swExitInfo2: '0x0' };

export function Outcome({ result, tense }: { readonly result: OperationResult; readonly tense: 'would' | 'did' }) {
  const { outcome, status, code, carry, faults = [], problem, firstSeq, seq } = result;
  if (problem !== undefined) {
    return (
      <div class="verdict bad">
        <p>
          <b>{tense === 'would' ? 'It would be refused' : 'It was refused'}</b> <code>{problem.code}</code>
        </p>
        <p>
          {problem.detail}: {problem.hint}
        </p>
      </div>
    );
  }
  const word = status ?? outcome ?? 'done';
  const good = GOOD.includes(word) && (outcome === undefined || GOOD.includes(outcome));
  const rest = Object.entries(result).filter(
    ([name, value]) => !SAID.includes(name) && value !== null && value !== undefined && USUAL[name] !== value,
  );
  return (
    <div class={good ? 'verdict good' : 'verdict bad'}>
      <p>
        <b>{word}</b>
        {status !== undefined && code !== null && code !== undefined && ` (${code})`}
        {status !== undefined && outcome !== undefined && outcome !== 'completed' && `, ${outcome}`}
        {typeof carry === 'boolean' && `, CF=${carry ? 1 : 0}`}
        <span class="dim">
          {' '}
          {firstSeq === undefined || seq === undefined ? 'no event' : seq === firstSeq ? '1 event' : `${count(seq - firstSeq + 1)} events`}
        </span>
      </p>
      {faults.length > 0 && (
        <ul class="fault-words">
          {faults.map((fault, i) => (
            <li key={i}>
              {'decision' in fault ? (
                <>
                  #PF <code>{fault.errorCode}</code>
                  {fault.level !== null && ` through ${fault.level}`}:{' '}
                  <b class={`decision ${fault.decision ?? ''}`}>{fault.decision ?? fault.kind}</b>, {fault.action}
                  {fault.signal !== null && `, ${fault.signal.name}`}
                  {fault.repeats > 1 && `, ${count(fault.repeats)} times`}
                </>
              ) : (
                <>
                  nested fault <code>{fault.errorCode}</code>: {fault.reason}, {fault.action}
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {rest.length > 0 && (
        <dl class="answer-fields">
          {rest.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{valueWords(name, value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function valueWords(name: string, value: unknown): string {
  if (name === 'results' && Array.isArray(value)) return (value as readonly Conversion[]).map(conversionWords).join('; ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

type Conversion = Schemas['PageStateAnswer']['results'][number];

function conversionWords({ status, code, carry, rmpPages }: Conversion): string {
  const entries = rmpPages === 1 ? '1 RMP entry changed' : `${count(rmpPages)} RMP entries changed`;
  return `${status}${code === null || code === 0 ? '' : ` (${code})`}, ${entries}${carry === true ? ', CF=1' : ''}`;
}
