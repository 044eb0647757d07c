/** Wheel, drag, click and keys on the map. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { MapWindow } from '../live/protocol.js';
import { COLUMNS, scrollBy, windowAt } from './geometry.js';
import type { Size } from './painter.js';

interface Hands {
  readonly window: Signal<MapWindow>;
  readonly cursor: Signal<number>;
  readonly pointed: Signal<number | null>;
  readonly size: ReadonlySignal<Size | null>;
  move(to: MapWindow, page?: number): void;
  /** Negative steps go nearer. */
  zoom(steps: number, cell: number): void;
  choose(cell: number): void;
}

/** A pointer that has moved by fewer pixels has clicked. */
const CLICK_PIXELS = 4;
/** One step of zoom for so much of a wheel: a notch of a mouse, some of a touchpad. */
const WHEEL_STEP = 80;
const PAGE_ROWS = 32;

export function useGestures({ window, cursor, pointed, size, move, zoom, choose }: Hands) {
  const drag = useRef<{ readonly y: number; readonly window: MapWindow; moved: boolean } | null>(null);
  const wheel = useRef(0);

  const cellAt = (event: MouseEvent): number | null => {
    if (size.value === null) return null;
    const { width, cellHeight, scale } = size.value;
    const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const column = Math.floor(((event.clientX - left) * scale * COLUMNS) / width);
    const row = Math.floor(((event.clientY - top) * scale) / cellHeight);
    const cell = row * COLUMNS + column;
    return column >= 0 && column < COLUMNS && row >= 0 && cell < window.value.cells ? cell : null;
  };

  const step = (cells: number): void => {
    const to = cursor.value + cells;
    if (to >= 0 && to < window.value.cells) {
      cursor.value = to;
      return;
    }
    const before = window.value.from;
    move(scrollBy(window.value, Math.sign(cells)));
    const scrolled = (window.value.from - before) / 2 ** window.value.shift;
    if (scrolled !== 0) cursor.value = Math.min(Math.max(to - scrolled, 0), window.value.cells - 1);
  };

  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    ArrowUp: () => step(-COLUMNS),
    ArrowDown: () => step(COLUMNS),
    PageUp: () => move(scrollBy(window.value, -PAGE_ROWS)),
    PageDown: () => move(scrollBy(window.value, PAGE_ROWS)),
    Home: () => (move(windowAt(window.value.end, window.value.shift, 0)), void (cursor.value = 0)),
    End: () => (move(windowAt(window.value.end, window.value.shift, window.value.end)), void (cursor.value = window.value.cells - 1)),
    '+': () => zoom(-1, cursor.value),
    '=': () => zoom(-1, cursor.value),
    '-': () => zoom(1, cursor.value),
    Enter: () => choose(cursor.value),
    ' ': () => choose(cursor.value),
  };

  return {
    onKeyDown(event: KeyboardEvent): void {
      const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    },
    onWheel(event: WheelEvent): void {
      event.preventDefault();
      if (event.shiftKey) return move(scrollBy(window.value, Math.sign(event.deltaY || event.deltaX) * 4));
      wheel.current += event.deltaY;
      const steps = Math.trunc(wheel.current / WHEEL_STEP);
      if (steps === 0) return undefined;
      wheel.current -= steps * WHEEL_STEP;
      return zoom(Math.sign(steps), cellAt(event) ?? cursor.value);
    },
    onPointerDown(event: PointerEvent): void {
      if (event.button !== 0) return;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      drag.current = { y: event.clientY, window: window.value, moved: false };
    },
    onPointerMove(event: PointerEvent): void {
      if (drag.current === null || size.value === null) return void (pointed.value = cellAt(event));
      const by = event.clientY - drag.current.y;
      if (Math.abs(by) >= CLICK_PIXELS) drag.current.moved = true;
      if (!drag.current.moved) return undefined;
      pointed.value = null;
      return move(scrollBy(drag.current.window, -Math.round((by * size.value.scale) / size.value.cellHeight)));
    },
    onPointerUp(event: PointerEvent): void {
      const clicked = drag.current?.moved === false;
      drag.current = null;
      const cell = cellAt(event);
      if (clicked && cell !== null) choose(cell);
    },
    onPointerCancel: () => void (drag.current = null),
    onPointerLeave: () => void (pointed.value = null),
    onDblClick(event: MouseEvent): void {
      const cell = cellAt(event);
      if (cell !== null) zoom(-2, cell);
    },
  };
}
