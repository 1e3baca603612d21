/** Where a {@link RateLimiter} starts and how far it may go. */
export interface RateCeiling {
  /** Records per second at the start. */
  readonly recordsPerSecond: number;
  /** Bytes (data plus partition key) per second at the start. */
  readonly bytesPerSecond: number;
  /** How many times the start the rate may become: 1 for a shard, more for a stream whose number of shards is unknown. */
  readonly maxShare: number;
}

/** Share of a second that may go out at once: half of the service's own allowance, so that jitter on the way is no throttle. */
const burstSeconds = 0.5;
/** What a throttle leaves of the rate; one cut per `cutEveryMs`, since one burst is refused as many entries. */
const cutTo = 0.8;
const cutEveryMs = 250;
/**
 * A producer above this share of the ceiling that is refused less than so much of late is alone, and has met the edge of how the
 * shard counts: it gives up less, since nobody else takes what it gives up. At three quarters two can stay for minutes, one just
 * above that and the other at a fifth, as both lose the same where they meet; the higher this is, the sooner they drift together.
 */
const alone = Object.freeze({ aboveShare: 0.85, refusedBelow: 0.1, cutTo: 0.95 });
/** What `of late` means: answers count for less the older they are, by e in this time. */
const ofLateMs = 3_000;
/**
 * Recovery per second, as a share of the ceiling: additive, so that producers on one shard converge on fair shares, and slower
 * near the ceiling, where a producer is alone and more would only be refused.
 */
const recoverPerSecond = Object.freeze({ atZero: 0.05, atCeiling: 0.01 });
/** Longest time without an answer that counts for the recovery, unless one entry is worth more of the rate. */
const recoverAtMostMs = 1_000;
/** Growth per second above 1, while nothing was ever throttled: the rate doubles, to find an unknown ceiling soon. */
const seekPerSecond = 1;
/** The same once a request was throttled: by then the ceiling is roughly known, and each step above it costs refused records. */
const seekAgainPerSecond = 0.04;
/** The rate never falls below this share of the ceiling: a producer must go on probing. */
const floorShare = 0.02;

/**
 * Two token buckets, in records and in bytes, whose rate falls on throttling and rises again on success (P5). Pure: told
 * the time, keeps no timer. An entry larger than the burst goes out when the bucket is full and leaves a debt.
 */
export class RateLimiter {
  readonly #ceiling: RateCeiling;
  #share = 1;
  #records: number;
  #bytes: number;
  #refilledMs: number;
  #cutMs = Number.NEGATIVE_INFINITY;
  #risenMs: number;
  #wasThrottled = false;
  #wasShort = false;
  /** Entries taken and refused of late. */
  #taken = 0;
  #refused = 0;
  #countedMs: number;

  constructor(ceiling: RateCeiling, nowMs: number) {
    this.#ceiling = ceiling;
    this.#refilledMs = nowMs;
    this.#risenMs = nowMs;
    this.#countedMs = nowMs;
    this.#records = ceiling.recordsPerSecond * burstSeconds;
    this.#bytes = ceiling.bytesPerSecond * burstSeconds;
  }

  /** Current rate as a share of the one at the start. */
  get share(): number {
    return this.#share;
  }

  get bytesPerSecond(): number {
    return this.#ceiling.bytesPerSecond * this.#share;
  }

  get recordsPerSecond(): number {
    return this.#ceiling.recordsPerSecond * this.#share;
  }

  /** Milliseconds until one record of `bytes` may go; 0 when it may go now. */
  waitMs(bytes: number, nowMs: number): number {
    this.#refill(nowMs);
    const missingRecords = Math.max(0, Math.min(1, this.recordsPerSecond * burstSeconds) - this.#records);
    const missingBytes = Math.max(0, Math.min(bytes, this.bytesPerSecond * burstSeconds) - this.#bytes);
    if (missingRecords < 1e-9 && missingBytes < 1e-3) return 0;
    this.#wasShort = true;
    return 1000 * Math.max(missingRecords / this.recordsPerSecond, missingBytes / this.bytesPerSecond);
  }

  /** Takes what one record of `bytes` costs, into debt if need be. */
  take(bytes: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#records -= 1;
    this.#bytes -= bytes;
  }

  /** The service refused `entries`, of one answer, for want of throughput. */
  throttled(entries: number, nowMs: number): void {
    this.#wasThrottled = true;
    this.#count(0, entries, nowMs);
    if (nowMs - this.#cutMs < cutEveryMs) return;
    this.#refill(nowMs);
    this.#cutMs = nowMs;
    this.#risenMs = nowMs;
    this.#share = Math.max(floorShare, this.#share * (this.#seemsAlone() ? alone.cutTo : cutTo));
  }

  /** The service took an entry of `bytes`. */
  succeeded(bytes: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#count(1, 0, nowMs);
    // A producer of large entries on a small share has few answers a minute: each stands for the time that it paid for.
    const atMostMs = Math.max(recoverAtMostMs, (1000 * bytes) / this.bytesPerSecond);
    const seconds = Math.min(atMostMs, nowMs - this.#risenMs) / 1000;
    this.#risenMs = nowMs;
    this.#share = Math.min(this.#ceiling.maxShare, this.#share + this.#growthPerSecond() * seconds);
    this.#wasShort = false;
  }

  /** Above the start, the rate rises only while it is what holds records up: an unused rate proves nothing. */
  #growthPerSecond(): number {
    const { atCeiling, atZero } = recoverPerSecond;
    if (this.#share < 1) return atZero + (atCeiling - atZero) * this.#share;
    if (!this.#wasShort) return 0;
    return this.#share * (this.#wasThrottled ? seekAgainPerSecond : seekPerSecond);
  }

  #seemsAlone(): boolean {
    const refused = this.#refused / (this.#refused + this.#taken);
    return this.#share > alone.aboveShare && refused < alone.refusedBelow;
  }

  #count(taken: number, refused: number, nowMs: number): void {
    const kept = Math.exp((this.#countedMs - nowMs) / ofLateMs);
    this.#countedMs = nowMs;
    this.#taken = this.#taken * kept + taken;
    this.#refused = this.#refused * kept + refused;
  }

  #refill(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#refilledMs) / 1000;
    this.#refilledMs = nowMs;
    const { recordsPerSecond, bytesPerSecond } = this;
    this.#records = Math.min(recordsPerSecond * burstSeconds, this.#records + recordsPerSecond * seconds);
    this.#bytes = Math.min(bytesPerSecond * burstSeconds, this.#bytes + bytesPerSecond * seconds);
  }
}
