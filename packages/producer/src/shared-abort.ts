/**
 * What ends when a signal fires, by signal: one listener on each, however many members it has. Thousands may share the signal of a
 * shutdown, at which Node would warn, and most puts that have one have it for themselves (P2). Nothing stays on a signal longer than
 * needed.
 */
export class SharedAbort<Member> {
  readonly #onAbort: (members: ReadonlySet<Member>, reason: unknown) => void;
  readonly #members = new Map<AbortSignal, Set<Member>>();

  /** `onAbort` is told once of all that a signal had when it fired; whoever leaves meanwhile is a member no more. */
  constructor(onAbort: (members: ReadonlySet<Member>, reason: unknown) => void) {
    this.#onAbort = onAbort;
  }

  /** `member` ends when `signal` fires. The returned function forgets it. */
  join(signal: AbortSignal, member: Member): () => void {
    const members = this.#members.get(signal) ?? this.#begin(signal);
    members.add(member);
    return () => {
      if (members.delete(member) && members.size === 0) this.#end(signal);
    };
  }

  /** For a signal that had fired before it was joined. */
  fire(signal: AbortSignal): void {
    const members = this.#members.get(signal);
    this.#end(signal);
    if (members) this.#onAbort(members, signal.reason);
  }

  readonly #fired = (event: Event): void => this.fire(event.target as AbortSignal);

  #begin(signal: AbortSignal): Set<Member> {
    const members = new Set<Member>();
    this.#members.set(signal, members);
    signal.addEventListener('abort', this.#fired);
    return members;
  }

  #end(signal: AbortSignal): void {
    if (this.#members.delete(signal)) signal.removeEventListener('abort', this.#fired);
  }
}
