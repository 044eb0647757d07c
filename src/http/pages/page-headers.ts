/**
 * Headers of pages. Those that helmet sets and that mean something here, by hand: they never change, so one object is all it takes, and a
 * plug-in with hooks would cost every request. Left out: Strict-Transport-Security (this service speaks plain HTTP; who puts TLS in front
 * sets it there), X-XSS-Protection and X-Download-Options (for browsers that are gone).
 */
import { createHash } from 'node:crypto';
import { STYLE } from './html.js';

/** Of the pages that are made here: the one style element that each has, by its hash; no script, no form, nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ALIKE = {
  'cross-origin-opener-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
};

export const PAGE_HEADERS: Readonly<Record<string, string>> = { 'content-security-policy': POLICY, ...ALIKE };

/** Of the built page: its own files and its own service, nothing inline. A worker has the policy of its file, so all files have it. */
const BUILT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const BUILT_HEADERS = { 'content-security-policy': BUILT_POLICY, ...ALIKE };

/** Names which files belong together, so it is asked for each time. */
export const BUILT_PAGE_HEADERS: Readonly<Record<string, string>> = { ...BUILT_HEADERS, 'cache-control': 'no-cache' };

/** Another content has another name. */
export const ASSET_HEADERS: Readonly<Record<string, string>> = { ...BUILT_HEADERS, 'cache-control': 'public, max-age=31536000, immutable' };
