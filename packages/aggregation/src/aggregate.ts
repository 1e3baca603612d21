import { TextTable } from './text-table.js';

const firstMembers = 32;
/** Numbers kept of a member: both indexes, the second -1 when it has none, and where its data starts and ends. */
const facts = 4;

/** The user records of one stored record, as places in its bytes. Texts and data are made when asked for. */
export class Aggregate {
  /** The whole stored record. */
  readonly bytes: Buffer;
  readonly partitionKeys: TextTable;
  readonly explicitHashKeys: TextTable;
  #members = new Int32Array(firstMembers * facts);
  #count = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.partitionKeys = new TextTable(bytes);
    this.explicitHashKeys = new TextTable(bytes);
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
    const from = this.dataFrom(member);
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + from, this.dataTo(member) - from);
  }

  dataFrom(member: number): number {
    return this.#members[member * facts + 2] as number;
  }

  dataTo(member: number): number {
    return this.#members[member * facts + 3] as number;
  }
}
