/**
 * How much the main thread of a page works, frame by frame, out of the browser's own trace: processor time, so that whatever else runs on the
 * machine does not count.
 */
import type { Browser, Page } from 'playwright-core';

const FRAME_MS = 1000 / 60;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** Of it on a processor. */
  readonly tdur?: number;
  readonly args?: {
    readonly name?: string;
    readonly data?: { readonly frames?: readonly { readonly url?: string; readonly processId?: number }[] };
  };
}

export interface FrameWork {
  /** Milliseconds of work in each frame's time, in order. */
  readonly frames: readonly number[];
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** While `during` runs. */
export async function measureFrames(browser: Browser, page: Page, during: () => Promise<void>): Promise<FrameWork> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline'] });
  await during();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: readonly TraceEvent[] };
  const origin = new URL(page.url()).origin;
  const process = traceEvents
    .filter(({ name }) => name === 'TracingStartedInBrowser')
    .flatMap(({ args }) => args?.data?.frames ?? [])
    .find(({ url }) => url?.startsWith(origin))?.processId;
  const thread = traceEvents.find(
    (event) => event.name === 'thread_name' && event.pid === process && event.args?.name === 'CrRendererMain',
  );
  if (thread === undefined) throw new Error('the trace does not say which thread is the main thread of the page');
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && pid === thread.pid && tid === thread.tid,
  );
  return shareOut(tasks);
}

function shareOut(tasks: readonly TraceEvent[]): FrameWork {
  if (tasks.length === 0) throw new Error('the trace has no task of the main thread');
  const start = Math.min(...tasks.map(({ ts }) => ts));
  const end = Math.max(...tasks.map(({ ts, dur = 0 }) => ts + dur));
  const frames = Array.from({ length: Math.ceil((end - start) / 1000 / FRAME_MS) }, () => 0);
  // Where a task begins is the frame that has to wait for it.
  for (const { ts, tdur = 0 } of tasks) {
    const frame = Math.min(Math.floor((ts - start) / 1000 / FRAME_MS), frames.length - 1);
    frames[frame] = (frames[frame] ?? 0) + tdur / 1000;
  }
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { frames, p50: at(0.5), p95: at(0.95), max: at(1) };
}
