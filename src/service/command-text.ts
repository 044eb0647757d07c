/** Commands as JSON text and back: what the journal and a bundle keep of them. */
import type { Command } from '../core/index.js';

interface Base64 {
  readonly base64: string;
}

export function commandText(command: Command): string {
  if (!('content' in command) || !(command.content instanceof Uint8Array)) return JSON.stringify(command);
  const { buffer, byteOffset, byteLength } = command.content;
  const content: Base64 = { base64: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
  return JSON.stringify({ ...command, content });
}

/** A command in the order in which its VM carried it out. */
export interface Step {
  readonly command: Command;
  /** Operations of the machine before it: stores without a fault are counted and not kept. */
  readonly operationsBefore: number;
}

/** One command as it is; several as what they are together. */
export function stepsText(steps: readonly Step[]): string {
  if (steps.length === 1) return commandText(steps[0].command);
  const texts = steps.map(({ command, operationsBefore }) => `[${operationsBefore},${commandText(command)}]`);
  return `{"op":"operations","steps":[${texts.join(',')}]}`;
}

/** The text was made by `stepsText` of steps that begin at `operationsBefore`. */
export function stepsOf(text: string, operationsBefore: number): readonly Step[] {
  if (!text.startsWith('{"op":"operations"')) return [{ command: commandOf(text), operationsBefore }];
  const { steps } = JSON.parse(text) as { readonly steps: readonly (readonly [number, object])[] };
  return steps.map(([before, command]) => ({ command: commandFrom(command), operationsBefore: before }));
}

/** The text was made by `commandText`. */
export function commandOf(text: string): Command {
  return commandFrom(JSON.parse(text) as object);
}

function commandFrom(object: object): Command {
  const parsed = object as Command | (Omit<Command, 'content'> & { readonly content: Base64 });
  if (!('content' in parsed) || typeof parsed.content !== 'object' || !('base64' in parsed.content)) return parsed as Command;
  return { ...parsed, content: new Uint8Array(Buffer.from(parsed.content.base64, 'base64')) } as Command;
}
