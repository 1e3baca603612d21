import { createHmac, timingSafeEqual } from 'node:crypto';

const tagBytes = 12;

/**
 * Turns what an iterator or a page token stands for into an opaque text and back. A token that was changed, cut or sealed
 * with another secret does not open. Tokens hold all they stand for, so that handing them out costs no memory.
 */
export class TokenSealer {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  seal(kind: string, content: readonly (string | number)[]): string {
    const body = Buffer.from(JSON.stringify([kind, ...content]));
    return Buffer.concat([this.#tag(body), body]).toString('base64');
  }

  /** What was sealed as `kind`, or `undefined` when `token` is not such a token of ours. */
  open(kind: string, token: string): readonly unknown[] | undefined {
    const bytes = Buffer.from(token, 'base64');
    const body = bytes.subarray(tagBytes);
    if (body.length === 0 || bytes.toString('base64') !== token) return undefined;
    if (!timingSafeEqual(this.#tag(body), bytes.subarray(0, tagBytes))) return undefined;
    const [sealedKind, ...content] = JSON.parse(body.toString()) as unknown[];
    return sealedKind === kind ? content : undefined;
  }

  #tag(body: Buffer): Buffer {
    return createHmac('sha256', this.#secret).update(body).digest().subarray(0, tagBytes);
  }
}
