/** The frame around every view: where one can go, how the connection is, what is said aloud. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { linkTo, type Route, route } from './router.js';
import { about, explainFailure, meetService, token, tokenWanted } from './session.js';
import { spoken } from './ui/announce.js';
import { ConnectionBar } from './ui/connection-bar.js';
import { theme, toggleTheme } from './ui/theme.js';
import { TokenDialog } from './ui/token-dialog.js';
import { ScenariosView } from './play/scenarios-view.js';
import { VmListView } from './views/vm-list.js';
import { VmView } from './views/vm-view.js';

const PLACES: readonly { readonly to: Route; readonly name: string; readonly views: readonly Route['view'][] }[] = [
  { to: { view: 'vms' }, name: 'VMs', views: ['vms', 'vm'] },
  { to: { view: 'scenarios', name: null }, name: 'Scenarios', views: ['scenarios'] },
];

export function App() {
  const trouble = useSignal<string | null>(null);
  useSignalEffect(() => {
    void token.value;
    meetService().then(
      () => (trouble.value = null),
      (error: unknown) => (trouble.value = explainFailure(error)),
    );
  });
  const at = route.value;
  const known = about.value;
  return (
    <>
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href={linkTo({ view: 'vms' })}>
          <Mark /> Rampart
        </a>
        <nav aria-label="Views">
          {PLACES.map(({ to, name, views }) => (
            <a key={name} href={linkTo(to)} aria-current={views.includes(at.view) ? 'page' : undefined}>
              {name}
            </a>
          ))}
          <a href="/docs">API</a>
        </nav>
        <ConnectionBar />
        <button type="button" class="quiet" onClick={toggleTheme} aria-label={theme.value === 'dark' ? 'Light colours' : 'Dark colours'}>
          {theme.value === 'dark' ? '☀' : '☾'}
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        {known !== null && tokenWanted.value === null ? (
          <View at={at} />
        ) : (
          <p class="lone">{tokenWanted.value !== null ? 'This service wants a token.' : (trouble.value ?? 'asking the service …')}</p>
        )}
      </main>
      <footer class="foot">
        {known !== null && (
          <>
            Rampart {known.version} · rules {known.rulesVersion} · log <code>{known.epoch}</code>
          </>
        )}
      </footer>
      {tokenWanted.value !== null && <TokenDialog why={tokenWanted.value} />}
      <p class="spoken" role="status" aria-live="polite">
        {spoken.value}
      </p>
    </>
  );
}

function View({ at }: { readonly at: Route }) {
  if (at.view === 'vm') return <VmView key={at.id} id={at.id} gpa={at.gpa} />;
  return at.view === 'scenarios' ? <ScenariosView name={at.name} /> : <VmListView />;
}

/** The # of the address says which view it is, so the link itself must not change it. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Mark() {
  return (
    <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M3 6h4v3h3V6h4v3h3V6h4v13H3z" />
      <path class="gate" d="M10 19v-4a2 2 0 0 1 4 0v4z" />
    </svg>
  );
}
