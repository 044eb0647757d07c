/** All of memory as one strip, and where the map is in it. */
import { useEffect, useRef } from 'preact/hooks';
import type { FromWorker, MapWindow } from '../live/protocol.js';
import { theme } from '../ui/theme.js';
import { INKS, LOOKS } from './palette.js';
import { STATES } from './states.js';

type MapMessage = Extract<FromWorker, { t: 'map' }>;

interface OverviewProps {
  readonly map: MapMessage | null;
  readonly window: MapWindow;
  onJump(page: number): void;
}

const HEIGHT = 20;

/** For the pointer only: the map itself goes everywhere by keys. */
export function OverviewStrip({ map, window, onJump }: OverviewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = theme.value;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null || map === null) return;
    const { cells } = map.window;
    context.canvas.width = cells;
    context.canvas.height = HEIGHT;
    for (let cell = 0; cell < cells; cell++) {
      const counts = map.counts.states.subarray(cell * STATES.length, (cell + 1) * STATES.length);
      const total = counts.reduce((sum, n) => sum + n, 0);
      context.fillStyle = INKS[now].ground;
      context.fillRect(cell, 0, 1, HEIGHT);
      let top = HEIGHT;
      STATES.forEach((state, i) => {
        const n = counts[i] ?? 0;
        if (n === 0) return;
        const high = Math.max(2, (n / total) * HEIGHT);
        context.fillStyle = LOOKS[state][now];
        context.fillRect(cell, Math.max(0, top - high), 1, high);
        top -= high;
      });
    }
  }, [map, now]);
  const left = (window.from / window.end) * 100;
  const share = Math.min(100 - left, ((window.cells * 2 ** window.shift) / window.end) * 100);
  const jump = (event: MouseEvent): void => {
    const { left: from, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    onJump(Math.floor(((event.clientX - from) / width) * window.end));
  };
  return (
    <div class="overview" aria-hidden="true" onClick={jump} title="All of memory; click to go there">
      <canvas ref={canvas} />
      <div class="overview-window" style={{ left: `${left}%`, width: `max(3px, ${share}%)` }} />
    </div>
  );
}
