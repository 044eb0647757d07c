/** Lines of a text that comes in pieces, which may cut characters in two. */
export interface NumberedLine {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** Bytes of the text up to the end of the piece that the line ended in. */
  readonly bytes: number;
}

export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<NumberedLine, void, undefined> {
  const utf8 = new TextDecoder();
  let rest = '';
  let number = 0;
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    const parts = (rest + utf8.decode(piece, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const text of parts) yield { text: text.replace(/\r$/, ''), number: ++number, bytes };
  }
  rest += utf8.decode();
  if (rest !== '') yield { text: rest, number: ++number, bytes };
}
