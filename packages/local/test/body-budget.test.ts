import { describe, expect, it } from 'vitest';
import { BodyBudget } from '../src/body-budget.js';

describe('BodyBudget', () => {
  it('has room for so many bytes at once, and for as many again once they are given back', () => {
    const budget = new BodyBudget(10);
    expect([budget.take(4), budget.take(6), budget.take(1)]).toEqual([true, true, false]);
    budget.give(4);
    expect([budget.take(5), budget.take(4), budget.take(1)]).toEqual([false, true, false]);
  });
});
