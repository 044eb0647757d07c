/**
 * The decoder of kernel logs: text in, incidents out. Pure: no clock, no I/O; it depends on the core for the layout of an RMP
 * entry and the names of bits, and on nothing else.
 */
import { explain } from './causes.js';
import { callerOf, factOf } from './facts.js';
import { type Draft, Grouping } from './grouping.js';
import type { DecodedEntry } from './entry.js';
import { DECODE_INCIDENTS_MAX, type Decoded, type Findings, type Incident, LINE_CHARACTERS_MAX } from './incident.js';

export * from './incident.js';
export { SCENARIO_NAMES, type ScenarioName } from './scenarios.js';

/** Takes a log in pieces, so that a caller can do other things between them. */
export class LogDecoder {
  private readonly found: { incident: Incident; repeats: number }[] = [];
  private readonly byContent = new Map<string, { repeats: number }>();
  private readonly grouping = new Grouping((draft) => this.keep(draft));
  private leftOut = 0;
  private lines = 0;
  private known = 0;
  /** Beginning of a line whose end has not come yet. */
  private rest = '';

  push(text: string): void {
    const whole = this.rest + text;
    let from = 0;
    for (let end = whole.indexOf('\n'); end >= 0; end = whole.indexOf('\n', from)) {
      this.readLine(whole, from, end);
      from = end + 1;
    }
    // Of a line that is too long already, the rest does not matter.
    this.rest = whole.slice(from, from + LINE_CHARACTERS_MAX + 1);
  }

  finish(): Decoded {
    if (this.rest !== '') this.readLine(this.rest, 0, this.rest.length);
    this.rest = '';
    this.grouping.finish();
    const incidents = this.found
      .map(({ incident, repeats }) => ({ ...incident, repeats }))
      .toSorted((a, b) => a.lines[0] - b.lines[0] || a.lines[1] - b.lines[1]);
    const unknownLines = this.lines - this.known;
    const decoded = { incidents, incidentsLeftOut: this.leftOut, totalLines: this.lines, unknownLines };
    return { ...decoded, summary: summaryOf(decoded) };
  }

  private readLine(text: string, from: number, end: number): void {
    this.lines++;
    if (end - from > LINE_CHARACTERS_MAX) return;
    const line = text.slice(from, end);
    const fact = factOf(line);
    if (fact !== null) this.grouping.add(fact, callerOf(line), this.lines);
  }

  private keep({ kind, findings, from, to, taken }: Draft): void {
    this.known += taken;
    const content = contentOf(kind, findings);
    const before = this.byContent.get(content);
    if (before !== undefined) {
      before.repeats++;
      return;
    }
    if (this.found.length === DECODE_INCIDENTS_MAX) {
      this.leftOut++;
      return;
    }
    const entry = { incident: { kind, ...explain(kind, findings), ...findings, lines: [from, to] as const, repeats: 1 }, repeats: 1 };
    this.found.push(entry);
    this.byContent.set(content, entry);
  }
}

export function decodeLog(text: string): Decoded {
  const decoder = new LogDecoder();
  decoder.push(text);
  return decoder.finish();
}

/** Equal for equal incidents. */
function contentOf(kind: string, findings: Findings): string {
  const { entry, neighbours = [], ...rest } = findings;
  let content = kind;
  for (const value of Object.values(rest)) content += `|${typeof value === 'object' ? JSON.stringify(value) : value}`;
  if (entry !== undefined) content += `|${entryText(entry)}`;
  for (const run of neighbours) content += `|${entryText(run)}${run.pages}`;
  return content;
}

/** The quadwords say everything, where they are known. */
function entryText(entry: DecodedEntry): string {
  return entry.raw === null ? JSON.stringify(entry) : `${entry.pfn}${entry.raw[0]}${entry.raw[1]}`;
}

function summaryOf({ incidents, incidentsLeftOut, totalLines, unknownLines }: Omit<Decoded, 'summary'>): string {
  const lines = totalLines === 1 ? '1 line' : `${totalLines} lines`;
  if (incidents.length === 0)
    return `nothing about SEV-SNP memory in ${lines}: expected are lines of a host's or guest's kernel log, such as "SEV-SNP: PFN 0x…, RMP entry: […]"`;
  const shown = incidents.length === 1 ? '1 incident' : `${incidents.length} different incidents`;
  const more = incidentsLeftOut === 0 ? '' : `, ${incidentsLeftOut} more left out`;
  return `${shown}${more} in ${lines}, of which ${unknownLines} say nothing about them`;
}
