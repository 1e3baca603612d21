import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { numberParameter } from '../benchmark.js';
import { freshKeys } from '../workload/fresh-keys.js';
import { payloadOf, payloads } from '../workload/payloads.js';

/**
 * The floor of aggregation: keys and data copied into blocks of an aggregate's size, nothing else. No hash of a key, no
 * shard, no protobuf, no digest; a block is a fresh buffer, as an aggregate that is handed on must be.
 */
export function prepare(parameters: CaseParameters): PreparedCase {
  const keyCharacters = numberParameter(parameters, 'keyCharacters');
  const lapRecords = numberParameter(parameters, 'lapRecords');
  const maxBytes = numberParameter(parameters, 'maxBytes');
  const data = payloads(numberParameter(parameters, 'recordBytes'));
  let keys: string[] = [];
  let block = Buffer.allocUnsafeSlow(maxBytes);
  let at = 0;
  let copiedBytes = 0;
  let askedBytes = 0;
  return {
    stage() {
      keys = freshKeys(lapRecords, keyCharacters);
    },
    lap() {
      for (let index = 0; index < keys.length; index++) {
        const key = keys[index] as string;
        const payload = payloadOf(data, index);
        if (at + key.length + payload.length > maxBytes) {
          copiedBytes += at;
          block = Buffer.allocUnsafeSlow(maxBytes);
          at = 0;
        }
        at += block.write(key, at, 'latin1');
        block.set(payload, at);
        at += payload.length;
        askedBytes += key.length + payload.length;
      }
      return keys.length;
    },
    verify() {
      if (copiedBytes + at !== askedBytes)
        throw new Error(`copied ${copiedBytes + at} of ${askedBytes} bytes`);
    },
  };
}
