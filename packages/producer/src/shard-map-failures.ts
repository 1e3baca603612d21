/** A call that tells of the shards failed, and has not succeeded since. */
export interface ShardMapFailure {
  /** The call that failed. */
  readonly call: 'ListShards' | 'DescribeStreamSummary';
  /** The error's name: the service's, or Node's code of a broken connection. */
  readonly reason: string;
  /** The error's own words. */
  readonly message: string;
}

/** Remembers how each call that tells of the shards failed, until it succeeds. */
export class ShardMapFailures {
  readonly #byCall = new Map<ShardMapFailure['call'], ShardMapFailure>();

  /** The newest one. */
  get last(): ShardMapFailure | undefined {
    return [...this.#byCall.values()].at(-1);
  }

  /** That of one call. */
  of(call: ShardMapFailure['call']): ShardMapFailure | undefined {
    return this.#byCall.get(call);
  }

  failed(failure: ShardMapFailure): void {
    this.#byCall.delete(failure.call);
    this.#byCall.set(failure.call, failure);
  }

  succeeded(call: ShardMapFailure['call']): void {
    this.#byCall.delete(call);
  }
}
