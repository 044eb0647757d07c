/** Writes openapi/openapi.json from the routes: `npm run openapi`. */
import { writeFileSync } from 'node:fs';
import { pino } from 'pino';
import { createApp, REAL_WORLD } from './app.js';
import { defaultConfig } from './config.js';

const app = createApp({
  config: defaultConfig(),
  world: REAL_WORLD,
  logger: pino({ level: 'silent' }),
  asyncApiText: () => '',
  onBug: (error) => {
    throw error;
  },
});
writeFileSync(new URL('../openapi/openapi.json', import.meta.url), app.openApiText());
await app.close();
