/** Options that commands share, and the values of arguments. */
import { type Command, InvalidArgumentError } from 'commander';
import { Rampart } from '../client/index.js';
import type { Io } from './io.js';
import { type Paint, painter } from './text.js';

export interface CommonOptions {
  readonly url?: string;
  readonly json?: true;
  readonly color: boolean;
}

/** What a command works with. */
export interface Context {
  readonly io: Io;
  readonly paint: Paint;
  readonly json: boolean;
  readonly rampart: Rampart;
  /** Prints the answer as JSON where that is asked for, else in words. */
  print(answer: unknown, words: () => string): void;
}

export function withOutput(command: Command): Command {
  return command.option('--json', 'print JSON, for programs').option('--no-color', 'print no colours; the variable NO_COLOR does the same');
}

export function withService(command: Command): Command {
  return withOutput(command).option('--url <url>', 'address of the service; without it RAMPART_URL');
}

export function contextOf(io: Io, { url, json, color }: CommonOptions): Context {
  const { RAMPART_TOKEN: token, RAMPART_URL: fromEnvironment } = io.env;
  const service = url ?? fromEnvironment;
  return {
    io,
    paint: painter(io.colour && color),
    json: json === true,
    rampart: new Rampart({
      ...(service === undefined || service === '' ? {} : { url: service }),
      ...(token === undefined || token === '' ? {} : { token }),
    }),
    print: (answer, words) => io.out(json === true ? `${JSON.stringify(answer, null, 2)}\n` : words()),
  };
}

/** Hex text in any case, or a decimal number. */
export function address(text: string): string {
  if (/^0x[0-9a-f]{1,16}$/i.test(text)) return text.toLowerCase();
  if (/^[0-9]{1,16}$/.test(text) && Number.isSafeInteger(Number(text))) return `0x${Number(text).toString(16)}`;
  throw new InvalidArgumentError('Give an address such as 0x200000.');
}

/** Bytes: `64`, `4K`, `2MiB`. */
export function size(text: string): string | number {
  if (/^[0-9]{1,16}$/.test(text)) return Number(text);
  if (/^[1-9][0-9]{0,12}[KMGT](iB)?$/.test(text)) return text;
  throw new InvalidArgumentError('Give a size such as 64, 4K or 2MiB.');
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[0-9]{1,16}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** `name=value`, again and again. */
export function label(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=:]+)[=:](.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Give a label as name=value.');
  return { ...before, [name]: value };
}

export const list = (text: string): readonly string[] => text.split(',').filter((part) => part !== '');
