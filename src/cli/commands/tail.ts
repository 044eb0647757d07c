/** `rampart tail`: what happens, while it happens. */
import type { Command } from 'commander';
import type { EventType } from '../../client/index.js';
import type { Io } from '../io.js';
import { type CommonOptions, contextOf, list, withService, wholeNumber } from '../options.js';
import { eventWords } from '../words.js';

const FAULTS: readonly EventType[] = ['fault', 'nested-fault', 'vm-killed'];

interface TailOptions extends CommonOptions {
  readonly types?: readonly EventType[];
  readonly all?: true;
  readonly after: string;
  readonly count?: number;
}

export function addTailCommand(program: Command, io: Io): void {
  withService(program.command('tail [vm]'))
    .description('print faults as they happen, of one VM or of all; goes on after a cut where it was')
    .option('--types <list>', 'types of events, with commas between', list)
    .option('--all', 'every type of event')
    .option('--after <cursor>', 'begin after this cursor, or with oldest', 'head')
    .option('--count <n>', 'end after so many events', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .addHelpText('after', '\nExamples:\n  $ rampart tail\n  $ rampart tail $VM --all --after oldest --json | jq .type')
    .action(async (vm: string | undefined, options: TailOptions) => {
      const { rampart, paint, json } = contextOf(io, options);
      const { after, count, all } = options;
      const types = all === true ? undefined : (options.types ?? FAULTS);
      const stream = rampart.events({
        after,
        signal: io.signal,
        ...(vm === undefined ? {} : { vm }),
        ...(types === undefined ? {} : { types }),
        onState(state) {
          if (state.state === 'waiting') io.err(`rampart: ${state.why}; trying again\n`);
        },
      });
      let left = count ?? Number.POSITIVE_INFINITY;
      for await (const event of stream) {
        io.out(`${json ? JSON.stringify(event) : eventWords(event, paint)}\n`);
        await io.drained();
        if (--left === 0) break;
      }
    });
}
