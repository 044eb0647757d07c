/** The command `rampart`: what it can do, and what it ends with. */
import { Argument, Command, CommanderError } from 'commander';
import { DEFAULT_URL, EpochChanged, RampartProblem, RampartUnreachable, StreamBroken, StreamGap, StreamRefused } from '../client/index.js';
import { VERSION } from '../config/version.js';
import { addBenchLoadCommand } from './commands/bench-load.js';
import { addBundleCommands } from './commands/bundle.js';
import { addDecodeCommand } from './commands/decode.js';
import { addGuestCommand } from './commands/guest.js';
import { addInspectCommands } from './commands/inspect.js';
import { addMemoryCommands } from './commands/memory.js';
import { addReplayCommand } from './commands/replay.js';
import { addScenarioCommands } from './commands/scenario.js';
import { addTailCommand } from './commands/tail.js';
import { addVmCommands } from './commands/vm.js';
import { completionScript, type Shell, SHELLS } from './completion.js';
import { CheckFailed, EXIT, type ExitCode, type Io, UsageError } from './io.js';

const AFTER = `
Environment:
  RAMPART_URL    address of the service; ${DEFAULT_URL} where it is not set
  RAMPART_TOKEN  token of the service, where it has one
  NO_COLOR       print no colours

Exit codes:
  ${EXIT.done}    done; what happened to the VM is a result, whatever it is
  ${EXIT.usage}    the command line makes no sense
  ${EXIT.unreachable}    no service answers
  ${EXIT.refused}    the service refuses
  ${EXIT.checkFailed}    --expect, --expect-decisions or --fail: it is not so; run, replay: something failed
  ${EXIT.eventsMissing}    events are missing from the stream, and cannot be had any more
  ${EXIT.stopped}  stopped by the person

Examples:
  $ rampart serve &
  $ VM=$(rampart vm create --on-sigbus report -q)
  $ rampart private $VM 0x200000 --page-size 2M
  $ rampart share $VM 0x207000
  $ rampart write $VM 0x207000 --size 64
  $ rampart run mail-story --foretold
  $ dmesg | rampart decode`;

export function createProgram(io: Io): Command {
  const program = new Command('rampart')
    .description("A hypervisor's memory under AMD SEV-SNP: runs the service, works with it, explains kernel logs")
    .version(VERSION)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text), getOutHelpWidth: () => io.width })
    .addHelpText('after', AFTER);
  program
    .command('serve')
    .description('run the service; its settings are those of `rampart serve --help`')
    .allowUnknownOption()
    .helpOption(false)
    .argument('[settings...]');
  addVmCommands(program, io);
  addMemoryCommands(program, io);
  addGuestCommand(program, io);
  addInspectCommands(program, io);
  addTailCommand(program, io);
  addScenarioCommands(program, io);
  addReplayCommand(program, io);
  addBundleCommands(program, io);
  addDecodeCommand(program, io);
  addBenchLoadCommand(program, io);
  program
    .command('completion')
    .description('print a script that completes commands and options')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText('after', '\nExample:\n  $ source <(rampart completion bash)')
    .action((shell: Shell) => io.out(completionScript(program, shell)));
  for (const command of everyCommand(program)) command.exitOverride().configureOutput(program.configureOutput());
  return program;
}

function everyCommand(command: Command): readonly Command[] {
  return command.commands.flatMap((one) => [one, ...everyCommand(one)]);
}

/** `argv` without the program and script. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    await createProgram(io).parseAsync(argv, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    return explainError(error, io, argv.includes('--json'));
  }
}

function explainError(error: unknown, io: Io, json: boolean): ExitCode {
  const say = (text: string, hint = ''): void => io.err(`rampart: ${text}\n${hint === '' ? '' : `  ${hint}\n`}`);
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (io.signal.aborted) return EXIT.stopped;
  if (error instanceof UsageError) return say(error.message), EXIT.usage;
  if (error instanceof CheckFailed) return say(error.message), EXIT.checkFailed;
  if (error instanceof RampartUnreachable) {
    say(error.message, 'start one with `rampart serve`, or name another with --url or RAMPART_URL');
    return EXIT.unreachable;
  }
  if (error instanceof RampartProblem) {
    if (json) io.err(`${JSON.stringify(error.document)}\n`);
    else say(`${error.message} (${error.code}${error.pointer === '' ? '' : ` at ${error.pointer}`})`, error.hint);
    return EXIT.refused;
  }
  if (error instanceof StreamRefused) return say(`${error.message} (${error.code})`, error.hint), EXIT.refused;
  if (error instanceof StreamGap || error instanceof EpochChanged || error instanceof StreamBroken) {
    say(error.message, 'begin anew with --after oldest or --after head');
    return EXIT.eventsMissing;
  }
  if (isFileError(error)) return say(`${error.path ?? 'a file'} cannot be read: ${error.code}`), EXIT.usage;
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.bug;
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
