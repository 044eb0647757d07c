/** Shares of memory by state, in one bar and in words. */
import { theme } from '../ui/theme.js';
import { pages } from '../ui/format.js';
import { LOOKS } from '../map/palette.js';
import { STATES } from '../map/states.js';

export function StateBar({ pages: byState }: { readonly pages: Readonly<Partial<Record<(typeof STATES)[number], number>>> }) {
  const shares = STATES.flatMap((state) => {
    const n = byState[state] ?? 0;
    return n === 0 ? [] : [{ state, n }];
  });
  const total = shares.reduce((sum, { n }) => sum + n, 0);
  const words = shares.map(({ state, n }) => `${state} ${pages(n)}`).join(', ');
  const now = theme.value;
  return (
    <span class="state-bar" role="img" aria-label={words} title={words}>
      {shares.map(({ state, n }) => (
        <i key={state} style={{ flexGrow: `${Math.max(n / total, 0.03)}`, background: LOOKS[state][now] }} />
      ))}
    </span>
  );
}
