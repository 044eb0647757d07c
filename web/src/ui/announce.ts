/** Words for those who hear the page. At most a few a second: what is said too fast is not heard at all. */
import { signal } from '@preact/signals';

const PAUSE_MS = 1000;

export const spoken = signal('');
let waiting: string | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;

/** Of several in a second the last one is said. */
export function announce(words: string): void {
  if (timer !== null) {
    waiting = words;
    return;
  }
  spoken.value = words;
  timer = setTimeout(() => {
    timer = null;
    if (waiting !== null) announce(waiting);
    waiting = null;
  }, PAUSE_MS);
}
