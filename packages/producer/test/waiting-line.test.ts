import { expect, test } from 'vitest';
import { type Place, WaitingLine } from '../src/waiting-line.js';

const waiter = { nextBytes: () => 1, admit() {}, fail() {} };
const placeOf = (records: number, bytes: number): Place => ({ waiter, records, bytes, isForRoom: false });

test('keeps the order in which calls came, whoever leaves', () => {
  const line = new WaitingLine();
  const places = Array.from({ length: 9 }, (_, at) => placeOf(1, at));
  for (const place of places) line.push(place);
  for (const at of [4, 0, 8]) expect(line.remove(places[at] as Place)).toBe(true);
  expect(line.remove(places[4] as Place)).toBe(false);
  const order: number[] = [];
  for (let { first } = line; first; { first } = line) {
    order.push(places.indexOf(first));
    line.remove(first);
  }
  expect(order).toEqual([1, 2, 3, 5, 6, 7]);
  expect(line).toMatchObject({ first: undefined, records: 0, bytes: 0 });
});

test('counts what its calls wait with, and never takes off more than was counted (P2)', () => {
  const line = new WaitingLine();
  const [one, other] = [placeOf(2, 10), placeOf(1, 5)];
  line.push(one);
  line.push(other);
  expect(line).toMatchObject({ first: one, records: 3, bytes: 15 });
  line.shorten(one, 4);
  expect(line).toMatchObject({ records: 2, bytes: 11 });
  line.shorten(one, 30);
  expect(line).toMatchObject({ records: 1, bytes: 5 });
  line.remove(one);
  line.remove(other);
  expect(line).toMatchObject({ records: 0, bytes: 0 });
});
