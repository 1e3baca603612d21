import { AnswerAttempts, type EntryAttempt } from '../../src/answer-attempts.js';

/** An attempt whose answer says nothing of other entries. */
export function attempt(sentMs: number, endMs: number): EntryAttempt {
  return { sentMs, endMs, attempts: new AnswerAttempts() };
}
