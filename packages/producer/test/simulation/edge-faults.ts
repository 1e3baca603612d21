import type { Random } from '@shardline/core';
import { KinesisServiceError, type LocalKinesis } from '@shardline/local';

type Call = LocalKinesis['call'];

/** What the local Kinesis cannot be asked for; it happens between it and the producer. */
export const edgeFaultKinds = [
  /** An answer with one result too few, or one too many; the records are stored. */
  'countMismatch',
  /** A result that says neither where the record is nor what went wrong; the record is stored. */
  'blankResult',
  /** A proxy's page in place of an answer, with the status of a passing fault. */
  'badGateway',
  /** The same with a status that will not pass. */
  'proxyLogin',
  /** No connection comes about: nothing leaves the machine. */
  'unconnected',
  /** The call takes effect, no answer comes, and giving up changes nothing. */
  'deaf',
  /** A page of ListShards in another order. */
  'shuffledListing',
] as const;

/** A fault of the edge, over after so many calls. */
export interface EdgeFault {
  readonly kind: (typeof edgeFaultKinds)[number];
  readonly skip: number;
  readonly times: number;
}

/** Data that the service refuses a whole request for. */
export const poisonMark = 'POISON';

/** What lies between the producer and the local Kinesis: what is broken there, and a stream that is deleted and made again. */
export class ShakyEdge {
  /** How often each thing happened. */
  readonly hits = new Map<string, number>();
  readonly #call: Call;
  readonly #random: Random;
  #faults: { readonly fault: EdgeFault; seen: number }[];
  /** Name of the stream that the producer's is at present; undefined while it is deleted. */
  target: string | undefined;

  constructor(call: Call, target: string, faults: readonly EdgeFault[], random: Random) {
    this.#call = call;
    this.target = target;
    this.#random = random;
    this.#faults = faults.map((fault) => ({ fault, seen: 0 }));
  }

  /** Everything that is broken is mended. */
  clear(): void {
    this.#faults = [];
  }

  hit(what: string, times = 1): void {
    this.hits.set(what, (this.hits.get(what) ?? 0) + times);
  }

  call: Call = (operation, input, options) =>
    operation === 'PutRecords'
      ? this.#putRecords(operation, input as PutRecordsInput, options)
      : this.#describe(operation, input, options);

  async #putRecords(operation: string, input: PutRecordsInput, options?: CallOptions): Promise<object> {
    if (this.#strikes('unconnected')) throw unconnected();
    if (this.#strikes('badGateway')) throw pageOf(502);
    if (this.#strikes('proxyLogin')) throw pageOf(407);
    if (input.Records.some(({ Data }) => Buffer.from(Data).includes(poisonMark))) {
      this.hit('poison');
      throw new KinesisServiceError('ValidationException', 'One record is poison.', 400);
    }
    const answer = await this.#call(operation, this.#aimed(input), options);
    if (this.#strikes('deaf')) return new Promise(() => {});
    const { Records, ...rest } = answer as PutRecordsAnswer;
    if (this.#strikes('countMismatch')) {
      const tooMany = this.#random.next() < 0.3 && Records[0] !== undefined;
      return { ...rest, Records: tooMany ? [...Records, Records[0]] : Records.slice(0, -1) };
    }
    if (this.#strikes('blankResult')) {
      const blank = Math.floor(this.#random.next() * Records.length);
      return { ...rest, Records: Records.map((result, at) => (at === blank ? {} : result)) };
    }
    return answer;
  }

  async #describe(operation: string, input: object, options?: CallOptions): Promise<object> {
    const answer = await this.#call(operation, this.#aimed(input), options);
    if (operation !== 'ListShards' || !this.#strikes('shuffledListing')) return answer;
    const { Shards } = answer as { Shards: object[] };
    return {
      ...answer,
      Shards: Shards.map((shard) => [this.#random.next(), shard] as const)
        .sort(byRank)
        .map(([, shard]) => shard),
    };
  }

  /** The same input for the stream that has the producer's name at present. */
  #aimed<Input extends object>(input: Input): Input {
    if (!('StreamName' in input)) return input;
    if (this.target !== undefined) return { ...input, StreamName: this.target };
    this.hit('streamGone');
    throw new KinesisServiceError('ResourceNotFoundException', 'The stream is gone.', 400);
  }

  #strikes(kind: EdgeFault['kind']): boolean {
    for (const rule of this.#faults) {
      if (rule.fault.kind !== kind) continue;
      rule.seen += 1;
      const { skip, times } = rule.fault;
      if (rule.seen <= skip || rule.seen > skip + times) continue;
      this.hit(kind);
      return true;
    }
    return false;
  }
}

interface CallOptions {
  readonly signal?: AbortSignal;
}

interface PutRecordsInput {
  readonly Records: readonly { readonly Data: Uint8Array }[];
}

interface PutRecordsAnswer {
  readonly Records: readonly object[];
}

function byRank([one]: readonly [number, object], [other]: readonly [number, object]): number {
  return one - other;
}

function unconnected(): Error {
  return Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:443'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  });
}

/** As the SDK tells of an answer that is no answer of the service. */
function pageOf(httpStatusCode: number): Error {
  return Object.assign(new SyntaxError('Unexpected token < in JSON at position 0'), {
    $metadata: { httpStatusCode },
  });
}
