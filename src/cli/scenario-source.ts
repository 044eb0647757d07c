/** Where a scenario comes from: the service's library by its name, or a file, whose lines are remembered. */
import { LineCounter, parseDocument } from 'yaml';
import type { Rampart, ScenarioBody, Schemas } from '../client/index.js';
import { type Io, UsageError } from './io.js';

export interface SourcedScenario {
  /** What people call it: its name, or its file. */
  readonly name: string;
  readonly file: string | null;
  readonly generations: readonly Schemas['GenerationName'][];
  /** As `Rampart.runScenario` takes it. */
  readonly given: string | ScenarioBody;
  /** The line of a step by its number, `4` or `4.1`; null where it is in no file. */
  lineOf(step: string): number | null;
}

/** Names have neither dots nor slashes; files have. */
const NAME = /^[a-z0-9-]{1,64}$/;

export async function findScenario(word: string, rampart: Rampart, io: Io): Promise<SourcedScenario> {
  return NAME.test(word) ? fromLibrary(word, rampart, io) : fromFile(word, io);
}

async function fromLibrary(name: string, rampart: Rampart, io: Io): Promise<SourcedScenario> {
  const { generations } = (await rampart.readScenario(name, { signal: io.signal })) as Pick<SourcedScenario, 'generations'>;
  return { name, file: null, generations, given: name, lineOf: () => null };
}

async function fromFile(file: string, io: Io): Promise<SourcedScenario> {
  const pieces: Uint8Array[] = [];
  for await (const piece of io.read(file)) pieces.push(piece);
  const lines = new LineCounter();
  const document = parseDocument(Buffer.concat(pieces).toString('utf8'), { lineCounter: lines, uniqueKeys: true });
  const [wrong] = document.errors;
  if (wrong !== undefined) throw new UsageError(`${file}: ${wrong.message.split('\n', 1)[0] ?? 'no YAML'}`);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const { generations } = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return {
    name: file,
    file,
    // What is none is refused by the service, with a pointer to it.
    generations: Array.isArray(generations) ? (generations as Schemas['GenerationName'][]) : [],
    given: value as ScenarioBody,
    lineOf(step) {
      const path = step.split('.').flatMap((number) => ['steps', Number(number) - 1]);
      const node = document.getIn(path, true) as { readonly range?: readonly [number, number, number] | null } | undefined;
      return node?.range == null ? null : lines.linePos(node.range[0]).line;
    },
  };
}
