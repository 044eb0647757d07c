/** How long requests took: one histogram per method, route and status, kept as plain counts so that noting one costs little. */

/** Upper bounds in seconds. */
export const TIME_BOUNDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export interface RequestTime {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** Requests by bound, not cumulative; the last is for those above all bounds. */
  readonly counts: number[];
  sumSeconds: number;
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
    const time = found(byStatus, status, () => ({
      method,
      route,
      status,
      counts: Array.from({ length: TIME_BOUNDS.length + 1 }, () => 0),
      sumSeconds: 0,
    }));
    const seconds = ms / 1000;
    let i = 0;
    while (i < TIME_BOUNDS.length && seconds > (TIME_BOUNDS[i] ?? 0)) i++;
    time.counts[i] = (time.counts[i] ?? 0) + 1;
    time.sumSeconds += seconds;
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
