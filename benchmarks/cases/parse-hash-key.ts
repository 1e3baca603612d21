import { randomFillSync } from 'node:crypto';
import { formatHashKey, parseHashKey } from '@shardline/aggregation';
import { type CaseParameters, numberParameter, type PreparedCase, stringParameter } from '../benchmark.js';

/** Ways from the decimal form of an explicit hash key to its words. */
const ways: Readonly<Record<string, (decimal: string, into: Uint32Array) => void>> = {
  shardline: (decimal, into) => {
    parseHashKey(decimal, into);
  },
  bigint: (decimal, into) => {
    const value = BigInt(decimal);
    into[0] = Number(value >> 96n);
    into[1] = Number((value >> 64n) & 0xffff_ffffn);
    into[2] = Number((value >> 32n) & 0xffff_ffffn);
    into[3] = Number(value & 0xffff_ffffn);
  },
};

export function prepare(parameters: CaseParameters): PreparedCase {
  const parse = ways[stringParameter(parameters, 'way')];
  if (parse === undefined) throw new RangeError('no such way to read a hash key');
  const lapKeys = numberParameter(parameters, 'lapKeys');
  const into = new Uint32Array(4);
  let decimals: string[] = [];
  const freshDecimals = () =>
    Array.from({ length: lapKeys }, () => formatHashKey(randomFillSync(new Uint32Array(4))));
  return {
    prove() {
      for (const decimal of freshDecimals()) {
        parse(decimal, into);
        if (formatHashKey(into) !== decimal) throw new Error(`${decimal} was read as ${formatHashKey(into)}`);
      }
    },
    stage() {
      decimals = freshDecimals();
    },
    lap() {
      for (let index = 0; index < decimals.length; index++) parse(decimals[index] as string, into);
      return decimals.length;
    },
  };
}
