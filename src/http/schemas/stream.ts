/** Tickets for the stream. */
import { z } from 'zod';

export const StreamTicket = z
  .strictObject({
    ticket: z.string().meta({ description: 'For the parameter `ticket` of `/v1/stream`. Opens one stream, once.' }),
    expiresInMs: z.int().meta({ description: 'It has to be used within so many milliseconds.' }),
  })
  .meta({ id: 'StreamTicket' });
