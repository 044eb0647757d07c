/** `rampart access`: what the guest does to its memory. */
import { type Command, Option } from 'commander';
import type { Schemas } from '../../client/index.js';
import { CheckFailed, type Io } from '../io.js';
import { address, type CommonOptions, contextOf, size, withService, wholeNumber } from '../options.js';
import { plural } from '../text.js';
import { nestedFaultWords } from '../words.js';

const OUTCOMES = ['completed', 'nested-fault', 'vc-exception', 'memory-fault-exit'] satisfies Schemas['GuestAccessAnswer']['outcome'][];

interface GuestOptions extends CommonOptions {
  readonly access: Schemas['GuestAccessRequest']['access'];
  readonly size?: string | number;
  readonly encrypted: boolean;
  readonly vmpl: number;
  readonly fill?: number;
  readonly data?: string;
  readonly expect?: Schemas['GuestAccessAnswer']['outcome'];
}

export function addGuestCommand(program: Command, io: Io): void {
  withService(program.command('access').argument('<vm>').argument('<gpa>', 'guest address', address))
    .description('the guest loads, stores or fetches')
    .addOption(new Option('--access <kind>', 'what it does').choices(['read', 'write', 'execute']).default('read'))
    .option('--size <size>', 'bytes; 1 where neither size nor data is given', size)
    .option('--no-encrypted', 'through a mapping without the C-bit: the page is shared for the guest')
    .option('--vmpl <n>', 'at this VMPL', wholeNumber(0, 3), 0)
    .option('--fill <byte>', 'store this byte again and again', wholeNumber(0, 255))
    .option('--data <base64>', 'store these bytes')
    .addOption(new Option('--expect <outcome>', 'exit with 5 where it ends otherwise').choices(OUTCOMES))
    .addHelpText(
      'after',
      '\nExamples:\n  $ rampart access $VM 0x208000 --access write --size 64\n  $ rampart access $VM 0x207000 --no-encrypted --expect completed',
    )
    .action(async (vm: string, gpa: string, options: GuestOptions) => {
      const { rampart, print, paint } = contextOf(io, options);
      const { access, encrypted, vmpl, fill, data, expect } = options;
      const bytes = options.size ?? (data === undefined ? 1 : undefined);
      const body: Schemas['GuestAccessRequest'] = {
        gpa,
        access,
        vmpl: vmpl as 0 | 1 | 2 | 3,
        ...(encrypted ? {} : { cBit: false }),
        ...(bytes === undefined ? {} : { size: bytes }),
        ...(fill === undefined ? {} : { fill }),
        ...(data === undefined ? {} : { data }),
      };
      const answer = await rampart.vm(vm).access(body, { signal: io.signal });
      print(answer, () => {
        const { outcome, bytesDone, exception, translation, faults } = answer;
        const place = translation === null ? '' : `, pfn ${translation.pfn} by a ${translation.nestedLevel} leaf`;
        const met = faults.map((fault) => `  ${nestedFaultWords(fault)}\n`);
        const own = exception === null ? '' : `  ${exceptionWords(exception)}\n`;
        return `${paint(outcome === 'completed' ? 'green' : 'red', outcome)}, ${plural(bytesDone, 'byte')}${place}\n${met.join('')}${own}`;
      });
      if (expect !== undefined && answer.outcome !== expect)
        throw new CheckFailed(`expected the outcome ${expect}, it was ${answer.outcome}`);
    });
}

const VECTOR_VC = 29;

function exceptionWords({ vector, errorCode, gpa }: NonNullable<Schemas['GuestAccessAnswer']['exception']>): string {
  return vector === VECTOR_VC
    ? `#VC ${errorCode} at gpa ${gpa}: the page is not validated`
    : `#PF ${errorCode} at gpa ${gpa}: the C-bit is reserved where vTOM decides`;
}
