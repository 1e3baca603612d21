/** A JSON object, as requests and answers are. */
export type Json = Readonly<Record<string, unknown>>;

/** Finds a value in the answer to an earlier request of the same scenario: `seen('first', 'Records.0.SequenceNumber')`. */
export type Seen = (request: string, path: string) => unknown;

/** One request, played against both servers and compared. */
export interface Ask {
  readonly kind: 'ask';
  /** Unique within its scenario. */
  readonly name: string;
  readonly operation: string;
  readonly body: Json | ((seen: Seen) => Json);
  /** The whole HTTP request, where it is not an ordinary call. */
  readonly raw?: RawRequest;
}

/** What an ordinary call does not have: other headers (undefined leaves one out), or a body that is no JSON object. */
export interface RawRequest {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

/** A subscription: events are read until they hold `records` records and, where asked for, child shards. */
export interface Subscribe {
  readonly kind: 'subscribe';
  readonly name: string;
  readonly body: (seen: Seen) => Json;
  readonly records: number;
  readonly childShards?: boolean;
  /** What is sent once the subscription stands; compared under the name `… / meanwhile`. */
  readonly meanwhile?: Omit<Ask, 'name' | 'kind'>;
}

/** Lets the stream become ACTIVE or be gone; not compared. */
export interface Settle {
  readonly kind: 'settle';
  readonly stream: string;
}

/** Lets the consumer of this ARN become ACTIVE or be gone; not compared. */
export interface SettleConsumer {
  readonly kind: 'settleConsumer';
  readonly arn: (seen: Seen) => unknown;
}

/** Lets time pass, where nothing can be waited for. */
export interface Pause {
  readonly kind: 'pause';
  readonly ms: number;
}

export type Step = Ask | Subscribe | Settle | SettleConsumer | Pause;

/**
 * How long changes take. `brisk`: a moment. `stuck`: the given streams are ACTIVE, every later change goes on for as long
 * as the scenario. `unborn`: a stream that was created stays CREATING.
 */
export type Pace = 'brisk' | 'stuck' | 'unborn';

/** Requests that build on one another, in an account of their own. */
export interface Scenario {
  readonly name: string;
  readonly pace: Pace;
  /** ACTIVE from the start: shards by name, 0 for an on-demand stream. */
  readonly streams: Readonly<Record<string, number>>;
  readonly steps: readonly Step[];
}

export function scenario(
  name: string,
  streams: Readonly<Record<string, number>>,
  steps: readonly Step[],
  pace: Pace = 'brisk',
): Scenario {
  return { name, pace, streams, steps };
}

export function ask(name: string, operation: string, body: Ask['body'] = {}): Ask {
  return { kind: 'ask', name, operation, body };
}

/** The same request with each of several bodies, named by what is special about them. */
export function askEach(operation: string, bodies: Readonly<Record<string, Ask['body']>>): Ask[] {
  return Object.entries(bodies).map(([name, body]) => ask(`${operation}: ${name}`, operation, body));
}

export function askRaw(name: string, operation: string, raw: RawRequest): Ask {
  return { kind: 'ask', name, operation, body: {}, raw };
}

export function settle(stream = 's'): Settle {
  return { kind: 'settle', stream };
}

export function settleConsumer(arn: SettleConsumer['arn']): SettleConsumer {
  return { kind: 'settleConsumer', arn };
}

export function pause(ms: number): Pause {
  return { kind: 'pause', ms };
}
