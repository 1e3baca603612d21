import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { ManualClock } from '@shardline/testing';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../src/random.js';
import { KeptHandler, requestHandlerFor } from '../src/request-handler.js';

const rules = {
  maxSockets: 12,
  connectTimeoutMs: 3_000,
  requestTimeoutMs: undefined,
  maxIdleMs: 4_000,
  maxAgeMs: 60_000,
};
const handlerFor = (given: unknown) =>
  requestHandlerFor(given as never, rules, new ManualClock(), seededRandom(1));

/** What the SDK's handler was made with: it makes its agent for http: when it first needs one. */
async function settingsOf(handler: unknown) {
  const { configProvider } = handler as { configProvider: Promise<Record<string, unknown>> };
  const settings = await configProvider;
  const httpAgent = await (settings.httpAgentProvider as () => Promise<Agent>)();
  return { ...settings, httpAgent, httpsAgent: settings.httpsAgent as SecureAgent } as {
    readonly [name: string]: unknown;
    readonly httpAgent: Agent;
    readonly httpsAgent: SecureAgent & { readonly options: Record<string, unknown> };
  };
}

describe('requestHandlerFor', () => {
  test('uses a handler that is given as it is', () => {
    const given = { handle: async () => ({}) };
    expect(handlerFor(given)).toBe(given);
  });

  test('makes one for HTTP/1.1 of nothing and of options', () => {
    for (const given of [undefined, {}, { requestTimeout: 1_000 }]) {
      expect(handlerFor(given)).toBeInstanceOf(KeptHandler);
      expect((handlerFor(given) as KeptHandler).metadata.handlerProtocol).toBe('http/1.1');
    }
  });

  test('merges options with ours', async () => {
    const given = {
      requestTimeout: 1_000,
      throwOnRequestTimeout: false,
      httpAgent: { maxSockets: 3 },
      httpsAgent: { maxSockets: 4, ca: 'a certificate' },
    };
    const settings = await settingsOf(handlerFor(given));
    expect(settings).toMatchObject({ requestTimeout: 1_000, throwOnRequestTimeout: true });
    expect(settings.httpAgent).toMatchObject({ maxSockets: 3, keepAlive: true });
    expect(settings.httpsAgent).toMatchObject({ maxSockets: 4, keepAlive: true });
    expect(settings.httpsAgent.options).toMatchObject({ ca: 'a certificate', timeout: 4_000 });
  });

  test('without options keeps connections alive, as many as the rules allow', async () => {
    const settings = await settingsOf(handlerFor(undefined));
    for (const agent of [settings.httpAgent, settings.httpsAgent]) {
      expect(agent).toMatchObject({ keepAlive: true, maxSockets: 12 });
    }
  });

  test('uses agents that are given as they are, bounds their time to connect, and leaves them open', async () => {
    let destroyed = 0;
    const given = { httpAgent: new Agent(), httpsAgent: new SecureAgent() };
    for (const agent of Object.values(given)) {
      agent.destroy = () => {
        destroyed += 1;
      };
    }
    const handler = handlerFor(given) as KeptHandler;
    const settings = await settingsOf(handler);
    expect(settings.httpAgent).toBe(given.httpAgent);
    expect(settings.httpsAgent).toBe(given.httpsAgent);
    expect(settings.connectionTimeout).toBe(3_000);
    // As after its first request.
    Object.assign(handler, { config: settings });
    handler.destroy();
    expect(destroyed).toBe(0);
  });

  test.each(['httpAgent', 'httpsAgent'] as const)(
    'closes the agent of its own beside a %s that is given',
    async (name) => {
      const destroyed: string[] = [];
      const watch = (agent: Agent, who: string) => {
        agent.destroy = () => void destroyed.push(who);
      };
      const given = name === 'httpAgent' ? new Agent() : new SecureAgent();
      watch(given, 'given');
      const handler = handlerFor({ [name]: given }) as KeptHandler;
      const settings = await settingsOf(handler);
      watch(name === 'httpAgent' ? settings.httpsAgent : settings.httpAgent, 'own');
      handler.destroy();
      expect(destroyed).toEqual(['own']);
    },
  );

  test.each([
    [{ maxConcurrentStreams: 3 }, 'clientConfig.requestHandler: option "maxConcurrentStreams"'],
    [{ requestTimeOut: 3 }, 'did you mean "requestTimeout"'],
    [() => ({}), 'clientConfig: option "requestHandler" must be a handler of the SDK'],
    [null, 'clientConfig: option "requestHandler" must be a handler of the SDK'],
    [[], 'clientConfig: option "requestHandler" must be a handler of the SDK'],
  ])('refuses what the SDK would take for something else: %j', (given, words) => {
    expect(() => handlerFor(given)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(words) }),
    );
  });
});
