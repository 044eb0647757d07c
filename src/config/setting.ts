/** One setting: its names, default and meaning, and how its text is read. */

export interface Setting<T> {
  /** null: there is no such variable, or no such flag. */
  readonly env: string | null;
  readonly flag: string | null;
  readonly takes: 'value' | 'nothing';
  readonly unit: string;
  /** Nobody who looks at the settings may see it. */
  readonly secret?: true;
  readonly fallback: T;
  readonly meaning: string;
  /** What a value is, to end the sentence "… is no …". */
  readonly expects: string;
  /** undefined: the text is no value of this setting. */
  read(text: string): T | undefined;
}

export type SettingValue<S> = S extends Setting<infer T> ? T : never;

export function text(env: string, flag: string, fallback: string, meaning: string): Setting<string> {
  return {
    env,
    flag,
    takes: 'value',
    unit: '',
    fallback,
    meaning,
    expects: 'text without blanks',
    read: (given) => (/^\S+$/.test(given) ? given : undefined),
  };
}

export function count(
  env: string,
  flag: string,
  fallback: number,
  least: number,
  most: number,
  unit: string,
  meaning: string,
): Setting<number> {
  return {
    env,
    flag,
    takes: 'value',
    unit: unit === 'port' ? '' : unit,
    fallback,
    meaning,
    expects: `whole number of ${unit} from ${least} to ${most}`,
    read(given) {
      const value = /^[0-9]{1,15}$/.test(given) ? Number(given) : Number.NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

export function yes(env: string | null, flag: string, meaning: string): Setting<boolean> {
  const words: Readonly<Record<string, boolean>> = { '1': true, yes: true, true: true, '0': false, no: false, false: false };
  return {
    env,
    flag,
    takes: 'nothing',
    unit: '',
    fallback: false,
    meaning,
    expects: 'answer: 1 or 0',
    read: (given) => (Object.hasOwn(words, given) ? words[given] : undefined),
  };
}

export function choice<const T extends string>(env: string, flag: string, fallback: T, values: readonly T[], meaning: string): Setting<T> {
  return {
    env,
    flag,
    takes: 'value',
    unit: '',
    fallback,
    meaning,
    expects: `one of ${values.join(', ')}`,
    read: (given) => values.find((value) => value === given),
  };
}

export function list(env: string, flag: string, meaning: string): Setting<readonly string[]> {
  return separated(env, flag, meaning, 'list of host names without port, with commas between', /^(\[[0-9a-fA-F:.]+\]|[\w.-]+)$/);
}

export function origins(env: string, flag: string, meaning: string): Setting<readonly string[]> {
  return separated(
    env,
    flag,
    meaning,
    'list of origins such as http://localhost:5173, with commas between',
    /^[a-z][a-z0-9+.-]*:\/\/[^/\s]+$/i,
  );
}

/** A secret is given by the environment only, and no message repeats it. */
export function token(env: string, meaning: string): Setting<string | null> {
  return {
    env,
    flag: null,
    takes: 'value',
    unit: '',
    secret: true,
    fallback: null,
    meaning,
    expects: 'token: 1 to 512 visible ASCII characters',
    read: (given) => (/^[!-~]{1,512}$/.test(given) ? given : undefined),
  };
}

function separated(env: string, flag: string, meaning: string, expects: string, each: RegExp): Setting<readonly string[]> {
  return {
    env,
    flag,
    takes: 'value',
    unit: '',
    fallback: [],
    meaning,
    expects,
    read(given) {
      const parts = given.split(',').map((part) => part.trim());
      return parts.every((part) => each.test(part)) ? parts : undefined;
    },
  };
}
