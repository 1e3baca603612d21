import type { KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import type { Clock } from './clock.js';
import { InvalidOptionError } from './error.js';
import type { Random } from './random.js';
import { type SocketAgents, socketAgents, socketsOf } from './socket-agents.js';
import { type KeptSocket, SocketKeeper, type SocketRules } from './socket-keeper.js';
import { markUnsent, type Unsent } from './unsent.js';

/** How the connections of a client behave. */
export interface HandlerRules extends SocketRules {
  /** Most sockets at once, to one endpoint. */
  readonly maxSockets: number;
  /** Longest wait for an answer, in milliseconds; a call may also be aborted from outside. Undefined: only that. */
  readonly requestTimeoutMs?: number | undefined;
}

/** A `requestHandler` as the SDK takes it: a handler, or options for one. */
export type GivenHandler = KinesisClientConfig['requestHandler'];

const owner = 'clientConfig.requestHandler';

/** What `requestHandler` may say where it is no handler but options: those of the SDK's HTTP/1.1 handler. */
const knownOptions = Object.freeze([
  'connectionTimeout',
  'requestTimeout',
  'throwOnRequestTimeout',
  'socketTimeout',
  'socketAcquisitionWarningTimeout',
  'httpAgent',
  'httpsAgent',
  'logger',
] satisfies (keyof NodeHttpHandlerOptions)[]);

/**
 * The handler for requests to Kinesis. One that is given is used as it is. Options, or none, make one for HTTP/1.1: the SDK
 * itself would make its HTTP/2 handler of them, which knows no agents and so passes every proxy by. Options for agents are
 * merged with ours; an agent that is given is used as it is and closed by its owner.
 */
export function requestHandlerFor(
  given: GivenHandler,
  rules: HandlerRules,
  clock: Clock,
  random: Random,
): NonNullable<GivenHandler> {
  if (isHandler(given)) return given;
  const isGiven = given !== undefined;
  if (isGiven && (typeof given !== 'object' || given === null || Array.isArray(given))) {
    const expected = 'a handler of the SDK, or an object of options for its HTTP/1.1 handler';
    throw new InvalidOptionError({
      owner: 'clientConfig',
      option: 'requestHandler',
      received: given,
      expected,
    });
  }
  const options = (isGiven ? given : {}) as NodeHttpHandlerOptions;
  for (const [option, received] of Object.entries(options)) {
    const isKnown = knownOptions.some((known) => known === option);
    if (!isKnown) throw new InvalidOptionError({ owner, option, received, known: knownOptions });
  }
  return new KeptHandler(options, rules, clock, random);
}

/** The agent has as many as it may have, all in use. */
const noSocket: Unsent = Object.freeze({ name: 'TimeoutError', lacks: 'no socket was free for it' });

/** The SDK's HTTP/1.1 handler over sockets that are judged before they are used again. */
export class KeptHandler extends NodeHttpHandler {
  readonly #keeper: SocketKeeper;
  readonly #agents: SocketAgents;

  constructor(given: NodeHttpHandlerOptions, rules: HandlerRules, clock: Clock, random: Random) {
    const connectTimeoutMs = given.connectionTimeout ?? rules.connectTimeoutMs;
    const keeper = new SocketKeeper({ ...rules, connectTimeoutMs }, clock, random);
    const own = { keepAlive: true, maxSockets: rules.maxSockets, timeout: rules.maxIdleMs };
    const http = isAgent(given.httpAgent) ? {} : given.httpAgent;
    const https = isAgent(given.httpsAgent) ? {} : given.httpsAgent;
    const agents = socketAgents(keeper, { ...own, ...http }, { ...own, ...https });
    const hasAgent = isAgent(given.httpAgent) || isAgent(given.httpsAgent);
    const requestTimeout = given.requestTimeout ?? rules.requestTimeoutMs;
    super({
      // A warning on the console; that requests wait for sockets shows in the connection's stats.
      socketAcquisitionWarningTimeout: 2_147_483_647,
      ...given,
      // Ours is judged where sockets are made: the SDK's counts a wait for a socket, and leaves the TLS handshake out.
      connectionTimeout: hasAgent ? connectTimeoutMs : 0,
      ...(requestTimeout !== undefined && { requestTimeout }),
      throwOnRequestTimeout: true,
      httpAgent: isAgent(given.httpAgent) ? given.httpAgent : agents.http,
      httpsAgent: isAgent(given.httpsAgent) ? given.httpsAgent : agents.https,
    });
    this.#keeper = keeper;
    this.#agents = agents;
  }

  /** Sockets opened so far, open now and idle now, and requests that wait for one; without those of agents that were given. */
  get sockets(): { opened: number; open: number; idle: number; waiting: number } {
    const { http, https } = this.#agents;
    const idle = socketsOf(http.freeSockets).length + socketsOf(https.freeSockets).length;
    const busy = socketsOf(http.sockets).length + socketsOf(https.sockets).length;
    const waiting = [http.requests, https.requests].flatMap((requests) => Object.values(requests).flat());
    return { opened: this.#keeper.opened, open: idle + busy, idle, waiting: waiting.length };
  }

  override async handle(
    ...call: Parameters<NodeHttpHandler['handle']>
  ): ReturnType<NodeHttpHandler['handle']> {
    const [request, { abortSignal } = {}] = call;
    this.#keeper.sweep(this.#idle());
    const signal = abortSignal instanceof AbortSignal ? abortSignal : undefined;
    // Whoever gives a call up may not wait for what it fails with: its reason tells, too.
    const onAbort = () => void this.#marked(signal?.reason, request);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await super.handle(...call);
    } catch (error) {
      // The next request resolves the name anew. A call that was given up tells nothing of those that lie idle: they were
      // answered since, or grow too old.
      if (abortSignal?.aborted !== true) this.#keeper.distrust(this.#idle(request));
      throw this.#marked(error, request);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#agents.forget(request.headers);
    }
  }

  /** An error that tells if nothing of `request` can have been sent. Agents that were given do not say. */
  #marked(error: unknown, { headers }: { readonly headers: object }): unknown {
    const sent = this.#agents.requestWith(headers);
    if (sent === undefined) return error;
    const unsent = sent.socket ? this.#keeper.unsentOn(sent.socket) : noSocket;
    return unsent === undefined ? error : markUnsent(error, unsent);
  }

  /** Agents that were given stay open: whoever made them may use them elsewhere. */
  override destroy(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  /** Idle sockets, to where `to` goes or to everywhere. */
  #idle(to?: Destination): KeptSocket[] {
    const { http, https } = this.#agents;
    return [http, https].flatMap(({ freeSockets }) => socketsOf(to ? towards(to, freeSockets) : freeSockets));
  }
}

interface Destination {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

/** Agents keep sockets under names that begin with host and port. */
function towards<Kept>(
  { protocol, hostname, port }: Destination,
  sockets: NodeJS.Dict<Kept>,
): NodeJS.Dict<Kept> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const place = `${host}:${port ?? (protocol === 'https:' ? 443 : 80)}:`;
  return Object.fromEntries(Object.entries(sockets).filter(([name]) => name.startsWith(place)));
}

function isHandler(given: GivenHandler): given is Exclude<GivenHandler, undefined | Record<string, unknown>> {
  return typeof (given as { handle?: unknown } | undefined)?.handle === 'function';
}

function isAgent<Given extends object>(given: Given | undefined): given is Given & { destroy(): void } {
  return typeof (given as { destroy?: unknown } | undefined)?.destroy === 'function';
}
