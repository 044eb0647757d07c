/** Every scenario that a decoded incident points to is in the library. */
import { expect, test } from 'vitest';
import { ScenarioFolder } from '../../src/service/scenario-folder.js';
import { SCENARIO_NAMES } from '../../src/decode/scenarios.js';

test('the library has a scenario by each name that the decoder gives', () => {
  const names = new ScenarioFolder(new URL('../../scenarios/', import.meta.url)).names();
  expect(SCENARIO_NAMES.filter((name) => !names.includes(name))).toEqual([]);
});
