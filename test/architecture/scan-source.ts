/**
 * Reads a TypeScript file as far as the import rule needs: its imports and the identifiers it uses. A small lexer rather than a
 * pattern over raw text, so that comments, strings, templates and regular expressions cannot be mistaken for code.
 */

interface Token {
  readonly kind: 'name' | 'string' | 'punctuation';
  readonly text: string;
}

export interface Import {
  /** What stands between the quotes; null for `import(expression)`. */
  readonly specifier: string | null;
  /** Names as exported there; null where all of the module is taken (`*`, a default, or for its effects). */
  readonly names: readonly string[] | null;
}

export interface SourceFacts {
  readonly imports: readonly Import[];
  /** Identifiers that are not members of something (`x.process` is not `process`). */
  readonly identifiers: ReadonlySet<string>;
}

/** After these words a slash begins a regular expression; after any other word it divides. */
const WORDS_BEFORE_REGEX = new Set(['return', 'typeof', 'case', 'in', 'of', 'do', 'else', 'void', 'delete', 'throw', 'await', 'yield']);

export function scanSource(text: string): SourceFacts {
  const tokens = tokenise(text);
  const imports: Import[] = [];
  const identifiers = new Set<string>();
  tokens.forEach((token, at) => {
    if (token.kind !== 'name' || tokens[at - 1]?.text === '.') return;
    identifiers.add(token.text);
    if (token.text === 'import' || token.text === 'export') {
      const found = importAt(tokens, at);
      if (found !== null) imports.push(found);
    }
  });
  return { imports, identifiers };
}

/** The import or re-export that begins at this word, or null where it is something else (`export const`, `import.meta`). */
function importAt(tokens: readonly Token[], at: number): Import | null {
  const next = tokens[at + 1];
  if (next === undefined) return null;
  if (tokens[at]?.text === 'import') {
    if (next.kind === 'string') return { specifier: next.text, names: null };
    if (next.text === '(') {
      const argument = tokens[at + 2];
      return { specifier: argument?.kind === 'string' ? argument.text : null, names: null };
    }
    if (next.text === '.') return null;
  } else if (!['{', '*', 'type'].includes(next.text)) {
    return null;
  }
  return clauseAt(tokens, at + 1);
}

/** Reads `type? default? { a, b as c } | * as x` up to `from '…'`. */
function clauseAt(tokens: readonly Token[], from: number): Import | null {
  const names: string[] = [];
  let whole = false;
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || token.text === ';' || token.text === '=') return null;
    if (token.text === '{') depth++;
    else if (token.text === '}') depth--;
    else if (depth === 0 && token.text === 'from' && tokens[at + 1]?.kind === 'string') {
      return { specifier: tokens[at + 1]?.text ?? null, names: whole ? null : names };
    } else if (depth === 0 && (token.text === '*' || isBinding(tokens, at, from))) whole = true;
    else if (depth === 1 && token.kind === 'name' && isImportedName(tokens, at)) names.push(token.text);
    if (depth === 0 && token.text === '}' && tokens[at + 1]?.text !== 'from') return null;
  }
  return null;
}

/** A default import: a name outside the braces other than the leading `type`. */
function isBinding(tokens: readonly Token[], at: number, from: number): boolean {
  const token = tokens[at];
  if (token?.kind !== 'name' || token.text === 'as') return false;
  return !(at === from && token.text === 'type' && tokens[at + 1]?.text !== 'from');
}

/** Inside braces: neither the word `type` or `as`, nor the local name after `as`. */
function isImportedName(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.text;
  return before === '{' || before === ',' ? tokens[at]?.text !== 'type' || tokens[at + 1]?.kind !== 'name' : before === 'type';
}

function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  /** Reads code until the end of the text, or until the brace that closes a template's `${`. */
  const readCode = (insideTemplate: 'top' | 'template'): void => {
    let depth = 0;
    while (at < text.length) {
      const char = text[at] ?? '';
      if (char === '}' && depth === 0 && insideTemplate === 'template') return;
      if (text.startsWith('//', at)) at = endOf('\n', at);
      else if (text.startsWith('/*', at)) at = endOf('*/', at + 2);
      else if (char === "'" || char === '"') readString(char);
      else if (char === '`') readTemplate();
      else if (char === '/' && beginsRegex(tokens.at(-1))) readRegex();
      else if (/[\w$]/.test(char)) readName();
      else {
        if (char === '{') depth++;
        if (char === '}') depth--;
        if (!/\s/.test(char)) tokens.push({ kind: 'punctuation', text: char });
        at++;
      }
    }
  };
  const endOf = (mark: string, from: number): number => {
    const found = text.indexOf(mark, from);
    return found < 0 ? text.length : found + mark.length;
  };
  const readName = (): void => {
    const name = /^[\w$]+/.exec(text.slice(at, at + 200))?.[0] ?? '';
    tokens.push({ kind: 'name', text: name });
    at += name.length;
  };
  const readString = (quote: string): void => {
    const from = ++at;
    while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1;
    tokens.push({ kind: 'string', text: text.slice(from, at) });
    at++;
  };
  const readTemplate = (): void => {
    const from = ++at;
    let plain = true;
    while (at < text.length && text[at] !== '`') {
      if (text[at] === '\\') at += 2;
      else if (text.startsWith('${', at)) {
        plain = false;
        at += 2;
        readCode('template');
        at++;
      } else at++;
    }
    // A template without holes is as good as a string: `import(`x`)` names its module.
    tokens.push(plain ? { kind: 'string', text: text.slice(from, at) } : { kind: 'punctuation', text: '`' });
    at++;
  };
  const readRegex = (): void => {
    let inClass = false;
    for (at++; at < text.length && (inClass || text[at] !== '/'); at++) {
      if (text[at] === '\\') at++;
      else if (text[at] === '[') inClass = true;
      else if (text[at] === ']') inClass = false;
    }
    at++;
    tokens.push({ kind: 'string', text: '' });
  };
  readCode('top');
  return tokens;
}

function beginsRegex(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'string') return false;
  if (before.kind === 'name') return WORDS_BEFORE_REGEX.has(before.text);
  return ![')', ']', '}', '`'].includes(before.text);
}
