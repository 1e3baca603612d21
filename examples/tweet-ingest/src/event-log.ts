import type { Outcomes, ProducerEvent } from '@shardline/producer';
import { OutageLog } from './outage-log.js';

/**
 * Says those of a producer's events that an operator should know of, each kind of trouble once, but an outage for as long as
 * it lasts. Trouble with the first shard map is not said: it ends the run with a message of its own.
 */
export class EventLog {
  readonly #say: (text: string) => void;
  readonly #outages: OutageLog;
  readonly #said = new Set<string>();
  #mapKnown = false;
  #mapFault: string | undefined;

  constructor(say: (text: string) => void, nowMs: () => number) {
    this.#say = say;
    this.#outages = new OutageLog(say, nowMs);
  }

  /** Why the shards are not known, if they are not. */
  get mapFault(): string | undefined {
    return this.#mapKnown ? undefined : this.#mapFault;
  }

  /** Given to the producer as `onEvent`. */
  readonly add = (event: ProducerEvent): void => {
    if (event.type === 'shard-map') this.#mapKnown = true;
    if (event.type === 'shard-map-failed') {
      this.#mapFault = `${event.call}: ${event.reason}: ${event.message}`;
    }
    if (event.type === 'retry') this.#outages.retried(event);
    const text = inWords(event);
    const kind = `${event.type} ${event.reason}`;
    if (text === undefined || !this.#mapKnown || this.#said.has(kind)) return;
    if (event.type !== 'shard-map') this.#said.add(kind);
    this.#say(text);
  };

  /** Given what `onOutcomes` is: what is stored ends an outage. */
  settled(outcomes: Outcomes): void {
    this.#outages.settled(outcomes);
  }
}

function inWords(event: ProducerEvent): string | undefined {
  switch (event.type) {
    case 'shard-map':
      return event.reason === 'changed'
        ? `the stream was resharded: ${event.openShards} open shards`
        : undefined;
    case 'shard-map-failed':
      return `the shards are not known anew, ${event.call} failed: ${event.message}`;
    case 'aggregation-stopped':
      return 'the stream places records itself: tweets go one by one, without order';
    case 'aggregation-resumed':
      return 'the stream places records by key again: tweets share aggregates';
    case 'order-inverted':
      return `${event.shardId} gave a later request a lower sequence number`;
    case 'json-fallback':
      return `the endpoint takes requests as JSON alone: ${event.message}`;
    case 'callback-failed':
      return `${event.reason} threw: ${String(event.error)}`;
    case 'distribution-unknown':
    case 'sealed':
    case 'retry':
    case 'failed':
      return undefined;
  }
}
