/** Fields of forms: a label, what can be given, and what it means. */
import type { Signal } from '@preact/signals';
import { useId } from 'preact/hooks';

interface TextProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly hint?: string;
  readonly placeholder?: string;
  /** What may be chosen quickly; anything else may be written. */
  readonly suggestions?: readonly string[];
}

export function TextField({ label, value, hint, placeholder, suggestions }: TextProps) {
  const id = useId();
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        value={value.value}
        placeholder={placeholder}
        spellcheck={false}
        autocomplete="off"
        list={suggestions === undefined ? undefined : `${id}-list`}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={({ currentTarget }) => (value.value = currentTarget.value)}
      />
      {suggestions !== undefined && (
        <datalist id={`${id}-list`}>
          {suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
    </label>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly hint?: string;
}

export function ChoiceField({ label, value, options, hint }: ChoiceProps) {
  const id = useId();
  return (
    <label class="field">
      <span>{label}</span>
      <select
        value={value.value}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={({ currentTarget }) => (value.value = currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
    </label>
  );
}
