/** The decoder of kernel logs. */
import { setImmediate } from 'node:timers/promises';
import { DECODE_BYTES_MAX, LogDecoder } from '../../decode/index.js';
import { refuse } from '../problem.js';
import { defineRoute, type Route } from '../route.js';
import { Decoded, DecodeBody } from '../schemas/decode.js';

/** Characters that are decoded before others have their turn: some milliseconds. */
const SLICE_CHARACTERS = 128 * 1024;

export function decodeRoutes(): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/decode',
      operationId: 'decode',
      tag: 'decoder',
      summary: 'Explain the lines of a kernel log',
      description:
        'RMP dumps in all forms, page faults with the RMP bit, failed RMPUPDATE and PSMASH, nested page faults, memory-fault exits, terminations, firmware and IOMMU errors: field by field, grouped into incidents, with the likely cause. Other lines are left alone and counted. The body may also be the log itself, as `text/plain`.',
      body: DecodeBody,
      textField: 'text',
      bodyMax: {
        bytes: DECODE_BYTES_MAX,
        refusal: refuse(
          'log-too-large',
          '',
          `the log is longer than ${DECODE_BYTES_MAX} bytes`,
          'send the lines around the incident, or decode the file with the command `rampart decode`',
        ),
      },
      effect: 'none',
      example: { text: 'SEV-SNP: PFN 0x40fdf36, RMP entry: [0x6010fffffffff001 - 0x000000000000001f]' },
      answer: { status: 200, description: 'What the log says', schema: Decoded },
      problems: [],
      async handle({ body: { text } }) {
        const decoder = new LogDecoder();
        for (let at = 0; at < text.length; at += SLICE_CHARACTERS) {
          decoder.push(text.slice(at, at + SLICE_CHARACTERS));
          await setImmediate();
        }
        return decoder.finish();
      },
    }),
  ];
}
