/**
 * A sum over user records that does not depend on their order: two multisets of records with equal counts and sums are
 * taken to be the same. FNV-1a over key and data, added up modulo 2^32.
 */
export class RecordDigest {
  count = 0;
  bytes = 0;
  sum = 0;

  add(partitionKey: string, data: Uint8Array): void {
    let hash = 0x811c9dc5;
    for (let at = 0; at < partitionKey.length; at++) {
      hash = Math.imul(hash ^ partitionKey.charCodeAt(at), 0x01000193);
    }
    hash = Math.imul(hash ^ 0x1_00, 0x01000193);
    for (let at = 0; at < data.length; at++) hash = Math.imul(hash ^ (data[at] ?? 0), 0x01000193);
    this.count += 1;
    this.bytes += data.length;
    this.sum = (this.sum + hash) >>> 0;
  }

  /** For messages and comparison. */
  toString(): string {
    return `${this.count} records, ${this.bytes} bytes, sum ${this.sum.toString(16)}`;
  }
}
