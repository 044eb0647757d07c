/** One field of an operation. */
import { useId } from 'preact/hooks';
import type { Field } from './operation-schema.js';

interface FieldProps {
  readonly field: Field;
  readonly value: string;
  onChange(value: string): void;
}

export function FieldView({ field, value, onChange }: FieldProps) {
  const id = useId();
  const { name, hint, kind, required } = field;
  const described = hint === null ? undefined : `${id}-hint`;
  if (kind === 'many') return <ManyField field={field} value={value} onChange={onChange} />;
  return (
    <div class={kind === 'json' ? 'field whole' : 'field'}>
      <label for={id}>
        <code>{name}</code> {!required && <span class="dim">optional</span>}
      </label>
      {kind === 'choice' || kind === 'flag' ? (
        <select id={id} value={value} aria-describedby={described} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          {!required && <option value="">–</option>}
          {(kind === 'flag' ? ['true', 'false'] : field.choices).map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : kind === 'json' ? (
        <textarea
          id={id}
          rows={2}
          spellcheck={false}
          class="mono"
          value={value}
          aria-describedby={described}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      ) : (
        <input
          id={id}
          type="text"
          spellcheck={false}
          autocomplete="off"
          class="mono"
          value={value}
          aria-describedby={described}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
      {hint !== null && hint !== '' && <small id={`${id}-hint`}>{hint}</small>}
    </div>
  );
}

function ManyField({ field, value, onChange }: FieldProps) {
  const chosen = value === '' ? [] : value.split(' ');
  const toggle = (choice: string): void => onChange(field.choices.filter((one) => (one === choice) !== chosen.includes(one)).join(' '));
  return (
    <fieldset class="field whole many">
      <legend>
        <code>{field.name}</code>
      </legend>
      {field.choices.map((choice) => (
        <label key={choice}>
          <input type="checkbox" checked={chosen.includes(choice)} onChange={() => toggle(choice)} /> {choice}
        </label>
      ))}
    </fieldset>
  );
}
