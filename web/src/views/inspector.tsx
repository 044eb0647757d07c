/** One page seen from everywhere: where it is, how it is mapped, what the RMP says of it, how it came to that, what would happen to it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Schemas } from '../../../src/client/browser.js';
import { selectedTouched } from '../live/live.js';
import { Swatch } from '../map/legend.js';
import { STATE_WORDS } from '../map/states.js';
import { explainFailure, rampart } from '../session.js';
import { announce } from '../ui/announce.js';
import { gpaOf } from '../ui/format.js';
import { Trouble } from '../ui/trouble.js';
import { EntryView } from './entry-view.js';
import { Explainer } from './explainer.js';
import { PageHistory } from './page-history.js';

type Page = Schemas['Page'];

interface InspectorProps {
  readonly vm: Schemas['Vm'];
  readonly page: number | null;
  onClose(): void;
  onLook(page: number): void;
}

export function Inspector({ vm, page, onClose, onLook }: InspectorProps) {
  if (page === null) return <Nothing onLook={onLook} />;
  return <PageInspector key={page} vm={vm} page={page} onClose={onClose} onLook={onLook} />;
}

function Nothing({ onLook }: { onLook(page: number): void }) {
  const text = useSignal('');
  const valid = /^0x[0-9a-f]{1,13}$/.test(text.value);
  return (
    <section class="panel inspector">
      <header class="panel-head">
        <h2>Page inspector</h2>
      </header>
      <p class="pad dim">Choose a cell of the map, a fault of the timeline, or an address.</p>
      <form
        class="row pad"
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) onLook(Math.floor(Number(text.value) / 4096));
        }}
      >
        <input
          class="grow mono"
          type="text"
          aria-label="Guest address"
          placeholder="0x207000"
          value={text.value}
          onInput={({ currentTarget }) => (text.value = currentTarget.value.trim().toLowerCase())}
        />
        <button type="submit" disabled={!valid}>
          Look
        </button>
      </form>
    </section>
  );
}

function PageInspector({ vm, page, onClose, onLook }: InspectorProps & { readonly page: number }) {
  const view = useSignal<Page | null>(null);
  const trouble = useSignal<string | null>(null);
  const gpa = gpaOf(page);
  const touched = selectedTouched.value;
  useEffect(() => {
    const ended = new AbortController();
    rampart()
      .vm(vm.id)
      .page(gpa, { signal: ended.signal })
      .then(
        (found) => {
          if (view.value === null || view.value.state !== found.state) announce(`${gpa}: ${found.state}, ${STATE_WORDS[found.state]}`);
          view.value = found;
          trouble.value = null;
        },
        (error: unknown) => {
          if (!ended.signal.aborted) trouble.value = explainFailure(error);
        },
      );
    return () => ended.abort();
  }, [touched]);
  const found = view.value;
  return (
    <section class="panel inspector" aria-label="Page inspector">
      <header class="panel-head">
        <h2 class="mono">{gpa}</h2>
        <div class="row">
          <button type="button" class="quiet" aria-label="The page before" disabled={page === 0} onClick={() => onLook(page - 1)}>
            ‹
          </button>
          <button type="button" class="quiet" aria-label="The next page" onClick={() => onLook(page + 1)}>
            ›
          </button>
          <button type="button" class="quiet" aria-label="Close the inspector" onClick={onClose}>
            ✕
          </button>
        </div>
      </header>
      <Trouble words={trouble.value} />
      {found !== null && (
        <>
          <p class="state-line">
            <Swatch state={found.state} /> <b>{found.state}</b> <span class="dim">{STATE_WORDS[found.state]}</span>
          </p>
          <Where page={found} />
          <EntryView entry={found.rmp} />
          <Explainer vm={vm.id} gpa={gpa} pfn={found.pfn} touched={touched} />
          <PageHistory vm={vm.id} gpa={gpa} touched={touched} />
        </>
      )}
    </section>
  );
}

function Where({ page }: { readonly page: Page }) {
  const { mapping, vma } = page;
  return (
    <dl class="facts">
      <Fact name="hva">{page.hva}</Fact>
      <Fact name="pfn">{page.pfn}</Fact>
      <Fact name="host mapping">
        {mapping === null ? 'none' : mapping.present ? `${mapping.level}, from ${mapping.pfn}` : `${mapping.level}, ${mapping.state}`}
      </Fact>
      <Fact name="nested leaf">{page.nestedLevel ?? 'none'}</Fact>
      <Fact name="direct map">{page.directMapLevel}</Fact>
      <Fact name="VMA">{vma === null ? 'unmapped' : `${vma.backing}, ${vma.protection}`}</Fact>
      <Fact name="pinned">{page.pinned ? 'yes' : 'no'}</Fact>
      <Fact name="contents">{page.contentBytes === 0 ? 'never written' : `${page.contentBytes} bytes`}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
