import { createHash } from 'node:crypto';
import fc from 'fast-check';

/** Options of {@link recordData}. */
export interface RecordDataOptions {
  /**
   * Most bytes.
   * @defaultValue 1,000
   */
  readonly maxBytes?: number;
}

/** What a record in the KPL's aggregated format begins with. */
const magicHex = 'f3899ac2';

/**
 * Data of user records: none, text of any script, JSON, any bytes, and a user's own bytes that begin as an aggregate does, some with a
 * digest that fits. Of the latter kind none is an aggregate.
 */
export function recordData(options: RecordDataOptions = {}): fc.Arbitrary<Uint8Array> {
  const { maxBytes = 1_000 } = options;
  const bytes = fc.uint8Array({ maxLength: maxBytes });
  const text = fc.string({ unit: 'binary', maxLength: Math.floor(maxBytes / 4) }).map(bytesOfText);
  const json = fc.json().map(bytesOfText);
  const short = fc.uint8Array({ maxLength: Math.max(0, Math.min(60, maxBytes - 21)) });
  const all = fc.oneof(
    { arbitrary: fc.constant(new Uint8Array()), weight: 1 },
    { arbitrary: text, weight: 3 },
    { arbitrary: json, weight: 2 },
    { arbitrary: bytes, weight: 3 },
    { arbitrary: short.map(afterMagic), weight: 1 },
    { arbitrary: short.map(sealed), weight: 1 },
  );
  return all.filter((data) => data.length <= maxBytes);
}

function bytesOfText(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

function afterMagic(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from(magicHex, 'hex'), bytes]));
}

/** Magic and digest of an aggregate around a body that is none: it begins with a tag of the reserved wire type 7. */
function sealed(bytes: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from([0x0f]), bytes]);
  return afterMagic(Buffer.concat([body, createHash('md5').update(body).digest()]));
}
