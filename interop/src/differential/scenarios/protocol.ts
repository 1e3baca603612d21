import { askRaw, type Scenario, scenario } from '../scenario.js';

/** Requests that are no calls in order. */
export const protocolScenarios: readonly Scenario[] = [
  scenario('the request itself', { s: 1 }, [
    askRaw('an unknown operation', 'Fly', {}),
    askRaw('no target', 'ListStreams', { headers: { 'x-amz-target': undefined } }),
    askRaw('a target of another service', 'ListStreams', {
      headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
    }),
    askRaw('an operation in lower case', 'liststreams', {}),
    askRaw('no body', 'ListStreams', { body: '' }),
    askRaw('half a body', 'ListStreams', { body: '{"Limit":' }),
    askRaw('text for a body', 'ListStreams', { body: 'hello' }),
    askRaw('a list for a body', 'ListStreams', { body: '[]' }),
    askRaw('a number for a body', 'ListStreams', { body: '5' }),
    askRaw('null for a body', 'ListStreams', { body: 'null' }),
    askRaw('text in quotes for a body', 'ListStreams', { body: '"x"' }),
    askRaw('no signature', 'ListStreams', { headers: { authorization: undefined } }),
    askRaw('half a signature', 'ListStreams', {
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a/20261121/us-east-1/kinesis/aws4_request' },
    }),
    askRaw('another kind of authorization', 'ListStreams', { headers: { authorization: 'Bearer x' } }),
    askRaw('no date', 'ListStreams', { headers: { 'x-amz-date': undefined } }),
    askRaw('no content type', 'ListStreams', { headers: { 'content-type': undefined } }),
    askRaw('the content type of text', 'ListStreams', { headers: { 'content-type': 'text/plain' } }),
    askRaw('a content type with a charset', 'ListStreams', {
      headers: { 'content-type': 'application/x-amz-json-1.1; charset=utf-8' },
    }),
  ]),
];
