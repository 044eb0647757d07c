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

/** The text was made by `commandText`. */
export function commandOf(text: string): Command {
  const parsed = JSON.parse(text) as Command | (Omit<Command, 'content'> & { readonly content: Base64 });
  if (!('content' in parsed) || typeof parsed.content !== 'object' || !('base64' in parsed.content)) return parsed as Command;
  return { ...parsed, content: new Uint8Array(Buffer.from(parsed.content.base64, 'base64')) } as Command;
}
