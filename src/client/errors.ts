/** What can go wrong for a caller, each a class of its own. */
import type { components } from './api.js';

/** The service has answered with a problem document. */
export class RampartProblem extends Error {
  override readonly name = 'RampartProblem';
  readonly status: number;
  readonly code: string;
  /** JSON pointer into the body, or the name of a parameter or header. */
  readonly pointer: string;
  readonly hint: string;
  readonly requestId: string;

  constructor(readonly document: components['schemas']['Problem']) {
    super(document.detail);
    ({ status: this.status, code: this.code, pointer: this.pointer, hint: this.hint, requestId: this.requestId } = document);
  }
}

/** No answer, or none that this service gives. */
export class RampartUnreachable extends Error {
  override readonly name = 'RampartUnreachable';

  constructor(
    readonly url: string,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`no Rampart service answers at ${url}: ${why}`, options);
  }
}

/** Events after the cursor are not kept any more, or were left out for a slow reader. */
export class StreamGap extends Error {
  override readonly name = 'StreamGap';

  constructor(
    /** First and last position that are missing. */
    readonly lost: readonly [number, number],
    readonly why: string,
  ) {
    super(`events ${lost[0]} to ${lost[1]} are missing: ${why}`);
  }
}

/** The service has another log than the one that the cursor belongs to. */
export class EpochChanged extends Error {
  override readonly name = 'EpochChanged';

  constructor(
    readonly old: string,
    readonly now: string,
    readonly why: string,
  ) {
    super(`the log ${old} is gone, ${now} has taken its place: ${why}`);
  }
}

/** The service refuses the subscription: a cursor from the future, a VM or a type that it does not know. */
export class StreamRefused extends Error {
  override readonly name = 'StreamRefused';

  constructor(
    readonly code: string,
    detail: string,
    readonly hint: string,
  ) {
    super(detail);
  }
}

/** What arrives again and again contradicts itself: something between here and the service changes it. */
export class StreamBroken extends Error {
  override readonly name = 'StreamBroken';
}
