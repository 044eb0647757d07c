/** Asks for the token of a service that wants one. */
import { useSignal } from '@preact/signals';
import { giveToken } from '../session.js';
import { Dialog } from './dialog.js';

export function TokenDialog({ why }: { readonly why: 'missing' | 'refused' }) {
  const text = useSignal('');
  const submit = (event: Event): void => {
    event.preventDefault();
    if (text.value !== '') giveToken(text.value);
  };
  return (
    <Dialog title="Token">
      <form onSubmit={submit} class="form">
        <p>
          {why === 'refused' ? 'The service does not know this token. ' : 'This service answers only callers with its token. '}
          It is the value of <code>RAMPART_TOKEN</code> where the service was started, and is kept in this tab only.
        </p>
        <label class="field">
          <span>Token</span>
          <input
            type="password"
            autocomplete="off"
            autofocus
            value={text.value}
            onInput={({ currentTarget }) => (text.value = currentTarget.value)}
          />
        </label>
        <footer class="form-foot">
          <button type="submit" class="primary" disabled={text.value === ''}>
            Go on
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
