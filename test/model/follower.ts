/** A second machine that never sees a command, only the recorded effects of the first one's: it has to become the same. */
import { isDeepStrictEqual } from 'node:util';
import { apply, applyDelta, createMachine, digestOf, isRejection, statsOf, takeDelta, trackDeltas } from '../../src/core/index.js';
import type { Delta } from '../../src/core/index.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import type { Story } from './random-commands.js';

/** Effects are taken after as many commands, and after every reset. */
const COMMANDS_PER_DELTA = 3;

export function followerDiffers(story: Story): string | null {
  const leading = createMachine(story.config, memoryCipher);
  const following = createMachine(story.config, memoryCipher);
  if (isRejection(leading) || isRejection(following)) return null;
  trackDeltas(leading.machine);
  for (const [i, command] of story.commands.entries()) {
    apply(leading.machine, command);
    const isReset = command.op === 'reset';
    if (!isReset && i % COMMANDS_PER_DELTA !== 0 && i !== story.commands.length - 1) continue;
    applyDelta(following.machine, asStored(takeDelta(leading.machine, isReset)));
  }
  if (digestOf(leading.machine) !== digestOf(following.machine)) return 'the digest of a machine fed with deltas differs';
  if (leading.machine.seq !== following.machine.seq) return 'the seq of a machine fed with deltas differs';
  return isDeepStrictEqual(statsOf(leading.machine), statsOf(following.machine)) ? null : 'the stats of a machine fed with deltas differ';
}

/** Through the journal and back. */
function asStored(delta: Delta): Delta {
  return JSON.parse(JSON.stringify(delta)) as Delta;
}
