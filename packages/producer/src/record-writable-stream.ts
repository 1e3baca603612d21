import type { RecordStreamOptions } from './call-options.js';
import { heldRecords, type IntakeParts, RecordIntake } from './record-intake.js';
import type { UserRecord } from './user-record.js';

/**
 * A web stream into a {@link Producer}, as its `writableStream()` makes it: takes user records; `close()` resolves when all that it took
 * are settled. Aborted, it takes no more; what it took goes on.
 */
export class RecordWritableStream extends WritableStream<UserRecord> {
  readonly #intake: RecordIntake;

  /** @internal */
  constructor(parts: IntakeParts, { onFailure }: RecordStreamOptions) {
    let controller: WritableStreamDefaultController | undefined;
    const onBroken = (error: unknown) => controller?.error(error);
    const intake = new RecordIntake(parts, { onFailure, onBroken });
    super(
      {
        start(started) {
          controller = started;
          // Not in abort(): that is called only after the write or the close that is under way, which may wait for long.
          const { signal } = started as WritableStreamDefaultController & { readonly signal: AbortSignal };
          signal.addEventListener('abort', () => intake.end(signal.reason), { once: true });
        },
        write: (record) =>
          new Promise((resolve, reject) => {
            intake.take(record, (error) => (error ? reject(error) : resolve()));
          }),
        close: () => intake.settled(),
      },
      new CountQueuingStrategy({ highWaterMark: heldRecords }),
    );
    this.#intake = intake;
  }

  /**
   * How many of the records that were written to it, the first ones, were accepted or told to `onFailure`. After an error the rest was
   * not accepted.
   */
  get takenRecords(): number {
    return this.#intake.taken;
  }
}
