/** The firmware, as the host's driver calls it. */
import { FIRMWARE_STATUS } from '../../core/index.js';
import type { Services } from '../../service/services.js';
import { firmwareCommand } from '../firmware-commands.js';
import { operationRoute } from '../operation-route.js';
import type { Route } from '../route.js';
import { FirmwareAnswer, FirmwareRequest } from '../schemas/firmware.js';

export function firmwareRoutes(services: Services): readonly Route[] {
  return [
    operationRoute(services, {
      op: 'firmware-command',
      path: '/v1/vms/:vm/firmware-commands',
      operationId: 'commandFirmware',
      tag: 'operations',
      summary: 'The host sends a command to the SEV firmware',
      description: 'Statuses are results, by the manual’s names and numbers.',
      body: FirmwareRequest,
      example: { command: 'SNP_PAGE_RECLAIM', page: '0x100200' },
      answer: { status: 200, description: 'Status, and the guest that the command named', schema: FirmwareAnswer },
      problems: ['content-limit'],
      command: firmwareCommand,
      show: ({ status, guest }, { firstSeq, seq }) => ({
        status,
        code: FIRMWARE_STATUS[status],
        guest: guest === null ? null : { state: guest.state, asid: guest.asid, policy: guest.policy, launchDigest: guest.digest },
        firstSeq,
        seq,
      }),
      seen: ({ status }) => ({ status }),
    }),
  ];
}
