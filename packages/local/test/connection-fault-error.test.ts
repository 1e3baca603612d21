import { describe, expect, it } from 'vitest';
import { ConnectionFaultError } from '../src/index.js';

describe('ConnectionFaultError', () => {
  it('keeps its cause and says that the call may have taken effect', () => {
    const cause = new Error('why');
    const error = new ConnectionFaultError('PutRecords', 'timeout', cause);
    expect(error).toMatchObject({ code: 'CONNECTION_FAULT', kind: 'timeout', retryable: true, cause });
    expect(error.cut).toBeUndefined();
    expect(error.message).toBe(
      'PutRecords: the caller gave up waiting before an answer came; it may have taken effect.',
    );
  });

  it('says how a subscription was cut', () => {
    const error = new ConnectionFaultError('SubscribeToShard', 'reset', undefined, 'goaway');
    expect(error).toMatchObject({ kind: 'reset', cut: 'goaway' });
    expect(error.message).toBe('SubscribeToShard: its events were cut off (goaway).');
  });
});
