/** What both entries of the client export besides `Rampart`. */
import type { components } from './api.js';

export type { components, paths } from './api.js';
export { EpochChanged, RampartProblem, RampartUnreachable, StreamBroken, StreamGap, StreamRefused } from './errors.js';
export type { EventObject, EventType } from './frames.js';
export { type CallOptions, DEFAULT_URL, type RampartOptions, type ScenarioBody } from './rampart.js';
export type { EventStream, StreamOptions, StreamState } from './stream.js';
export type { ConversionOptions, CreatedVm, Vm } from './vm.js';
export type { RetryPolicy } from './waiting.js';
export { type AnswerWords, answerWords, cameWords, sameWords, sawWords } from './words.js';

/** Bodies and answers by their names in the OpenAPI document. */
export type Schemas = components['schemas'];
