/** One line under the map: what the cell under the pointer, or else the cursor, holds. */
import { count } from '../ui/format.js';
import type { CellWords } from './describe.js';
import { Swatch } from './legend.js';

export function CellLine({ words }: { readonly words: CellWords | null }) {
  if (words === null) return <p class="cell-line dim">reading the map …</p>;
  return (
    <p class="cell-line">
      <code>{words.gpa}</code>
      <span class="dim">{words.size}</span>
      {words.states.map(({ state, pages }) => (
        <span key={state} class="tag">
          <Swatch state={state} /> {state} {words.states.length > 1 && <b>{count(pages)}</b>}
        </span>
      ))}
      <span class={words.overlap ? 'tag hot' : 'tag'}>{words.mapping}</span>
      {words.overlap && <span class="hot-words">over pages of several states</span>}
    </p>
  );
}
