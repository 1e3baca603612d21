import { createHash } from 'node:crypto';

/** The plain twin of key-block.ts: does the same for any text. */
export class KeyBlockReference {
  #bytes = Buffer.alloc(0);

  get byteLength(): number {
    return this.#bytes.length;
  }

  hold(text: string): boolean {
    this.#bytes = Buffer.from(text, 'utf8');
    return true;
  }

  forget(): void {
    this.#bytes = Buffer.alloc(0);
  }

  digest(into: Uint32Array): void {
    const digest = createHash('md5').update(this.#bytes).digest();
    for (let word = 0; word < 4; word++) into[word] = digest.readUInt32BE(word * 4);
  }

  copyTo(target: DataView, at: number): void {
    this.#bytes.forEach((byte, index) => {
      target.setUint8(at + index, byte);
    });
  }

  standsAt(target: DataView, at: number): boolean {
    return this.#bytes.every((byte, index) => target.getUint8(at + index) === byte);
  }
}
