import { describe, expect, test } from 'vitest';
import { inWords, looksLikeTheServices } from '../src/foreign-answer.js';

const page = (text: string) => ({ body: Buffer.from(text) });
const leadingTo = (location: unknown) => inWords(302, { headers: { location } }, '');

describe('the body', () => {
  test('is quoted from its beginning, in one line', () => {
    expect(inWords(403, page(' \n<html>\n  <body>Blocked "here"'), 'unread')).toBe(
      `The answer has HTTP status 403 and is not one of the service's: "<html> <body>Blocked \\"here\\"".`,
    );
    expect(inWords(502, page(`${' '.repeat(5_000)}<html>${'x'.repeat(9_000)}`), '')).toMatch(
      /: "<html>x{194}…"\.$/,
    );
  });

  test.each(['', ' ', ' \r\n\t '.repeat(1_000)])('is called empty where it is blank: %j', (text) => {
    expect(inWords(502, page(text), 'unread')).toBe(
      "The answer has HTTP status 502 and an empty body, and is not one of the service's.",
    );
  });

  test('that was not read tells nothing: what its reader stumbled over does', () => {
    for (const body of [undefined, {}, null]) {
      expect(inWords(502, { body }, 'Unexpected token')).toBe(
        "The answer has HTTP status 502 and is not one of the service's: Unexpected token.",
      );
      expect(inWords(502, { body }, '')).toBe(
        "The answer has HTTP status 502 and is not one of the service's.",
      );
    }
  });
});

describe('where it leads', () => {
  test.each([
    ['https://login.example/in?secret=1#secret', 'https://login.example/in'],
    ['https://user:secret@login.example:8443/in', 'https://login.example:8443/in'],
    ['//user:secret@login.example/in', 'http://login.example/in'],
    ['https://secret@login.example/a@b', 'https://login.example/a@b'],
    ['/login?secret=1', '/login'],
    ['data:text/plain,secret', 'data:'],
    ['user:secret@login.example', 'user:'],
  ])('is told without secrets: %s', (location, place) => {
    expect(leadingTo(location)).toBe(
      `The answer has HTTP status 302 and is not one of the service's; it leads to ${place}.`,
    );
  });

  test.each([undefined, '', 7, 'https://user:secret/x@login.example/in', 'https://'])(
    'is not told where it is no place: %s',
    (location) => {
      expect(leadingTo(location)).toBe("The answer has HTTP status 302 and is not one of the service's.");
    },
  );

  test('is told before what it says, cut off where it is long', () => {
    const answer = { headers: { location: `https://login.example/${'x'.repeat(900)}` }, ...page('Moved') };
    const words = inWords(301, answer, '');
    expect(words).toMatch(/; it leads to https:\/\/login\.example\/x{178}: "Moved"\.$/);
    expect(inWords(302, { ...answer, ...page('\n') }, '')).toMatch(
      /an empty body, and .+; it leads to https:/,
    );
  });
});

test.each([
  [undefined, false],
  [{}, false],
  [{ 'content-type': 'text/html' }, false],
  [{ 'content-type': 'application/json' }, false],
  [{ server: 'application/x-amz-json-1.1' }, false],
  [{ 'Content-Type': 'application/x-amz-json-1.1; charset=utf-8' }, true],
  [{ 'content-type': 'application/x-amz-cbor-1.1' }, true],
  [{ 'content-type': 'text/html', 'X-Amzn-RequestId': 'abc' }, true],
])("headers %j are like the service's: %s", (headers, isLike) => {
  expect(looksLikeTheServices({ headers })).toBe(isLike);
});
