/** The memory map: a guest's address space as cells, by wheel, drag and keyboard from a tebibyte to one page. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { overviewMap, showWindow, windowMap } from '../live/live.js';
import type { MapWindow } from '../live/protocol.js';
import { announce } from '../ui/announce.js';
import { gpaOf, pages } from '../ui/format.js';
import { theme } from '../ui/theme.js';
import { describeCell, sentence } from './describe.js';
import { cellOfPage, COLUMNS, overviewOf, pageOfCell, rowsOf, sameWindow, shiftMax, windowAt, windowWith, zoomAt } from './geometry.js';
import { CellLine } from './cell-line.js';
import { useGestures } from './gestures.js';
import { Legend } from './legend.js';
import { OverviewStrip } from './overview.js';
import { columnEdge, MapPainter, sizeFor } from './painter.js';

export interface MapViewProps {
  /** The page after the last one of the VM. */
  readonly end: number;
  readonly selected: number | null;
  onSelect(page: number): void;
}

export function MapView({ end, selected, onSelect }: MapViewProps) {
  const window = useSignal<MapWindow>(windowAt(end, shiftMax(end), 0));
  const cursor = useSignal(0);
  const pointed = useSignal<number | null>(null);
  const width = useSignal(0);
  const box = useRef<HTMLDivElement>(null);
  const cells = useRef<HTMLCanvasElement>(null);
  const lines = useRef<HTMLCanvasElement>(null);
  const painter = useRef<MapPainter | null>(null);

  const move = (to: MapWindow, page?: number): void => {
    if (!sameWindow(to, window.value)) window.value = to;
    if (page !== undefined) cursor.value = cellOfPage(to, page) ?? 0;
    else cursor.value = Math.min(cursor.value, to.cells - 1);
  };
  const zoom = (steps: number, cell: number): void => {
    const page = pageOfCell(window.value, cell);
    const to = zoomAt(window.value, window.value.shift + steps, cell);
    if (sameWindow(to, window.value)) return;
    move(to, page);
    announce(`${pages(2 ** to.shift)} in a cell`);
  };
  const choose = (cell: number): void => {
    cursor.value = cell;
    onSelect(pageOfCell(window.value, cell));
  };

  useSignalEffect(() => showWindow(window.value, overviewOf(end)));
  useEffect(() => () => showWindow(null, null), []);
  useEffect(() => {
    if (selected !== null) move(windowWith(window.value, selected), selected);
  }, [selected]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => (width.value = element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const scale = devicePixelRatio;
  const size = useComputed(() => (width.value === 0 ? null : sizeFor(width.value, window.value, scale)));
  const rows = useComputed(() => rowsOf(window.value));
  useSignalEffect(() => {
    if (size.value === null || cells.current === null || lines.current === null) return;
    painter.current ??= new MapPainter(cells.current, lines.current);
    painter.current.setLook(size.value, rows.value, theme.value);
    const map = windowMap.peek();
    if (map !== null && sameWindow(map.window, window.peek())) painter.current.draw(map.window, map.counts);
  });
  useSignalEffect(() => {
    const map = windowMap.value;
    if (map !== null && sameWindow(map.window, window.value)) painter.current?.draw(map.window, map.counts);
  });

  const gestures = useGestures({ window, cursor, pointed, size, move, zoom, choose });
  const map = windowMap.value;
  const fresh = map !== null && sameWindow(map.window, window.value);
  const shown = pointed.value ?? cursor.value;
  const measure = size.value ?? { width: COLUMNS, cellHeight: 1, scale };
  const boxOf = (cell: number) => {
    const left = columnEdge(measure, cell % COLUMNS);
    return {
      left: `${left / scale}px`,
      top: `${(Math.floor(cell / COLUMNS) * measure.cellHeight) / scale}px`,
      width: `${(columnEdge(measure, (cell % COLUMNS) + 1) - left) / scale}px`,
      height: `${measure.cellHeight / scale}px`,
    };
  };
  const chosen = selected === null ? null : cellOfPage(window.value, selected);
  const words = fresh ? describeCell(window.value, map.counts, Math.min(shown, map.window.cells - 1)) : null;
  const at = window.value;
  return (
    <section class="panel map" aria-label="Memory map">
      <header class="panel-head">
        <h2>Memory map</h2>
        <p class="range">
          <code>{gpaOf(at.from)}</code>
          <span aria-hidden="true"> – </span>
          <code>{gpaOf(Math.min(at.from + at.cells * 2 ** at.shift, end))}</code>
        </p>
        <div class="zoom" role="group" aria-label="Zoom">
          <button type="button" onClick={() => zoom(1, cursor.value)} disabled={at.shift >= shiftMax(end)} aria-label="Zoom out">
            −
          </button>
          <output>{pages(2 ** at.shift)} a cell</output>
          <button type="button" onClick={() => zoom(-1, cursor.value)} disabled={at.shift === 0} aria-label="Zoom in">
            +
          </button>
          <button type="button" onClick={() => move(windowAt(end, shiftMax(end), 0))} disabled={at.shift >= shiftMax(end)}>
            All
          </button>
        </div>
      </header>
      <OverviewStrip
        map={overviewMap.value}
        window={at}
        onJump={(page) => move(windowAt(end, at.shift, page - (at.cells / 2) * 2 ** at.shift), page)}
      />
      <div class="map-box" ref={box}>
        <div
          class="map-field"
          tabIndex={0}
          role="application"
          aria-roledescription="memory map"
          aria-label={words === null ? 'Memory map, loading' : sentence(words)}
          aria-describedby="map-keys"
          data-shift={at.shift}
          data-from={at.from}
          data-fresh={fresh}
          {...gestures}
        >
          <canvas ref={cells} style={{ width: `${measure.width / scale}px` }} />
          <canvas ref={lines} style={{ width: `${measure.width / scale}px` }} />
          {chosen !== null && <div class="cell-mark chosen" style={boxOf(chosen)} />}
          <div class="cell-mark cursor" style={boxOf(cursor.value)} />
          {pointed.value !== null && <div class="cell-mark pointed" style={boxOf(pointed.value)} />}
        </div>
      </div>
      <CellLine words={words} />
      <Legend counts={fresh ? map.counts : null} shift={at.shift} />
      <p id="map-keys" class="hint">
        Wheel or <kbd>+</kbd> <kbd>−</kbd> zoom, drag or <kbd>Page Up</kbd> <kbd>Page Down</kbd> scroll, arrows move, <kbd>Enter</kbd> or a
        click looks into a page.
      </p>
    </section>
  );
}
