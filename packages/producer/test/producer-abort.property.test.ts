import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordFailedError } from '../src/errors.js';
import type { Outcome, PutResult } from '../src/outcomes.js';
import { failing, type PutScript, refusing, unanswered } from './support/fake-kinesis-api.js';
import { type ProducerUnderTest, startProducer, textsIn } from './support/producer-under-test.js';

const signals = 3;
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      put: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }),
      with: fc.integer({ min: -1, max: signals - 1 }),
      large: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ abort: fc.nat(signals - 1) }) },
  { weight: 4, arbitrary: fc.record({ passMs: fc.constantFrom(0, 1, 10, 60, 1_500) }) },
);
const answer = fc.constantFrom(
  'store',
  'slow',
  'throttle',
  'break',
  'refuse',
  'store and be lost',
  'silence',
);

/** A record as its caller sees it. */
interface Put {
  readonly text: string;
  readonly key: string;
  readonly signal: AbortController | undefined;
  /** Put by itself: when it is settled is then known on the dot, not only when its whole batch is. */
  readonly alone: boolean;
  /** Whether its signal fired before it was settled. */
  aborted: boolean;
  end: { readonly result: PutResult } | { readonly error: Error & { readonly code?: string } } | undefined;
}

/** Puts, signals and answers in any order, and what became of each record. */
class Play {
  readonly puts: Put[] = [];
  readonly controllers = Array.from({ length: signals }, () => new AbortController());
  readonly #under: ProducerUnderTest;

  constructor(under: ProducerUnderTest) {
    this.#under = under;
  }

  put(keys: readonly string[], signal: AbortController | undefined, dataBytes: number): void {
    const { producer } = this.#under;
    const puts = keys.map((key, at): Put => {
      const text = `${this.puts.length + at}`.padEnd(dataBytes);
      return {
        text,
        key,
        signal,
        alone: keys.length === 1,
        aborted: signal?.signal.aborted === true,
        end: undefined,
      };
    });
    this.puts.push(...puts);
    const records = puts.map(({ text, key }) => ({ partitionKey: key, data: text }));
    const options = signal && { signal: signal.signal };
    const [only] = puts;
    if (only && puts.length === 1 && records[0]) {
      producer.put(records[0], options).then(
        (result) => end(only, { result }),
        (error: Error) => end(only, { error }),
      );
      return;
    }
    void producer.putMany(records, options).then((outcomes) => {
      for (const outcome of outcomes) {
        const put = puts[outcome.index] as Put;
        end(put, outcome.stored ? { result: outcome.result } : { error: outcome.error });
      }
    });
  }

  abort(controller: AbortController): void {
    for (const put of this.puts) if (put.signal === controller && !put.end) put.aborted = true;
    controller.abort();
  }
}

function end(put: Put, how: NonNullable<Put['end']>): void {
  if (put.end) throw new Error(`${put.text} is settled twice.`);
  put.end = how;
}

function scriptOf(answers: readonly string[], { api, clock }: ProducerUnderTest): readonly PutScript[] {
  const scripts: Record<string, PutScript> = {
    store: (put) => api.store(put),
    slow: (put) => new Promise((resolve) => clock.schedule(100, () => resolve(api.store(put)))),
    throttle: refusing('ProvisionedThroughputExceededException'),
    break: refusing('InternalFailure'),
    refuse: failing('AccessDeniedException'),
    'store and be lost': (put) => {
      api.store(put);
      return failing('InternalFailure', 500)(put);
    },
    silence: unanswered,
  };
  return answers.map((name) => scripts[name] as PutScript);
}

test('P1, P2, P3, P6: whenever signals fire, each record is settled once, and says what the signal did', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('auto' as const, 'never' as const),
      fc.array(step, { minLength: 1, maxLength: 25 }),
      fc.array(answer, { maxLength: 8 }),
      async (aggregate, steps, answers) => {
        const told: Outcome[] = [];
        const under = await startProducer(
          {
            aggregate,
            lingerMs: 50,
            maxOutstandingRecords: 5,
            aggregateBytes: 1_024,
            requestTimeoutMs: 1_000,
            onOutcomes: (outcomes) => told.push(...outcomes),
          },
          2,
        );
        const { producer, api, clock } = under;
        const play = new Play(under);
        api.script(...scriptOf(answers, under));
        for (const one of steps) {
          if ('put' in one) play.put(one.put, play.controllers[one.with], one.large ? 2_000 : 8);
          else if ('abort' in one) play.abort(play.controllers[one.abort] as AbortController);
          else await clock.advance(one.passMs);
        }
        let flushed = false;
        void producer.flush().then(() => {
          flushed = true;
        });
        await clock.advance(300_000);
        expect(flushed).toBe(true);
        expect(producer.stats()).toMatchObject({ outstandingRecords: 0, waitingPuts: 0 });
        for (const { signal } of play.controllers) expect(getEventListeners(signal, 'abort')).toHaveLength(0);
        expect(told).toHaveLength(producer.stats().acceptedRecords);
        const stored = textsIn(api.stored);
        checkEnds(play.puts, stored, textsIn(api.puts.flatMap(({ entries }) => entries)));
        checkOrder(play.puts, stored);
      },
    ),
    { numRuns: 150 },
  );
});

const takenBack = new Set<string | undefined>(['PUT_ABORTED', 'PUT_WITHDRAWN']);

function checkEnds(puts: readonly Put[], stored: readonly string[], sent: readonly string[]): void {
  for (const { text, aborted, alone, end: how } of puts) {
    if (!how) throw new Error(`${text} was never settled.`);
    const error = 'error' in how ? (how.error as RecordFailedError) : undefined;
    if (takenBack.has(error?.code)) {
      expect([text, aborted, sent.includes(text)]).toEqual([text, true, false]);
      continue;
    }
    if (!error) expect(stored).toContain(text);
    const late = 'result' in how ? how.result.abortedTooLate === true : error?.abortedTooLate === true;
    if (alone) expect([text, late]).toEqual([text, aborted]);
    else expect([text, late && !aborted]).toEqual([text, false]);
  }
}

function checkOrder(puts: readonly Put[], stored: readonly string[]): void {
  for (const key of new Set(puts.map((put) => put.key))) {
    const done = puts
      .filter((put) => put.key === key && put.end && 'result' in put.end)
      .map(({ text }) => text);
    const first = [...new Set(stored)].filter((text) => done.includes(text));
    expect(first).toEqual(done);
  }
}
