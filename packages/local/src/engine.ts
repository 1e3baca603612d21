import { type Account, streamNameIn } from './account.js';
import type { Operation, OperationContext } from './operation.js';
import { consumerOperations } from './operations/consumer-operations.js';
import { operatorOperations } from './operations/operator-operations.js';
import { recordOperations } from './operations/record-operations.js';
import { streamOperations } from './operations/stream-operations.js';
import { type InputForm, readInput } from './read-input.js';
import { KinesisServiceError } from './service-error.js';
import type { KinesisOperation } from './service-limits.js';

const operations: Readonly<Record<KinesisOperation, Operation>> = {
  ...streamOperations,
  ...recordOperations,
  ...consumerOperations,
  ...operatorOperations,
};

/** A call whose input is of the right form. */
export interface PreparedCall {
  readonly operation: KinesisOperation;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Checks the form of a call. The result holds a copy of the input: what the caller does to its own afterwards has no
 * effect, however late the call is carried out.
 */
export function prepareCall(operation: string, input: unknown, form: InputForm): PreparedCall {
  if (!Object.hasOwn(operations, operation)) {
    throw new KinesisServiceError(
      'UnknownOperationException',
      `The local Kinesis has no operation ${operation.slice(0, 100)}.`,
    );
  }
  const known = operation as KinesisOperation;
  return { operation: known, input: readInput(operations[known].shape, input, form) };
}

/** Carries a call out: its effect on the account, and its answer in the SDK's form. */
export function carryOut(context: OperationContext, call: PreparedCall): object {
  const { account, now } = context;
  const { operation, input } = call;
  account.countCall(operation, now);
  // Looked for only where there is a rate: the name may stand in a token.
  if (account.limits.streamCallsPerSecond[operation] !== undefined) {
    account.countStreamCall(operation, streamNameOf(account, call), now);
  }
  return operations[operation].run(context, input);
}

/** The name of the stream that a call is about, if it can be told. */
export function streamNameOf({ tokens }: Account, { input }: PreparedCall): string | undefined {
  const { StreamName, ShardIterator, NextToken } = input;
  if (typeof StreamName === 'string') return StreamName;
  for (const arn of [input.StreamARN, input.ConsumerARN, input.ResourceARN]) {
    if (typeof arn === 'string') return streamNameIn(arn);
  }
  if (typeof ShardIterator === 'string') return nameIn(tokens.open('iterator', ShardIterator));
  if (typeof NextToken === 'string') return nameIn(tokens.open('shards', NextToken));
  return undefined;
}

function nameIn(content: readonly unknown[] | undefined): string | undefined {
  const name = content?.[0];
  return typeof name === 'string' ? name : undefined;
}
