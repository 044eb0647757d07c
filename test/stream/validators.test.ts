/** The validators are shown to work: the honest service passes them, every broken one is caught. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BREAKAGES, type Breakage, HONEST, startBrokenServer } from './support/broken-server.js';
import { tellStory } from './support/fake-vms.js';
import { everythingIn } from './support/log-text.js';
import { startService, type TestService } from './support/test-service.js';
import { WsClient } from './support/ws-client.js';
import { complaintsAbout, complaintsAboutEvents, differences, type EventObject, eventsOf, type Frame } from './validators.js';

let service: TestService;
let all: readonly EventObject[];

beforeAll(async () => {
  service = await startService();
  tellStory(service.log, 300, 21);
  all = everythingIn(service.log);
  // In the middle of nothing, and an event that both kinds of recording want comes next.
  after = (all.find(({ position, type }) => position > 40 && type === 'fault')?.position ?? 0) - 1;
});

afterAll(async () => {
  await service.close();
});

/** Where the recordings begin. */
let after: number;

const TYPES = ['psmashed', 'fault'];
const wanted = ({ type }: EventObject): boolean => TYPES.includes(type);

async function record(breakage: Breakage, types?: readonly string[]): Promise<readonly Frame[]> {
  const broken = await startBrokenServer(service.url, breakage);
  const client = await WsClient.talk(broken.url);
  client.send({ t: 'subscribe', id: 1, after: `e1.${after}`, batch: { max: 20 }, ...(types === undefined ? {} : { types }) });
  await client.untilTold(1, service.log.head);
  await client.close();
  await broken.close();
  return client.frames(1);
}

describe('without a filter a client can prove it alone', () => {
  test('the honest service has no complaints', async () => {
    expect(complaintsAbout(await record(HONEST), { after })).toEqual([]);
  });

  const provable = BREAKAGES.filter(({ name }) => name !== 'sends what the filter should hide');
  test.each(provable)('$name: caught', async (breakage) => {
    expect(complaintsAbout(await record(breakage), { after })).not.toEqual([]);
  });
});

describe('with a filter the log is the witness', () => {
  test('the honest service has no complaints', async () => {
    expect(complaintsAbout(await record(HONEST, TYPES), { after, log: all, wanted })).toEqual([]);
  });

  test.each(BREAKAGES)('$name: caught', async (breakage) => {
    expect(complaintsAbout(await record(breakage, TYPES), { after, log: all, wanted })).not.toEqual([]);
  });
});

describe('a resumed stream beside the uncut one', () => {
  test.each([
    ['equal', 0, 0],
    ['an event missing at the seam', 1, 1],
    ['an event twice at the seam', -1, 1],
  ])('%s', (_name, shift, complaints) => {
    const cut = 50;
    const resumed = [...all.slice(0, cut), ...all.slice(cut + shift)];
    expect(differences(all, resumed).length > 0).toBe(complaints > 0);
  });
});

describe('plain events', () => {
  test.each([
    ['as they are', (events: readonly EventObject[]) => events, 0],
    ['one missing', (events: readonly EventObject[]) => events.toSpliced(9, 1), 1],
    ['one twice', (events: readonly EventObject[]) => events.toSpliced(9, 0, events[9] as EventObject), 1],
    ['two swapped', (events: readonly EventObject[]) => events.toSpliced(9, 2, events[10] as EventObject, events[9] as EventObject), 1],
    ['the first missing', (events: readonly EventObject[]) => events.slice(1), 1],
  ])('%s', (_name, change, complaints) => {
    expect(complaintsAboutEvents(change(all), { after: 0 }).length > 0).toBe(complaints > 0);
  });
});

test('events of a recording are those of its frames', async () => {
  expect(differences(all.slice(after), eventsOf(await record(HONEST)))).toEqual([]);
});
