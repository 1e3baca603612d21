import { InvalidOptionError } from '@shardline/core';
import { describe, expect, it } from 'vitest';
import { checkFault } from '../src/check-fault.js';
import type { Fault } from '../src/fault.js';

describe('checkFault', () => {
  it.each<[Fault]>([
    [{ kind: 'throttleShard' }],
    [
      {
        kind: 'throttleShard',
        stream: 's',
        shardId: 'x',
        forMs: 5,
        access: 'read',
        probability: 1,
        skip: 0,
        times: 1,
      },
    ],
    [{ kind: 'failRecord', errorCode: 'InternalFailure' }],
    [{ kind: 'failCall', errorCode: 'X', statusCode: 503, when: 'after', operation: 'PutRecords' }],
    [{ kind: 'loseAnswer', operation: ['PutRecords', 'GetRecords'] }],
    [{ kind: 'storeLate', afterMs: 0 }],
    [{ kind: 'latency', delayMs: 1, jitterMs: 0.5 }],
    [{ kind: 'reset', when: 'before' }],
    [{ kind: 'reshard', stream: 's', change: { merge: { shardId: 'x' } } }],
    [{ kind: 'reshard', stream: 's', change: { shardCount: 3 } }],
    [{ kind: 'staleListShards', ageMs: 1 }],
    [{ kind: 'shuffleRecords' }],
    [{ kind: 'expireIterator', lifeMs: 0, shardId: 'x' }],
    [{ kind: 'slowSubscription', delayMs: 1, jitterMs: 1, shardId: 'x', consumer: 'c' }],
    [{ kind: 'stallSubscription', afterEvents: 0 }],
    [{ kind: 'failSubscription', errorCode: 'X', errorText: 'No.', afterEvents: 1 }],
    [{ kind: 'cutSubscription', how: 'internal-error' }],
  ])('accepts %j', (fault) => {
    expect(() => checkFault(fault)).not.toThrow();
  });

  it.each([
    [undefined, 'kind'],
    [{}, 'kind'],
    [{ kind: 'explode' }, 'kind'],
    [null, 'kind'],
    [{ kind: { toString: 1 } }, 'kind'],
    [{ kind: ['stall'] }, 'kind'],
    [{ kind: 'stall', probability: 1.1 }, 'probability'],
    [{ kind: 'stall', times: 0 }, 'times'],
    [{ kind: 'stall', skip: -1 }, 'skip'],
    [{ kind: 'stall', operation: 'Put' }, 'operation'],
    [{ kind: 'stall', operaton: 'PutRecords' }, 'operaton'],
    [{ kind: 'failCall' }, 'errorCode'],
    [{ kind: 'failCall', errorCode: '' }, 'errorCode'],
    [{ kind: 'failCall', errorCode: 'Two words' }, 'errorCode'],
    [{ kind: 'failCall', errorCode: 'Line\nbreak' }, 'errorCode'],
    [{ kind: 'failCall', errorCode: 'Fehler\u{1f600}' }, 'errorCode'],
    [{ kind: 'failRecord', errorCode: 'Two words' }, 'errorCode'],
    [{ kind: 'reshard', stream: 's', change: { shardCount: 20_000_000 } }, 'change'],
    [{ kind: 'failCall', errorCode: 'X', statusCode: 200 }, 'statusCode'],
    [{ kind: 'storeLate' }, 'afterMs'],
    [{ kind: 'latency', delayMs: -1 }, 'delayMs'],
    [{ kind: 'stall', operation: { toString: 1 } }, 'operation'],
    [{ kind: 'failCall', errorCode: { toString: 1 } }, 'errorCode'],
    [{ kind: 'reset', when: { toString: 1 } }, 'when'],
    [{ kind: 'reset' }, 'when'],
    [{ kind: 'reshard', change: { split: {} } }, 'stream'],
    [{ kind: 'reshard', stream: 's', change: {} }, 'change'],
    [{ kind: 'reshard', stream: 's', change: { shardCount: 0 } }, 'change'],
    [{ kind: 'reshard', stream: 's', change: { split: {}, merge: {} } }, 'change'],
    [{ kind: 'reshard', stream: 's', change: { split: { shardId: 5 } } }, 'change'],
    [{ kind: 'expireIterator' }, 'lifeMs'],
    [{ kind: 'expireIterator', lifeMs: 1, operation: 'GetRecords' }, 'operation'],
    [{ kind: 'slowSubscription' }, 'delayMs'],
    [{ kind: 'stallSubscription', consumer: '' }, 'consumer'],
    [{ kind: 'stallSubscription', afterEvents: 0.5 }, 'afterEvents'],
    [{ kind: 'failSubscription' }, 'errorCode'],
    [{ kind: 'cutSubscription' }, 'how'],
    [{ kind: 'cutSubscription', how: 'rudely' }, 'how'],
  ])('refuses %j by the name of %s', (fault, option) => {
    expect(() => checkFault(fault as Fault)).toThrow(InvalidOptionError);
    expect(() => checkFault(fault as Fault)).toThrow(`"${option}"`);
  });
});
