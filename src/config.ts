/**
 * Settings: environment and flags → one typed Config, or the reason why not. Every limit of the service has its name, unit and
 * default here; the limits of the machine itself stand in `core/config.ts`. Pure: `main.ts` hands the environment and the
 * arguments in.
 */
import { isLoopbackName } from './config/loopback.js';
import { choice, count, list, origins, text, token, yes, type Setting, type SettingValue } from './config/setting.js';

const SETTINGS = {
  host: text('RAMPART_HOST', '--host', '127.0.0.1', 'address to listen on; anything but loopback needs RAMPART_TOKEN'),
  port: count('RAMPART_PORT', '--port', 7670, 0, 65_535, 'port', 'port to listen on; 0 takes a free one'),
  memory: yes('RAMPART_MEMORY', '--memory', 'keep nothing on disk'),
  dataDir: text('RAMPART_DATA_DIR', '--data-dir', 'data', 'folder of the store, made where it is missing'),
  sync: choice(
    'RAMPART_SYNC',
    '--sync',
    'always',
    ['always', 'interval', 'none'],
    'when what is kept is synced to disk: before the answer, each interval, when the system likes',
  ),
  syncIntervalMs: count(
    'RAMPART_SYNC_INTERVAL_MS',
    '--sync-interval-ms',
    100,
    1,
    60_000,
    'ms',
    'time between two syncs with RAMPART_SYNC=interval: the most that a power cut loses',
  ),
  token: token('RAMPART_TOKEN', 'what callers send as Authorization: Bearer'),
  allowedHosts: list('RAMPART_ALLOWED_HOSTS', '--allowed-hosts', 'further host names that callers may use, with commas between'),
  allowedOrigins: origins('RAMPART_ALLOWED_ORIGINS', '--allowed-origins', 'further origins whose pages may call, with commas between'),
  logLevel: choice(
    'RAMPART_LOG_LEVEL',
    '--log-level',
    'warn',
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'least level that is logged',
  ),
  accessLog: count('RAMPART_ACCESS_LOG', '--access-log', 0, 0, 1_000_000, 'requests', 'log one request in so many; 0 logs none, 1 all'),
  slowRequestMs: count('RAMPART_SLOW_REQUEST_MS', '--slow-request-ms', 1000, 1, 600_000, 'ms', 'a request that takes longer is logged'),
  demo: yes(null, '--demo', 'make two VMs and play the story of a split and a SIGBUS'),
  bodyBytesMax: count('RAMPART_BODY_BYTES_MAX', '--body-bytes-max', 2 * 2 ** 20, 1024, 2 ** 30, 'bytes', 'longest request body'),
  headerBytesMax: count(
    'RAMPART_HEADER_BYTES_MAX',
    '--header-bytes-max',
    16_384,
    4096,
    2 ** 20,
    'bytes',
    'longest request line and headers together',
  ),
  vmsMax: count('RAMPART_VMS_MAX', '--vms-max', 10_000, 1, 1_000_000, 'VMs', 'VMs that exist at a time'),
  originBytesMax: count(
    'RAMPART_ORIGIN_BYTES_MAX',
    '--origin-bytes-max',
    2 ** 30,
    0,
    2 ** 40,
    'bytes',
    'bytes of what forked and imported VMs began with, together',
  ),
  bundleBytesMax: count(
    'RAMPART_BUNDLE_BYTES_MAX',
    '--bundle-bytes-max',
    256 * 2 ** 20,
    1024,
    2 ** 30,
    'bytes',
    'longest bundle, exported or imported',
  ),
  contentBytesTotalMax: count(
    'RAMPART_CONTENT_BYTES_TOTAL_MAX',
    '--content-bytes-total-max',
    2 ** 30,
    4096,
    2 ** 40,
    'bytes',
    'page contents that all VMs together keep',
  ),
  touchedBytesMax: count(
    'RAMPART_TOUCHED_BYTES_MAX',
    '--touched-bytes-max',
    2 ** 30,
    4096,
    2 ** 40,
    'bytes',
    'tables of one VM for memory that was touched',
  ),
  touchedBytesTotalMax: count(
    'RAMPART_TOUCHED_BYTES_TOTAL_MAX',
    '--touched-bytes-total-max',
    2 ** 31,
    4096,
    2 ** 40,
    'bytes',
    'tables of all VMs for memory that was touched',
  ),
  connectionsMax: count('RAMPART_CONNECTIONS_MAX', '--connections-max', 10_000, 1, 1_000_000, 'connections', 'open connections at a time'),
  eventsPerVm: count(
    'RAMPART_EVENTS_PER_VM',
    '--events-per-vm',
    1_000_000,
    1,
    1_000_000_000,
    'events',
    'an event may go once its VM has so many newer ones',
  ),
  logBytesMax: count(
    'RAMPART_LOG_BYTES_MAX',
    '--log-bytes-max',
    512 * 2 ** 20,
    2 ** 20,
    2 ** 40,
    'bytes',
    'bytes of all events; beyond it the oldest go',
  ),
  eventAgeS: count(
    'RAMPART_EVENT_AGE_S',
    '--event-age-s',
    30 * 86_400,
    1,
    100 * 365 * 86_400,
    's',
    'events older than this go, at the latest an eighth of it later',
  ),
  streamsMax: count('RAMPART_STREAMS_MAX', '--streams-max', 4096, 1, 1_000_000, 'streams', 'open WebSockets at a time'),
  headerTimeoutMs: count(
    'RAMPART_HEADER_TIMEOUT_MS',
    '--header-timeout-ms',
    10_000,
    100,
    600_000,
    'ms',
    'time for the headers of a request, or of a WebSocket handshake, to arrive; at most RAMPART_REQUEST_TIMEOUT_MS',
  ),
  requestTimeoutMs: count(
    'RAMPART_REQUEST_TIMEOUT_MS',
    '--request-timeout-ms',
    30_000,
    100,
    600_000,
    'ms',
    'time for a request to arrive whole',
  ),
  keepAliveMs: count('RAMPART_KEEP_ALIVE_MS', '--keep-alive-ms', 72_000, 1, 600_000, 'ms', 'an idle connection is closed after'),
  shutdownMs: count('RAMPART_SHUTDOWN_MS', '--shutdown-ms', 5000, 1, 600_000, 'ms', 'time that a stop gives to what is under way'),
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

type SettingName = keyof typeof SETTINGS;

export type Config = { readonly [Name in SettingName]: SettingValue<(typeof SETTINGS)[Name]> };

export type Parsed =
  | { readonly kind: 'run'; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  /** One line for the person who started it. */
  | { readonly kind: 'refused'; readonly message: string };

export type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(env: Environment, argv: readonly string[]): Parsed {
  const flags = readFlags(argv);
  if (typeof flags === 'string') return flags === 'help' || flags === 'version' ? { kind: flags } : refused(flags);
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of settingNames()) {
    const setting = SETTINGS[name];
    const given = flags.get(name) ?? fromEnvironment(setting, env);
    if (given === undefined) {
      values[name] = setting.fallback;
      continue;
    }
    const value = setting.read(given.text);
    if (value === undefined)
      return refused(`${given.from}: ${name === 'token' ? 'the value' : JSON.stringify(given.text)} is no ${setting.expects}`);
    values[name] = value;
  }
  const config = values as Config;
  const objection = objectionTo(config);
  return objection === null ? { kind: 'run', config, warnings: unknownVariables(env) } : refused(objection);
}

/** What every setting has as long as nobody says otherwise. */
export function defaultConfig(changes: Partial<Config> = {}): Config {
  const defaults = Object.fromEntries(settingNames().map((name) => [name, SETTINGS[name].fallback]));
  return { ...(defaults as Config), ...changes };
}

/** The table of `--help`, and of the README. */
export function settingRows(): readonly {
  readonly env: string;
  readonly flag: string;
  readonly fallback: string;
  readonly meaning: string;
}[] {
  return settingNames().map((name) => {
    const { env, flag, unit, meaning, fallback } = SETTINGS[name] as Setting<unknown>;
    return {
      env: env ?? '',
      flag: flag ?? '',
      fallback: typeof fallback === 'number' && unit !== '' ? `${fallback} ${unit}` : shown(fallback),
      meaning,
    };
  });
}

/** The settings as they stand, for people: a secret shows only whether it is set. */
export function visibleSettings(config: Config): Readonly<Record<string, unknown>> {
  const shownValue = (name: SettingName): unknown => {
    const isSecret = (SETTINGS[name] as Setting<unknown>).secret === true;
    return isSecret && config[name] !== null ? '***' : config[name];
  };
  return Object.fromEntries(settingNames().map((name) => [name, shownValue(name)]));
}

function shown(fallback: unknown): string {
  if (typeof fallback === 'boolean') return fallback ? 'yes' : 'no';
  return typeof fallback === 'number' || (typeof fallback === 'string' && fallback !== '') ? String(fallback) : 'none';
}

export function helpText(version: string): string {
  const rows = settingRows();
  const width = (key: 'env' | 'flag' | 'fallback'): number => Math.max(...rows.map((row) => row[key].length));
  const [env, flag, fallback] = [width('env'), width('flag'), width('fallback')];
  const lines = rows.map((row) => `  ${row.flag.padEnd(flag)}  ${row.env.padEnd(env)}  ${row.fallback.padEnd(fallback)}  ${row.meaning}`);
  return [
    `rampart ${version}: an emulator of a hypervisor's memory under AMD SEV-SNP, as a REST and WebSocket service`,
    '',
    'Settings: flag, environment variable, default, meaning. A flag wins over the variable.',
    ...lines,
    '  --help                this table',
    '  --version             the version',
    '',
  ].join('\n');
}

/** The address as it stands in a URL. */
export function baseUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function objectionTo(config: Config): string | null {
  if (!isLoopbackName(config.host) && config.token === null) {
    return (
      `RAMPART_HOST: ${config.host} can be reached from other computers, and no token is set. ` +
      'Set RAMPART_TOKEN to a secret that callers send as "Authorization: Bearer <secret>", or listen on 127.0.0.1'
    );
  }
  return null;
}

interface Given {
  /** The name under which the caller gave it. */
  readonly from: string;
  readonly text: string;
}

function fromEnvironment(setting: Setting<unknown>, env: Environment): Given | undefined {
  if (setting.env === null) return undefined;
  const value = env[setting.env];
  return value === undefined || value === '' ? undefined : { from: setting.env, text: value };
}

/** `--name value`, `--name=value`, and `--name` alone for what is on or off. A string is an answer of its own or the objection. */
function readFlags(argv: readonly string[]): ReadonlyMap<SettingName, Given> | string {
  const flags = new Map<SettingName, Given>();
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--help' || word === '-h') return 'help';
    if (word === '--version') return 'version';
    if (word.startsWith('--token')) return '--token: a flag shows in the list of processes; set RAMPART_TOKEN instead';
    const [flag, ...rest] = word.split('=');
    const name = settingNames().find((candidate) => SETTINGS[candidate].flag === flag);
    if (name === undefined || flag === undefined) return `${word}: there is no such option; --help shows all of them`;
    const alone = (SETTINGS[name] as Setting<unknown>).takes === 'nothing';
    const text = rest.length > 0 ? rest.join('=') : alone ? 'yes' : argv[++i];
    if (text === undefined) return `${flag}: a value is missing; --help shows all options`;
    flags.set(name, { from: flag, text });
  }
  return flags;
}

/** A misspelt variable would be a setting that silently does nothing. */
function unknownVariables(env: Environment): readonly string[] {
  const known = new Set<string | null>(settingNames().map((name) => SETTINGS[name].env));
  return Object.keys(env)
    .filter((name) => name.startsWith('RAMPART_') && !known.has(name))
    .map((name) => `${name} is no setting of this service and is ignored`);
}

const settingNames = (): readonly SettingName[] => Object.keys(SETTINGS) as SettingName[];

const refused = (message: string): Parsed => ({ kind: 'refused', message });
