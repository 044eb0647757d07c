/** How long requests took: one histogram per method, route and status, kept as plain counts so that noting one costs little. */
import { Histogram } from '../service/histogram.js';

export interface RequestTime {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly times: Histogram;
}

export class RequestTimes {
  /** By route, method and status, one map in the other: no key has to be put together for each request. */
  private readonly byRoute = new Map<string, Map<string, Map<number, RequestTime>>>();

  /** `route` is a pattern, so that the number of histograms is bounded. */
  note(method: string, route: string, status: number, ms: number): void {
    const byStatus = found(
      found(this.byRoute, route, () => new Map<string, Map<number, RequestTime>>()),
      method,
      () => new Map<number, RequestTime>(),
    );
    found(byStatus, status, () => ({ method, route, status, times: new Histogram() })).times.note(ms / 1000);
  }

  all(): readonly RequestTime[] {
    return [...this.byRoute.values()].flatMap((byMethod) => [...byMethod.values()].flatMap((byStatus) => [...byStatus.values()]));
  }
}

function found<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
