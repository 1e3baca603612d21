import { expect, test } from 'vitest';
import { type ConsumerFailedCode, KinesisCallError } from '../src/errors.js';
import { ReadSpell } from '../src/read-spell.js';

function error(code: ConsumerFailedCode): KinesisCallError {
  const facts = { stream: 'tweets', shardId: 's0', call: 'GetRecords', serviceError: 'X' };
  return new KinesisCallError(code, `${code} it is.`, { ...facts, retryable: false, cause: undefined });
}

test('what lasts is told of at once, and once a spell', () => {
  const spell = new ReadSpell();
  expect(spell.trouble).toBeUndefined();
  expect(spell.failed(error('ACCESS_DENIED'), false, 0)).toBe(true);
  expect(spell.failed(error('ACCESS_DENIED'), false, 90_000)).toBe(false);
  expect(spell.trouble).toBe('ACCESS_DENIED it is.');
  spell.ended();
  expect(spell.trouble).toBeUndefined();
  expect(spell.failed(error('ACCESS_DENIED'), false, 90_001)).toBe(true);
});

test('what may pass is told of once it has lasted for 30 s', () => {
  const spell = new ReadSpell();
  expect(spell.failed(error('READ_FAILED'), true, 5)).toBe(false);
  expect(spell.failed(error('READ_FAILED'), true, 30_004)).toBe(false);
  expect(spell.trouble).toBeUndefined();
  expect(spell.failed(error('READ_FAILED'), true, 30_005)).toBe(true);
  expect(spell.failed(error('READ_FAILED'), true, 60_005)).toBe(false);
  expect(spell.trouble).toBe('READ_FAILED it is.');
});

test('a success between begins to count afresh', () => {
  const spell = new ReadSpell();
  spell.failed(error('READ_FAILED'), true, 0);
  spell.ended();
  expect(spell.failed(error('READ_FAILED'), true, 30_000)).toBe(false);
});

test('another trouble in the same spell is told of too', () => {
  const spell = new ReadSpell();
  spell.failed(error('ACCESS_DENIED'), false, 0);
  expect(spell.failed(error('CREDENTIALS_REJECTED'), false, 1)).toBe(true);
  expect(spell.trouble).toBe('CREDENTIALS_REJECTED it is.');
});
