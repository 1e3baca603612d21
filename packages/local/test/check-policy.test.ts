import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../src/check-policy.js';

const statement = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111111111111:root' },
  Action: ['kinesis:PutRecord', 'kinesis:PutRecords'],
  Resource: '*',
};

function policy(change: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...change }] });
}

describe('checkPolicy', () => {
  it.each([
    [policy({})],
    [policy({ Effect: 'Deny', Principal: '*' })],
    [policy({ Principal: { AWS: ['1', '2'], Service: 'lambda.amazonaws.com' } })],
    [policy({ Action: undefined, NotAction: 'kinesis:*' })],
    [policy({ Principal: undefined, NotPrincipal: { AWS: '1' } })],
    [JSON.stringify({ Statement: statement })],
  ])('takes %s', (text) => {
    expect(() => checkPolicy(text)).not.toThrow();
  });

  it.each([
    ['', 'it is not JSON'],
    ['{', 'it is not JSON'],
    ['"text"', 'it is not a JSON object'],
    ['[]', 'it is not a JSON object'],
    ['null', 'it is not a JSON object'],
    [JSON.stringify({ Version: '2020-01-01', Statement: statement }), 'Version "2020-01-01" is not known'],
    ['{}', 'its Statement is not an object'],
    [JSON.stringify({ Statement: [] }), 'it has no Statement'],
    [JSON.stringify({ Statement: [5] }), 'its Statement is not an object'],
    [JSON.stringify({ Statement: [statement, 5] }), 'its Statement is not an object'],
    [policy({ Effect: 'allow' }), 'no Effect'],
    [policy({ Action: [] }), 'no Action'],
    [policy({ Action: '' }), 'no Action'],
    [policy({ Action: [1] }), 'no Action'],
    [policy({ Principal: undefined }), 'no Principal'],
    [policy({ Principal: {} }), 'no Principal'],
    [policy({ Principal: { AWS: [] } }), 'no Principal'],
    [policy({ Principal: 'me' }), 'no Principal'],
  ])('refuses %j: %s', (text, reason) => {
    expect(() => checkPolicy(text)).toThrow(reason);
  });
});
