/**
 * Headers of pages. Those that helmet sets and that mean something here, by hand: they never change, so one object is all it takes, and a
 * plug-in with hooks would cost every request. Left out: Strict-Transport-Security (this service speaks plain HTTP; who puts TLS in front
 * sets it there), X-XSS-Protection and X-Download-Options (for browsers that are gone).
 */
import { createHash } from 'node:crypto';
import { STYLE } from './html.js';

/** The one style element that every page has, by its hash; no script, no form, nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
};
