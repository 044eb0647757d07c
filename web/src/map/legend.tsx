/** What the colours and patterns mean; those that are on the map now stand first. */
import { useEffect, useRef } from 'preact/hooks';
import type { CellCounts } from '../live/protocol.js';
import { theme } from '../ui/theme.js';
import { REGION_SHIFT } from './geometry.js';
import { paintTile } from './palette.js';
import { type PageState, STATE_WORDS, STATES } from './states.js';

const SWATCH = 14;

export function Swatch({ state }: { readonly state: PageState }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = theme.value;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null) return;
    const side = SWATCH * devicePixelRatio;
    context.canvas.width = context.canvas.height = side;
    paintTile(context, state, now, side, side, devicePixelRatio);
  }, [state, now]);
  return <canvas ref={canvas} class="swatch" aria-hidden="true" />;
}

const USUAL: readonly PageState[] = ['hypervisor', 'guest-valid', 'guest-invalid'];

export function Legend({ counts, shift }: { readonly counts: CellCounts | null; readonly shift: number }) {
  const present = STATES.filter((state, i) => USUAL.includes(state) || (counts !== null && occurs(counts, i)));
  return (
    <ul class="legend" aria-label="Legend">
      {present.map((state) => (
        <li key={state}>
          <Swatch state={state} /> {state} <span class="dim">{STATE_WORDS[state]}</span>
        </li>
      ))}
      {shift < REGION_SHIFT ? (
        <>
          <li>
            <i class="key huge" /> one huge mapping <span class="dim">2M or 1G</span>
          </li>
          <li>
            <i class="key small" /> 4K mappings
          </li>
          <li>
            <i class="key hot" /> huge mapping over mixed pages <span class="dim">a store of the host faults</span>
          </li>
        </>
      ) : (
        <>
          <li>
            <i class="key share" /> share that is mapped 4K
          </li>
          <li>
            <i class="key corner" /> huge mappings and mixed pages <span class="dim">zoom in to see where</span>
          </li>
        </>
      )}
    </ul>
  );
}

function occurs({ states }: CellCounts, state: number): boolean {
  for (let at = state; at < states.length; at += STATES.length) if ((states[at] ?? 0) > 0) return true;
  return false;
}
