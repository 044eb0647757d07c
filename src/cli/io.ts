/** What a command may touch of the world: passed in, so that tests can watch. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Resolves when what was written has found room: a reader may be slow. */
  drained(): Promise<void>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the output is a terminal that shows colours. */
  readonly colour: boolean;
  /** Columns of the terminal; 80 where there is none. */
  readonly width: number;
  /** Whether the output goes to a person. */
  readonly isTerminal: boolean;
  /** Whether standard error goes to a person, who may watch a bar there. */
  readonly showsProgress: boolean;
  /** Bytes of a file; null where that is not known, as of standard input. */
  size(file: string | null): Promise<number | null>;
  /** A file in pieces; null: standard input. */
  read(file: string | null): AsyncIterable<Uint8Array>;
  /** The whole of a file; null: standard output. */
  write(file: string | null, bytes: Uint8Array): Promise<void>;
  /** Aborted where the person stops the command. */
  readonly signal: AbortSignal;
}

/** For CI: what the command ended with. */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  unreachable: 3,
  refused: 4,
  checkFailed: 5,
  eventsMissing: 6,
  stopped: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What was expected did not happen. The message is for people. */
export class CheckFailed extends Error {}

/** The command was called in a way that makes no sense. */
export class UsageError extends Error {}
