/** Why a reader of the log is refused. HTTP turns it into a problem document, an open stream into an `error` frame. */

export const STREAM_REFUSAL_CODES = [
  'unknown-vm',
  'invalid-field',
  'unknown-field',
  'cursor-future',
  'epoch-mismatch',
  'compacted',
  'too-many-streams',
] as const;
export type StreamRefusalCode = (typeof STREAM_REFUSAL_CODES)[number];

export interface StreamRefusal {
  readonly rejected: true;
  readonly code: StreamRefusalCode;
  /** The parameter or field to blame; empty where none is. */
  readonly pointer: string;
  readonly detail: string;
  readonly hint: string;
  /** Numbers that help to go on: `oldest`, `head`, `epoch`. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export function streamRefusal(
  code: StreamRefusalCode,
  pointer: string,
  detail: string,
  hint: string,
  extra?: StreamRefusal['extra'],
): StreamRefusal {
  return { rejected: true, code, pointer, detail, hint, ...(extra === undefined ? {} : { extra }) };
}

export function isStreamRefusal(value: unknown): value is StreamRefusal {
  return typeof value === 'object' && value !== null && 'rejected' in value;
}
