import { isIPv4 } from 'node:net';
import { type AdminAnswer, refusal } from './admin-routes.js';

/** What is asked of a request before it is answered. */
export interface GuardedRequest {
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly contentType: string | undefined;
  readonly hasBody: boolean;
}

/**
 * Refuses what a web page may send, for a browser on this machine lets any page write to its ports: a request with an Origin, one
 * to a name that somebody made to mean this machine, and a body that is not said to be JSON, for which no page needs leave.
 * A server that listens on all addresses (`listenHost`) is known by any name.
 */
export function guardAdmin(request: GuardedRequest, listenHost: string): AdminAnswer | undefined {
  if (request.origin !== undefined) {
    return refusal(
      403,
      'ORIGIN_REFUSED',
      'The admin port answers no web pages: leave the Origin header out.',
    );
  }
  if (!isOwnHost(request.host ?? '', listenHost)) {
    const message = `The admin port is not known as ${request.host ?? '(no Host)'}: use localhost or ${listenHost}.`;
    return refusal(403, 'HOST_REFUSED', message);
  }
  const type = request.contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (request.hasBody && type !== 'application/json') {
    return refusal(415, 'NOT_JSON', 'A body must come with "content-type: application/json".');
  }
  return undefined;
}

function isOwnHost(hostAndPort: string, listenHost: string): boolean {
  if (listenHost === '0.0.0.0' || listenHost === '::') return true;
  const host = hostAndPort
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  const isLoopback = host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
  return isLoopback || host === listenHost.toLowerCase();
}
