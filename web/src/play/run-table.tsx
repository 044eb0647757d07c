/** A run, step by step: what each came to, and what was expected instead where that is something else. */
import { answerWords, type Schemas } from '../../../src/client/browser.js';
import { count } from '../ui/format.js';

export function RunTable({ run }: { readonly run: Schemas['ScenarioRun'] }) {
  return (
    <section class="panel wide" tabIndex={0} aria-label="Steps">
      <table class="steps-table">
        <thead>
          <tr>
            <th>Step</th>
            <th>What</th>
            <th>Came to</th>
            <th>Expected</th>
          </tr>
        </thead>
        <tbody>
          {run.steps.map((step) => {
            const { came, decisions, actions, signal } = answerWords(step);
            return (
              <tr key={step.step}>
                <td class="mono">{step.step}</td>
                <td>
                  <code>{step.op}</code>
                  {step.times > 1 && <span class="dim"> {count(step.times)} times</span>}
                  {step.text !== null && <p class="dim">{step.text}</p>}
                </td>
                <td>
                  <b>{came}</b> <span class={`decision ${decisions}`}>{decisions}</span> <span class="dim">{actions}</span> {signal}
                </td>
                <td>
                  {step.held === null ? (
                    <span class="dim">nothing</span>
                  ) : step.held ? (
                    <span class="held">✓ held</span>
                  ) : (
                    <div class="not-held">
                      ✕ {count(step.failures)} of {count(step.times)}
                      <ul>
                        {step.differences.map(({ field, expected, actual }) => (
                          <li key={field}>
                            <code>{field}</code>: {JSON.stringify(expected)} expected, {JSON.stringify(actual)} came
                          </li>
                        ))}
                      </ul>
                    </div>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
