/** Runs of pages that have something in common, for events that name a range. */
export function* runsOf(first: number, pages: number, has: (page: number) => boolean): Generator<readonly [first: number, pages: number]> {
  for (let at = first; at < first + pages; ) {
    if (!has(at)) {
      at += 1;
      continue;
    }
    let end = at + 1;
    while (end < first + pages && has(end)) end += 1;
    yield [at, end - at];
    at = end;
  }
}
