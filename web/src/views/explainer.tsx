/** What would happen: an access to the page that is looked at, check by check, without doing it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Schemas } from '../../../src/client/browser.js';
import { explainFailure, rampart } from '../session.js';
import { answered } from '../ui/answered.js';
import { Trouble } from '../ui/trouble.js';
import { Checks } from './checks.js';

interface ExplainerProps {
  readonly vm: string;
  readonly gpa: string;
  readonly pfn: string;
  readonly touched: number;
}

type Question = Schemas['ExplainRequest'];

const QUESTIONS: readonly { readonly name: string; ask(at: ExplainerProps): Question }[] = [
  { name: 'VMM writes', ask: ({ gpa }) => ({ op: 'hypervisor-write', gpa, size: 64 }) },
  { name: 'kernel writes', ask: ({ gpa }) => ({ op: 'hypervisor-write', gpa, size: 64, via: 'copy-to-user' }) },
  { name: 'VMM reads', ask: ({ gpa }) => ({ op: 'hypervisor-read', gpa, size: 64 }) },
  { name: 'PVALIDATE', ask: ({ gpa }) => ({ op: 'pvalidate', gpa, pageSize: '4K', validate: true }) },
  { name: 'PSMASH', ask: ({ pfn }) => ({ op: 'psmash', pfn: `0x${(BigInt(pfn) & ~0x1ffn).toString(16)}` }) },
];

export function Explainer(props: ExplainerProps) {
  const asked = useSignal(0);
  const answer = useSignal<Schemas['Explanation'] | null>(null);
  const trouble = useSignal<string | null>(null);
  const now = asked.value;
  useEffect(() => {
    const question = QUESTIONS[now];
    if (question === undefined) return;
    answered(rampart().api.POST('/v1/vms/{vm}/explain', { params: { path: { vm: props.vm } }, body: question.ask(props) })).then(
      (found) => {
        answer.value = found;
        trouble.value = null;
      },
      (error: unknown) => (trouble.value = explainFailure(error)),
    );
  }, [now, props.touched]);
  return (
    <section class="part">
      <h3>What would happen</h3>
      <div class="choices" role="group" aria-label="Access to explain">
        {QUESTIONS.map(({ name }, i) => (
          <button key={name} type="button" aria-pressed={i === now} onClick={() => (asked.value = i)}>
            {name}
          </button>
        ))}
      </div>
      <Trouble words={trouble.value} />
      {answer.value !== null && <Checks explanation={answer.value} />}
    </section>
  );
}
