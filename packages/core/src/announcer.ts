import { type Channel, channel } from 'node:diagnostics_channel';

/** What an {@link Announcer} is built from. */
export interface AnnouncerParts<Event> {
  /** Name of the diagnostics channel, such as `shardline:producer`. */
  readonly channelName: string;
  /** Goes along with every event on the channel. */
  readonly stream: string;
  /** Who speaks, in words, for warnings: `producer of stream "tweets"`. */
  readonly owner: string;
  readonly onEvent: ((event: Event) => unknown) | undefined;
  /** The event that tells of a callback that threw. */
  readonly callbackFailed: (callback: string, error: unknown) => Event;
}

/**
 * Tells a listener and the diagnostics channel of events, and calls other code of the user's; none of it can break what calls it.
 * Costs nothing while nobody listens.
 */
export class Announcer<Event> {
  readonly #parts: AnnouncerParts<Event>;
  readonly #channel: Channel;
  readonly #warned = new Set<string>();

  constructor(parts: AnnouncerParts<Event>) {
    this.#parts = parts;
    this.#channel = channel(parts.channelName);
  }

  /** Tells of an event; `make` is called only when somebody listens. */
  tell(make: () => Event): void {
    const { onEvent } = this.#parts;
    if (!onEvent && !this.#channel.hasSubscribers) return;
    const event = make();
    this.#publish(event);
    if (onEvent) this.call('onEvent', () => onEvent(event));
  }

  /** A callback may turn out to be an async function: its rejection is told like a throw, since nobody awaits it. */
  call(name: string, callback: () => unknown): void {
    try {
      const returned = callback();
      if (returned instanceof Promise) returned.catch((error) => this.#callbackFailed(name, error));
    } catch (error) {
      this.#callbackFailed(name, error);
    }
  }

  #callbackFailed(name: string, error: unknown): void {
    const event = this.#parts.callbackFailed(name, error);
    if (name === 'onEvent') this.#publish(event);
    else this.tell(() => event);
    if (this.#warned.has(name)) return;
    this.#warned.add(name);
    process.emitWarning(`${name} of the ${this.#parts.owner} threw: ${inWords(error)}`, {
      code: 'SHARDLINE_CALLBACK_FAILED',
    });
  }

  #publish(event: Event): void {
    if (this.#channel.hasSubscribers) this.#channel.publish({ stream: this.#parts.stream, event });
  }
}

/** Anything can be thrown, even what throws when it is turned into text. */
function inWords(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return `a value of type ${typeof thrown}`;
  }
}
