/** The checks that an access meets, in order, and what comes of it: the answer of `explain`. */
import { sawWords, type Schemas } from '../../../src/client/browser.js';

type Explanation = Schemas['Explanation'];
type Check = Schemas['Check'];

const SIGNS: Readonly<Record<Check['result'], string>> = { passed: '✓', failed: '✕', 'not-reached': '·' };

export function Checks({ explanation }: { readonly explanation: Explanation }) {
  const { checks, bytesBefore, page } = explanation;
  return (
    <>
      {bytesBefore > 0 && (
        <p class="dim">
          {bytesBefore} bytes go through before it comes to <code>{page.gpa ?? page.hva}</code>
        </p>
      )}
      <ol class="checks">
        {checks.map((check, i) => (
          <li key={`${check.check}-${i}`} class={check.result}>
            <span class="sign" aria-hidden="true">
              {SIGNS[check.result]}
            </span>
            <div>
              <b>{check.check}</b> <span class="unseen">{check.result}</span> <span class="dim">{check.source}</span>
              {check.saw !== null && <span class="saw">{sawWords(check.saw)}</span>}
            </div>
          </li>
        ))}
      </ol>
      <Verdict verdict={explanation.verdict} />
    </>
  );
}

function Verdict({ verdict }: { readonly verdict: Explanation['verdict'] }) {
  const { kind, status, code, carry, fault, reason, errorCode, errorCodeBits, handler } = verdict;
  const good = kind === 'completed' || status === 'SUCCESS';
  return (
    <div class={good ? 'verdict good' : 'verdict bad'}>
      <p>
        {kind === 'completed' && <b>It goes through.</b>}
        {kind === 'status' && (
          <b>
            {status} ({code}){carry === null ? '' : `, CF=${carry ? 1 : 0}`}
          </b>
        )}
        {(kind === 'fault' || kind === 'nested-fault') && (
          <>
            <b>{kind === 'nested-fault' ? 'Nested page fault' : fault === 'rmp' ? 'RMP fault' : `Page fault: ${fault}`}</b>
            {errorCode !== null && (
              <>
                {' '}
                <code>{errorCode}</code> <span class="dim">{errorCodeBits.join(' ')}</span>
              </>
            )}
            {reason !== null && <span class="dim"> · {reason}</span>}
          </>
        )}
      </p>
      {handler !== null && (
        <p>
          The kernel decides <b class={`decision ${handler.decision ?? 'none'}`}>{handler.decision ?? 'nothing'}</b>
          {handler.lookedUp !== null && (
            <span class="dim">
              {' '}
              after it looked up <code>{handler.lookedUp.pfn}</code> ({handler.lookedUp.assigned ? 'assigned' : 'not assigned'},{' '}
              {handler.lookedUp.level})
            </span>
          )}
          {handler.repairs.length > 0 && `, does ${handler.repairs.join(', ')}`}, then <b>{handler.then}</b>.
        </p>
      )}
    </div>
  );
}
