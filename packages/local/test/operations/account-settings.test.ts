import { describe, expect, it } from 'vitest';
import { service } from '../support/service.js';

const commit = (Status: 'ENABLED' | 'DISABLED') => ({ MinimumThroughputBillingCommitment: { Status } });

describe('DescribeAccountSettings and UpdateAccountSettings', () => {
  it('begin the commitment and end it when its day is over', async () => {
    const { call, clock } = service();
    const status = async () =>
      (await call('DescribeAccountSettings', {})).MinimumThroughputBillingCommitment?.Status;
    expect(await status()).toBe('DISABLED');
    const StartedAt = new Date(clock.now());
    const EarliestAllowedEndAt = new Date(clock.now() + 86_400_000);
    expect(await call('UpdateAccountSettings', commit('ENABLED'))).toEqual({
      MinimumThroughputBillingCommitment: { Status: 'ENABLED', StartedAt, EarliestAllowedEndAt },
    });
    clock.pass(3_600_000);
    expect(await call('UpdateAccountSettings', commit('DISABLED'))).toMatchObject({
      MinimumThroughputBillingCommitment: { Status: 'ENABLED_UNTIL_EARLIEST_ALLOWED_END' },
    });
    clock.pass(22 * 3_600_000);
    expect(await status()).toBe('ENABLED_UNTIL_EARLIEST_ALLOWED_END');
    clock.pass(3_600_000);
    expect(await call('DescribeAccountSettings', {})).toEqual({
      MinimumThroughputBillingCommitment: { Status: 'DISABLED', StartedAt, EndedAt: EarliestAllowedEndAt },
    });
  });

  it('let an end that is to come be taken back', async () => {
    const { call, clock } = service();
    for (const status of ['ENABLED', 'DISABLED', 'ENABLED'] as const) {
      await call('UpdateAccountSettings', commit(status));
    }
    clock.pass(48 * 3_600_000);
    expect(await call('DescribeAccountSettings', {})).toMatchObject({
      MinimumThroughputBillingCommitment: { Status: 'ENABLED' },
    });
  });

  it.each([
    [{}],
    [{ MinimumThroughputBillingCommitment: {} }],
    [{ MinimumThroughputBillingCommitment: { Status: 'ENABLED_UNTIL_EARLIEST_ALLOWED_END' } }],
  ])('refuse %j', async (input) => {
    await service().refused('UpdateAccountSettings', input, 'ValidationException');
  });
});
