/** Which of several formats an `Accept` header asks for (RFC 9110, 12.5.1). */

interface Match {
  readonly quality: number;
  /** 3: the type itself, 2: the kind (`text/*`), 1: anything. */
  readonly precision: number;
}

const NO_MATCH: Match = { quality: 0, precision: 0 };

/** The first of the offers that are wanted most; null where none is. A type that is named beats one that is covered by a star. */
export function preferred<T extends string>(header: string | undefined, offers: readonly T[]): T | null {
  if (header === undefined || header.trim() === '') return offers[0] ?? null;
  const ranges = header.toLowerCase().split(',').map(rangeOf);
  let best: T | null = null;
  let bestMatch = NO_MATCH;
  for (const offer of offers) {
    const match = matchOf(offer, ranges);
    if (match.quality > bestMatch.quality || (match.quality === bestMatch.quality && match.precision > bestMatch.precision)) {
      best = offer;
      bestMatch = match;
    }
  }
  return bestMatch.quality > 0 ? best : null;
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

function matchOf(offer: string, ranges: readonly Range[]): Match {
  let match = NO_MATCH;
  for (const { type, quality } of ranges) {
    const precision = type === offer ? 3 : type === `${offer.split('/', 1)[0]}/*` ? 2 : type === '*/*' ? 1 : 0;
    if (precision > match.precision) match = { quality, precision };
  }
  return match;
}
