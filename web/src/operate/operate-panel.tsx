/** Every operation of the service as a form, with what it would do said before it is done. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Schemas } from '../../../src/client/browser.js';
import { Feed } from '../live/feeds.js';
import { newestSeq } from '../live/live.js';
import { explainFailure, rampart } from '../session.js';
import { announce } from '../ui/announce.js';
import { answered } from '../ui/answered.js';
import { Trouble } from '../ui/trouble.js';
import { Checks } from '../views/checks.js';
import { FieldView } from './field-view.js';
import { type JsonSchema, type OperationForm, operationForms, operationOf, type Values } from './operation-schema.js';
import { Outcome } from './outcome.js';
import { carryOut, foresee, type Foreseen, type Operation, type OperationResult } from './rehearse.js';
import { firstValue, OP_GROUPS, USUAL_FIELDS } from './words.js';

/** From one rehearsal to the next. */
const THINK_MS = 250;

interface OperateProps {
  readonly vm: Schemas['Vm'];
  readonly gpa: string;
}

export function OperatePanel({ vm, gpa }: OperateProps) {
  const forms = useSignal<readonly OperationForm[]>([]);
  const op = useSignal('hypervisor-write');
  const trouble = useSignal<string | null>(null);
  useEffect(() => {
    answered(rampart().api.GET('/schemas/scenario.json')).then(
      (schema) => (forms.value = operationForms(schema as unknown as JsonSchema)),
      (error: unknown) => (trouble.value = explainFailure(error)),
    );
  }, []);
  const form = forms.value.find((one) => one.op === op.value);
  const known = OP_GROUPS.flatMap(({ ops }) => Object.keys(ops));
  const others = forms.value.filter((one) => !known.includes(one.op));
  return (
    <section class="panel operate" aria-label="Operate">
      <header class="panel-head">
        <h2>Operate</h2>
      </header>
      <Trouble words={trouble.value} />
      <div class="pad">
        <div class="field">
          <label for="operation-choice">Operation</label>
          <select id="operation-choice" value={op.value} onChange={({ currentTarget }) => (op.value = currentTarget.value)}>
            {OP_GROUPS.map(({ name, ops }) => (
              <optgroup key={name} label={name}>
                {Object.entries(ops)
                  .filter(([one]) => forms.value.some((found) => found.op === one))
                  .map(([one, words]) => (
                    <option key={one} value={one}>
                      {words}
                    </option>
                  ))}
              </optgroup>
            ))}
            {others.length > 0 && (
              <optgroup label="More">
                {others.map((one) => (
                  <option key={one.op} value={one.op}>
                    {one.op}
                  </option>
                ))}
              </optgroup>
            )}
          </select>
        </div>
      </div>
      {form !== undefined && <Form key={`${form.op} ${gpa}`} form={form} vm={vm} gpa={gpa} />}
    </section>
  );
}

function Form({ form, vm, gpa }: OperateProps & { readonly form: OperationForm }) {
  const values = useSignal<Values>(firstValues(form, vm, gpa));
  const foreseen = useSignal<Foreseen | null>(null);
  const done = useSignal<OperationResult | null>(null);
  const trouble = useSignal<string | null>(null);
  const seq = newestSeq.value;

  const operation = (): Operation | null => {
    try {
      const made = operationOf(form, values.value) as Operation;
      trouble.value = null;
      return made;
    } catch (error) {
      trouble.value = explainFailure(error);
      return null;
    }
  };
  const feed = useRef<Feed | null>(null);
  useEffect(() => {
    feed.current = new Feed(async () => {
      const wanted = operation();
      if (wanted === null) return;
      await foresee(vm.id, wanted, vm.memslots[0]?.gpa ?? '0x0').then(
        (found) => (foreseen.value = found),
        (error: unknown) => (trouble.value = explainFailure(error)),
      );
    }, THINK_MS);
    return () => feed.current?.stop();
  }, []);
  useEffect(() => feed.current?.touch(), [values.value, seq]);

  const carry = (event: Event): void => {
    event.preventDefault();
    const wanted = operation();
    if (wanted === null) return;
    carryOut(vm.id, wanted).then(
      (result) => {
        done.value = result;
        announce(`${form.op}: ${result.problem?.code ?? result.status ?? result.outcome ?? 'done'}`);
      },
      (error: unknown) => (trouble.value = explainFailure(error)),
    );
  };
  const change = (path: string, value: string): void => {
    values.value = { ...values.value, [path]: value };
    done.value = null;
  };
  const usual = form.fields.filter(({ name, required }) => required || USUAL_FIELDS.includes(name));
  const more = form.fields.filter((field) => !usual.includes(field));
  const view = (fields: OperationForm['fields']) =>
    fields.map((field) => {
      const path = field.path.join('.');
      return <FieldView key={path} field={field} value={values.value[path] ?? ''} onChange={(value) => change(path, value)} />;
    });
  return (
    <form onSubmit={carry}>
      <div class="op-fields">{view(usual)}</div>
      {more.length > 0 && (
        <details class="op-more">
          <summary>More fields</summary>
          <div class="op-fields">{view(more)}</div>
        </details>
      )}
      <Trouble words={trouble.value} />
      {foreseen.value !== null && (
        <section class="part foreseen" aria-live="polite">
          <h3>What it would do</h3>
          <Outcome result={foreseen.value.result} tense="would" />
          {foreseen.value.explanation !== null && (
            <details>
              <summary>why, check by check</summary>
              <Checks explanation={foreseen.value.explanation} />
            </details>
          )}
        </section>
      )}
      <footer class="form-foot pad">
        <button type="submit" class="primary" disabled={foreseen.value === null}>
          Do it
        </button>
      </footer>
      {done.value !== null && (
        <section class="part">
          <h3>What it did</h3>
          <Outcome result={done.value} tense="did" />
        </section>
      )}
    </form>
  );
}

function firstValues({ op, fields }: OperationForm, vm: Schemas['Vm'], gpa: string): Values {
  const slot =
    vm.memslots.find((one) => BigInt(one.gpa) <= BigInt(gpa) && BigInt(gpa) < BigInt(one.gpa) + BigInt(one.size)) ?? vm.memslots[0];
  const offset = slot === undefined ? 0n : BigInt(gpa) - BigInt(slot.gpa);
  const at = {
    gpa,
    pfn: `0x${(BigInt(slot?.pfn ?? '0x0') + offset / 4096n).toString(16)}`,
    hva: `0x${(BigInt(slot?.hva ?? '0x0') + offset).toString(16)}`,
  };
  return Object.fromEntries(fields.map(({ path, name, choices, required }) => [path.join('.'), firstOf(op, name, choices, required, at)]));
}

function firstOf(
  op: string,
  name: string,
  choices: readonly string[],
  required: boolean,
  at: { gpa: string; pfn: string; hva: string },
): string {
  const value = firstValue(op, name, choices, at);
  return value === '' && required ? (choices[0] ?? '') : value;
}
