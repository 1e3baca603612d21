import { TextTable } from './text-table.js';

const fewestMembers = 8;
/** A guess: how many bytes of a stored record go to one user record. More of them are made room for when they come. */
const bytesOfMember = 96;
/** Numbers kept of a member: both indexes, the second -1 when it has none, and where its data starts and ends. */
const facts = 4;

/** The user records of one stored record, as places in its bytes. Texts and data are made when asked for. */
export class Aggregate {
  /** The whole stored record. */
  readonly bytes: Buffer;
  readonly partitionKeys: TextTable;
  readonly explicitHashKeys: TextTable;
  readonly #buffer: ArrayBufferLike;
  readonly #byteOffset: number;
  #members: Int32Array;
  #count = 0;

  constructor(bytes: Buffer) {
    const expected = Math.max(Math.floor(bytes.length / bytesOfMember), fewestMembers);
    this.bytes = bytes;
    this.#buffer = bytes.buffer;
    this.#byteOffset = bytes.byteOffset;
    this.#members = new Int32Array(expected * facts);
    this.partitionKeys = new TextTable(bytes, expected);
    this.explicitHashKeys = new TextTable(bytes, fewestMembers);
  }

  /** How many user records there are. */
  get count(): number {
    return this.#count;
  }

  add(partitionKeyIndex: number, explicitHashKeyIndex: number, dataFrom: number, dataTo: number): void {
    const at = this.#count * facts;
    if (at === this.#members.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.#members);
      this.#members = grown;
    }
    const members = this.#members;
    members[at] = partitionKeyIndex;
    members[at + 1] = explicitHashKeyIndex;
    members[at + 2] = dataFrom;
    members[at + 3] = dataTo;
    this.#count++;
  }

  partitionKeyIndex(member: number): number {
    return this.#members[member * facts] as number;
  }

  /** -1 when the user record has no explicit hash key. */
  explicitHashKeyIndex(member: number): number {
    return this.#members[member * facts + 1] as number;
  }

  partitionKey(member: number): string {
    return this.partitionKeys.text(this.partitionKeyIndex(member));
  }

  explicitHashKey(member: number): string | undefined {
    const index = this.explicitHashKeyIndex(member);
    return index < 0 ? undefined : this.explicitHashKeys.text(index);
  }

  /** A view of the user record's data. */
  data(member: number): Uint8Array {
    const from = this.#members[member * facts + 2] as number;
    const to = this.#members[member * facts + 3] as number;
    return new Uint8Array(this.#buffer, this.#byteOffset + from, to - from);
  }
}
