import { describe, expect, it } from 'vitest';
import { AnswerAttempts } from '../src/answer-attempts.js';
import { noAttempts } from '../src/attempt.js';

const error = { name: 'InternalFailure', message: 'Internal service failure.' };
const times = { delayMs: 1, durationMs: 2 };
const made = { ...times, success: false, errorCode: error.name, errorMessage: error.message };
const words = error.name.length + error.message.length;

describe('AnswerAttempts', () => {
  it('adds an attempt and tells what it takes', () => {
    const { attempts, ownBytes } = new AnswerAttempts().add(noAttempts, times, error);
    expect(attempts).toEqual([made]);
    expect(ownBytes).toBe(32 + 8 + 104 + words);
  });

  it('gives those whose histories were one before the same history again, for nothing', () => {
    const answer = new AnswerAttempts();
    const before = new AnswerAttempts().add(noAttempts, times, error).attempts;
    const first = answer.add(before, times, error);
    expect(first).toMatchObject({ attempts: [made, made], ownBytes: 8 + 104 + words });
    const second = answer.add(before, { ...times }, { ...error });
    expect(second.attempts).toBe(first.attempts);
    expect(second.ownBytes).toBe(0);
  });

  it('shares the attempt where only the histories differ, which nobody can change', () => {
    const answer = new AnswerAttempts();
    const [first] = answer.add(noAttempts, times, error).attempts;
    const other = answer.add([made], times, error);
    expect(other.attempts[1]).toBe(first);
    expect(other.ownBytes).toBe(8);
    expect(Object.isFrozen(first)).toBe(true);
  });

  it.each([{ delayMs: 7 }, { durationMs: 7 }])(
    'makes another where %j differs, in the same words',
    (time) => {
      const answer = new AnswerAttempts();
      answer.add(noAttempts, times, error);
      const { attempts, ownBytes } = answer.add(noAttempts, { ...times, ...time }, error);
      expect(attempts).toEqual([{ ...made, ...time }]);
      expect(ownBytes).toBe(32 + 8 + 104);
    },
  );

  it('keeps errors apart by name and message', () => {
    const answer = new AnswerAttempts();
    answer.add(noAttempts, times, error);
    const others = [
      { ...error, name: 'ServiceUnavailable' },
      { ...error, message: 'Other.' },
    ];
    for (const { name, message } of others) {
      const { attempts } = answer.add(noAttempts, times, { name, message });
      expect(attempts).toEqual([{ ...made, errorCode: name, errorMessage: message }]);
    }
  });

  it('shares what stored a record too, and keeps it apart from what failed', () => {
    const answer = new AnswerAttempts();
    const before = new AnswerAttempts().add(noAttempts, times, error).attempts;
    const first = answer.add(before, times);
    expect(first).toEqual({ attempts: [made, { ...times, success: true }], ownBytes: 8 + 104 });
    answer.add(before, times, error);
    expect(answer.add(before, { ...times })).toEqual({ attempts: first.attempts, ownBytes: 0 });
    expect(answer.add(noAttempts, times).attempts[0]).toBe(first.attempts[1]);
    expect(Object.isFrozen(first.attempts[1])).toBe(true);
  });

  it('keeps four messages of an answer, and of further ones the names', () => {
    const answer = new AnswerAttempts();
    const histories = Array.from(
      { length: 500 },
      (_, at) => answer.add(noAttempts, times, { ...error, message: `This is number ${at}.` }).attempts,
    );
    const kept = histories.filter(([attempt]) => attempt?.errorMessage !== undefined);
    expect(kept.map(([attempt]) => attempt?.errorMessage)).toEqual(
      [0, 1, 2, 3].map((at) => `This is number ${at}.`),
    );
    expect(histories[4]).toEqual([{ ...times, success: false, errorCode: error.name }]);
    expect(new Set(histories.slice(4))).toEqual(new Set([histories[4]]));
    expect(answer.add(noAttempts, times, { ...error, message: 'This is number 2.' }).attempts).toBe(
      histories[2],
    );
  });
});
