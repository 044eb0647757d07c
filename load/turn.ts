/** One turn of one target under autocannon: rate and latencies, or an error where a reply was not the expected one. */
import autocannon from 'autocannon';
import { type Target, WRITE_BODY } from './main-job.js';
import type { LoadOptions } from './options.js';

export interface Turn {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function runTurn(target: Target, options: Pick<LoadOptions, 'connections' | 'rate'>, seconds: number): Promise<Turn> {
  const result = await autocannon({
    url: target.url,
    method: 'POST',
    headers: { ...target.headers },
    body: WRITE_BODY,
    connections: options.connections,
    duration: seconds,
    // Once a second would lose up to a turn's last second.
    sampleInt: 250,
    expectBody: target.expected,
    ...(options.rate === null ? {} : { overallRate: options.rate }),
  });
  const bad = result.errors + result.timeouts + result.non2xx + result.mismatches;
  if (bad > 0) {
    throw new Error(
      `${target.name}: ${result.errors} errors, ${result.timeouts} timeouts, ${result.non2xx} not 2xx, ${result.mismatches} with another body`,
    );
  }
  return { perSecond: result.requests.total / result.duration, p50Ms: result.latency.p50, p99Ms: result.latency.p99 };
}
