/** An error of the program itself: no answer is made up for it, the process is told to end. */
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createApp, memoryServices } from '../../src/app.js';
import { defaultConfig } from '../../src/config.js';
import { pino } from 'pino';
import { ManualClock } from '../support/manual-clock.js';
import { countingIds } from './support/test-app.js';

test('the connection is lost, the error is logged with the request, and the caller hears no 500', async () => {
  const bugs: string[] = [];
  const lines: string[] = [];
  const app = createApp({
    config: defaultConfig(),
    services: memoryServices(defaultConfig(), { clock: new ManualClock(), ids: countingIds() }),
    logger: pino({ base: null }, { write: (line: string) => void lines.push(line) }),
    asyncApiText: () => '{}',
    onBug: (error) => void bugs.push(error.message),
  });
  await app.http.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.http.server.address() as AddressInfo).port}`;
  const send = (path: string, body: object) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'unlucky' },
      body: JSON.stringify(body),
    });
  const { id } = (await (await send('/v1/vms', {})).json()) as { id: string };

  app.services.executor.run = () => {
    throw new Error('invariant broken: a counter is negative');
  };
  await expect(send(`/v1/vms/${id}/psmash`, { pfn: '0x100000' })).rejects.toThrow('fetch failed');
  expect(bugs).toEqual(['invariant broken: a counter is negative']);
  expect(lines.map((line): unknown => JSON.parse(line))).toContainEqual(
    expect.objectContaining({
      level: 60,
      requestId: 'unlucky',
      err: expect.objectContaining({ message: 'invariant broken: a counter is negative' }),
    }),
  );
  await app.close();
});
