import { createHash } from 'node:crypto';
import { hashKeyOf } from '@shardline/aggregation';
import { KeyBlock } from '../../packages/aggregation/src/hot/key-block.js';
import { openMd5Engine } from '../../packages/aggregation/src/md5-engine.js';
import { type CaseParameters, numberParameter, type PreparedCase, stringParameter } from '../benchmark.js';
import { freshKeys } from '../workload/fresh-keys.js';

type KeyDigest = (key: string, into: Uint32Array) => void;

/** Ways to the hash key of a partition key. */
const ways: Readonly<Record<string, () => KeyDigest>> = {
  shardline: () => (key, into) => {
    hashKeyOf(key, undefined, into);
  },
  /** The same where WebAssembly is missing. */
  javascript: () => {
    const block = new KeyBlock(openMd5Engine({ Module: Missing, Instance: Missing }));
    return (key, into) => {
      block.hold(key);
      block.digest(into);
    };
  },
  crypto: () => (key, into) => {
    const digest = createHash('md5').update(key).digest();
    for (let word = 0; word < 4; word++) into[word] = digest.readUInt32BE(word * 4);
  },
};

class Missing {
  readonly exports = {};
  constructor() {
    throw new Error('left out');
  }
}

/** MD5 of fresh partition keys, one after the other. */
export function prepare(parameters: CaseParameters): PreparedCase {
  const way = ways[stringParameter(parameters, 'way')];
  if (way === undefined) throw new RangeError('no such way to digest a key');
  const keyCharacters = numberParameter(parameters, 'keyCharacters');
  const lapKeys = numberParameter(parameters, 'lapKeys');
  const digest = way();
  const into = new Uint32Array(4);
  let keys: string[] = [];
  return {
    prove() {
      for (const key of freshKeys(1_000, keyCharacters)) {
        digest(key, into);
        const words = [...into].map((word) => word.toString(16).padStart(8, '0')).join('');
        if (words !== createHash('md5').update(key).digest('hex')) throw new Error(`wrong digest of ${key}`);
      }
    },
    stage() {
      keys = freshKeys(lapKeys, keyCharacters);
    },
    lap() {
      for (let index = 0; index < keys.length; index++) digest(keys[index] as string, into);
      return keys.length;
    },
  };
}
