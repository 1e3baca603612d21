import { type AgentOptions, type ClientRequest, type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import type { KeptSocket, SocketKeeper } from './socket-keeper.js';

/** Node's agents for both schemes, whose sockets a {@link SocketKeeper} judges. */
export interface SocketAgents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  /** The request that one of them was given with these very headers, until {@link SocketAgents.forget}. */
  requestWith(headers: object): ClientRequest | undefined;
  /**
   * The request with these headers is over. Without it the first request of each socket stays, with its body: Node keeps the options of
   * that one, headers and all, as long as the socket.
   */
  forget(headers: object): void;
}

/** How Node gives a request to an agent. */
interface RequestTaker {
  addRequest(request: ClientRequest, options: ClientRequestArgs): void;
}

type Made = (error: Error | null, socket: Duplex) => void;

/**
 * Keep-alive agents: the socket that was used last is used next, so that those which a quiet spell leaves over grow idle and
 * are closed. Every new socket asks the resolver of the machine for the address anew, Node keeps none; TLS sessions are resumed.
 */
export function socketAgents(
  keeper: SocketKeeper,
  http: AgentOptions,
  https: HttpsAgentOptions,
): SocketAgents {
  class PlainAgent extends HttpAgent {
    override createConnection(options: ClientRequestArgs, made?: Made): Duplex | null | undefined {
      return opening(super.createConnection(options, made), false, options);
    }
  }
  class SecureAgent extends HttpsAgent {
    override createConnection(options: ClientRequestArgs, made?: Made): Duplex | null | undefined {
      return opening(super.createConnection(options, made), true, options);
    }
  }
  const opening = <Made extends Duplex | null | undefined>(
    socket: Made,
    secure: boolean,
    { host, port }: ClientRequestArgs,
  ): Made => {
    if (socket) keeper.opening(socket as Duplex, secure, `${host}:${port ?? (secure ? 443 : 80)}`);
    return socket;
  };
  const requests = new WeakMap<object, ClientRequest>();
  const note = (agent: RequestTaker) => {
    const take = agent.addRequest.bind(agent);
    agent.addRequest = (request, options) => {
      if (typeof options.headers === 'object') requests.set(options.headers, request);
      take(request, options);
    };
  };
  const agents = { http: new PlainAgent(http), https: new SecureAgent(https) };
  for (const agent of [agents.http, agents.https]) {
    // Before Node's own listener, which gives a socket to the next request and passes over destroyed ones.
    agent.prependListener('free', (socket: KeptSocket) => keeper.freed(socket));
    note(agent as unknown as RequestTaker);
  }
  return {
    ...agents,
    requestWith: (headers) => requests.get(headers),
    forget: (headers) => void requests.delete(headers),
  };
}

/** Sockets of an agent, in use or idle. */
export function socketsOf(sockets: HttpAgent['sockets'] | HttpAgent['freeSockets']): KeptSocket[] {
  return Object.values(sockets).flatMap((some) => some ?? []);
}
