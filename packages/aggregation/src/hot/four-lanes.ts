import type { Md5Engine } from '../md5-engine.js';
import { md5Layout } from '../md5-module.js';

const { lanes: firstLane, laneBytes, laneSums } = md5Layout;
const digestBytes = 16;
/** End mark and length. */
const endingBytes = 9;
const initialSums = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const;

/** One of the four messages that are under way, and how much of it is in the engine's memory. */
interface Lane {
  /** Where its sums stand. */
  readonly sums: number;
  /** Where its blocks begin. */
  readonly first: number;
  /** Index of its message; -1 when it has none, and then it works what happens to be there. */
  message: number;
  /** Bytes of the message taken so far. */
  taken: number;
  /** Whether the last of its blocks is in memory. */
  ended: boolean;
  /** Its next block, and how many are left from there. */
  at: number;
  blocks: number;
}

/**
 * MD5 of many messages, four at a time in the lanes of vectors: each step of MD5 waits for the one before, so that four messages
 * take hardly longer than one.
 *
 * Messages may differ in length: a lane that has ended its message takes the next one. Long ones pass through the memory in pieces.
 */
export class FourLanes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #work: NonNullable<Md5Engine['workLanes']>;
  readonly #lanes: readonly [Lane, Lane, Lane, Lane] = [laneAt(0), laneAt(1), laneAt(2), laneAt(3)];

  constructor({
    bytes,
    view,
    workLanes,
  }: Md5Engine & { readonly workLanes: NonNullable<Md5Engine['workLanes']> }) {
    this.#bytes = bytes;
    this.#view = view;
    this.#work = workLanes;
  }

  /** The digests of the messages, one after the other. */
  digests(messages: readonly Uint8Array[]): Uint8Array {
    const digests = new Uint8Array(messages.length * digestBytes);
    let next = 0;
    for (const lane of this.#lanes) next = this.#begin(lane, messages, next);
    const [lane0, lane1, lane2, lane3] = this.#lanes;
    for (let blocks = this.#blocksReady(); blocks > 0; blocks = this.#blocksReady()) {
      this.#work(lane0.at, lane1.at, lane2.at, lane3.at, blocks);
      for (const lane of this.#lanes) {
        if (lane.message < 0) continue;
        lane.at += blocks * 64;
        lane.blocks -= blocks;
        if (lane.blocks > 0) continue;
        if (lane.ended) {
          this.#writeDigest(lane, digests);
          next = this.#begin(lane, messages, next);
        } else {
          this.#load(lane, messages[lane.message] as Uint8Array);
        }
      }
    }
    return digests;
  }

  /** Blocks that all lanes with a message can work; 0 when no lane has one. */
  #blocksReady(): number {
    let fewest = 0;
    for (const { message, blocks } of this.#lanes) {
      if (message >= 0 && (fewest === 0 || blocks < fewest)) fewest = blocks;
    }
    return fewest;
  }

  /** Gives the lane the next message, if there is one; returns which comes after. */
  #begin(lane: Lane, messages: readonly Uint8Array[], next: number): number {
    const message = messages[next];
    lane.at = lane.first;
    lane.message = -1;
    if (message === undefined) return next;
    lane.message = next;
    lane.taken = 0;
    for (let sum = 0; sum < 4; sum++)
      this.#view.setInt32(lane.sums + sum * 16, initialSums[sum] as number, true);
    this.#load(lane, message);
    return next + 1;
  }

  /** Fills the lane's memory: with what is left of the message and its ending, or with as many whole blocks as it holds. */
  #load(lane: Lane, message: Uint8Array): void {
    const { first, taken } = lane;
    const left = message.length - taken;
    lane.at = first;
    lane.ended = left + endingBytes <= laneBytes;
    if (!lane.ended) {
      const whole = Math.min(left - (left % 64), laneBytes);
      this.#bytes.set(message.subarray(taken, taken + whole), first);
      lane.taken = taken + whole;
      lane.blocks = whole / 64;
      return;
    }
    this.#bytes.set(taken === 0 ? message : message.subarray(taken), first);
    lane.blocks = (left + endingBytes + 63) >>> 6;
    const end = first + lane.blocks * 64;
    this.#bytes.fill(0, first + left, end);
    this.#bytes[first + left] = 0x80;
    this.#view.setUint32(end - 8, message.length << 3, true);
    this.#view.setUint32(end - 4, message.length / 0x2000_0000, true);
  }

  #writeDigest(lane: Lane, digests: Uint8Array): void {
    const digest = lane.message * digestBytes;
    for (let byte = 0; byte < digestBytes; byte++) {
      digests[digest + byte] = this.#bytes[lane.sums + (byte >> 2) * 16 + (byte & 3)] as number;
    }
  }
}

function laneAt(index: number): Lane {
  const first = firstLane + index * laneBytes;
  return { sums: laneSums + index * 4, first, message: -1, taken: 0, ended: true, at: first, blocks: 0 };
}
