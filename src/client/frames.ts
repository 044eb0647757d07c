/** Frames of `rampart.v1.json` as the service sends them. */
import type { components } from './api.js';

export type EventObject = components['schemas']['Event'];
export type EventType = EventObject['type'];

export const SUBPROTOCOL = 'rampart.v1.json';

/** Those that move a subscription on; from, to, head and lost are positions. */
export type CoveringFrame =
  | { readonly t: 'subscribed'; readonly from: number; readonly head: number }
  | { readonly t: 'events'; readonly from: number; readonly to: number; readonly events: readonly EventObject[]; readonly more: boolean }
  | { readonly t: 'mark'; readonly from: number; readonly to: number; readonly head: number }
  | { readonly t: 'gap'; readonly from: number; readonly lost: readonly [number, number]; readonly why: string };

export type Frame =
  | CoveringFrame
  | {
      readonly t: 'hello';
      readonly epoch: string;
      readonly head: number;
      readonly heartbeatMs: number;
      readonly limits: { readonly creditMax: number };
    }
  | { readonly t: 'epoch'; readonly old: string; readonly new: string; readonly why: string }
  | { readonly t: 'goaway'; readonly retryMs: readonly [number, number] }
  | { readonly t: 'error'; readonly code: string; readonly detail: string; readonly pointer?: string; readonly hint?: string };
