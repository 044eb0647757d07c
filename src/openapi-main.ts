/** Writes openapi/openapi.json from the routes: `npm run openapi`. */
import { writeFileSync } from 'node:fs';
import { pino } from 'pino';
import { createApp, memoryServices, REAL_WORLD } from './app.js';
import { defaultConfig } from './config.js';

const config = defaultConfig();
const app = createApp({
  config,
  services: memoryServices(config, REAL_WORLD),
  logger: pino({ level: 'silent' }),
  asyncApiText: () => '',
  onBug: (error) => {
    throw error;
  },
});
writeFileSync(new URL('../openapi/openapi.json', import.meta.url), app.openApiText());
await app.close();
