/**
 * Who may call: one pure decision for HTTP requests and for the WebSocket upgrade.
 *
 * The attack that `Host` stops (DNS rebinding): 1. a page of evil.example runs in a developer's browser; 2. its name is made to
 * resolve to 127.0.0.1; 3. its scripts now talk to this service as "same origin", with no Origin header on a GET. The name in
 * `Host` is still evil.example, so it is refused. The attack that `Origin` stops: the page calls http://127.0.0.1:7670 directly;
 * a browser then says which page asks, and it is not this service's own.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopbackName } from '../config/loopback.js';

export interface AccessSettings {
  /** The address that the service listens on. */
  readonly host: string;
  readonly token: string | null;
  /** Host names, without port. */
  readonly allowedHosts: readonly string[];
  /** Whole origins, as a browser sends them. */
  readonly allowedOrigins: readonly string[];
}

export interface AccessPolicy {
  readonly hostNames: ReadonlySet<string>;
  /** Host headers that were found to be fine, so that each is taken apart once; bounded. */
  readonly acceptedHosts: Set<string>;
  readonly origins: ReadonlySet<string>;
  /** SHA-256 of the token: equal lengths make the constant-time comparison possible. */
  readonly tokenHash: Buffer | null;
}

export interface Caller {
  readonly host: string | undefined;
  /** Whether the request names more than one host: then a proxy may go by another one than this service. */
  readonly hostContested: boolean;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
  /** Whether what is asked for needs the token, where there is one. */
  readonly needsToken: boolean;
}

export interface AccessRefusal {
  readonly status: 401 | 403;
  readonly code: 'unauthorized' | 'host-not-allowed' | 'origin-not-allowed';
  /** Header or parameter to blame. */
  readonly pointer: 'Authorization' | 'Host' | 'Origin' | 'ticket';
  readonly detail: string;
  readonly hint: string;
}

export function createAccessPolicy(settings: AccessSettings): AccessPolicy {
  const names = [settings.host, ...settings.allowedHosts].map((name) => bareName(name.toLowerCase()));
  return {
    hostNames: new Set(names),
    acceptedHosts: new Set(),
    origins: new Set(settings.allowedOrigins.map((origin) => origin.toLowerCase())),
    tokenHash: settings.token === null ? null : sha256(settings.token),
  };
}

/** null: go on. */
export function decideAccess(policy: AccessPolicy, caller: Caller): AccessRefusal | null {
  if (caller.hostContested) {
    return {
      status: 403,
      code: 'host-not-allowed',
      pointer: 'Host',
      detail: 'the request names more than one host',
      hint: 'send one Host header, and the path alone in the request line',
    };
  }
  if (caller.host === undefined || !hostAllowed(policy, caller.host)) {
    return {
      status: 403,
      code: 'host-not-allowed',
      pointer: 'Host',
      detail:
        caller.host === undefined
          ? 'the request names no Host'
          : `the host ${JSON.stringify(caller.host.slice(0, 100))} is not one of this service's names`,
      hint: 'call it by localhost, a loopback address or the address it listens on, or name the host in RAMPART_ALLOWED_HOSTS',
    };
  }
  if (caller.origin !== undefined && !originAllowed(policy, caller.origin, caller.host)) {
    return {
      status: 403,
      code: 'origin-not-allowed',
      pointer: 'Origin',
      detail: `pages of ${JSON.stringify(caller.origin.slice(0, 100))} may not call this service`,
      hint: 'open the page from the service itself, or name its origin in RAMPART_ALLOWED_ORIGINS',
    };
  }
  if (caller.needsToken && policy.tokenHash !== null && !tokenMatches(policy.tokenHash, caller.authorization)) {
    return {
      status: 401,
      code: 'unauthorized',
      pointer: 'Authorization',
      detail:
        caller.authorization === undefined
          ? 'this service asks for a token and the request has none'
          : 'the token is not the one of this service',
      hint: 'send the header Authorization: Bearer <the value of RAMPART_TOKEN>',
    };
  }
  return null;
}

/** The same for the stream, which a ticket opens as well as the token does. */
export function decideStreamAccess(
  policy: AccessPolicy,
  tickets: { redeem(ticket: string): boolean },
  caller: Omit<Caller, 'needsToken'>,
  ticket: string | undefined,
): AccessRefusal | null {
  const refusal = decideAccess(policy, { ...caller, needsToken: ticket === undefined });
  if (refusal !== null || ticket === undefined) return refusal;
  return tickets.redeem(ticket) ? null : BAD_TICKET;
}

/** Which of the reasons it was is nobody's business. */
const BAD_TICKET: AccessRefusal = {
  status: 401,
  code: 'unauthorized',
  pointer: 'ticket',
  detail: 'the ticket was used before, is too old, or was never issued',
  hint: 'get a fresh one from POST /v1/stream-tickets for each stream',
};

/** An origin that is allowed by name, as its pages have to be told (CORS); null for the service's own pages, which need not be. */
export function foreignOrigin(policy: AccessPolicy, origin: string | undefined): string | null {
  return origin !== undefined && policy.origins.has(origin.toLowerCase()) ? origin : null;
}

/**
 * Whether a request names more than one host: by a second Host header, of which Node shows the first alone, or by a request line with a
 * whole URL of another one.
 */
export function contestsHost({ url = '', headers, rawHeaders }: RequestHead): boolean {
  if (url.charCodeAt(0) !== SLASH) {
    const named = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1];
    if (named !== undefined && named.toLowerCase() !== headers.host?.toLowerCase()) return true;
  }
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts > 1;
}

interface RequestHead {
  readonly url?: string | undefined;
  readonly headers: { readonly host?: string | undefined };
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
}

const SLASH = 0x2f;

const ACCEPTED_HOSTS_MAX = 64;

function hostAllowed({ hostNames, acceptedHosts }: AccessPolicy, header: string): boolean {
  if (acceptedHosts.has(header)) return true;
  const name = hostNameOf(header);
  if (name === null || !(isLoopbackName(name) || hostNames.has(name))) return false;
  if (acceptedHosts.size < ACCEPTED_HOSTS_MAX) acceptedHosts.add(header);
  return true;
}

/** The name in a Host header, lower-case, without port and brackets; null where it is none. */
function hostNameOf(header: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?$/.exec(header.toLowerCase());
  return match?.[1] === undefined ? null : bareName(match[1]);
}

function bareName(name: string): string {
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

/** `null`, which sandboxed pages and files send, is nobody's origin. */
function originAllowed(policy: AccessPolicy, origin: string, host: string): boolean {
  const sent = origin.toLowerCase();
  return sent === `http://${host.toLowerCase()}` || policy.origins.has(sent);
}

function tokenMatches(tokenHash: Buffer, authorization: string | undefined): boolean {
  const sent = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(sha256(sent), tokenHash);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
