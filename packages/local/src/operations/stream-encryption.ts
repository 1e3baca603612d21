import type { StartStreamEncryptionInput, StopStreamEncryptionInput } from '@aws-sdk/client-kinesis';
import type { DailyLimit } from '../daily-limit.js';
import { structure } from '../input-shape.js';
import { streamReference } from '../member-shapes.js';
import { type OperationContext, operation } from '../operation.js';
import { KinesisServiceError } from '../service-error.js';
import type { Stream } from '../stream.js';
import { requireActive } from '../stream-guards.js';

const shape = structure(
  {
    ...streamReference,
    EncryptionType: { type: 'choice', choices: ['NONE', 'KMS'] },
    KeyId: { type: 'string', min: 1, max: 2048 },
  },
  ['EncryptionType', 'KeyId'],
);

/** What a key may be named by: its id, an alias, or the ARN of either. */
const keyReference =
  /^(?:(?:arn:aws[a-z-]*:kms:[a-z\d-]+:\d{12}:key\/)?(?:mrk-[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})|(?:arn:aws[a-z-]*:kms:[a-z\d-]+:\d{12}:)?alias\/[\w/-]{1,250})$/i;

/**
 * StartStreamEncryption: the stream is UPDATING; records that arrive after that are encrypted with the key. Every key that
 * could exist does: the local Kinesis knows no KMS and marks records instead of encrypting them.
 */
export const startStreamEncryption = operation<StartStreamEncryptionInput>(shape, (context, input) => {
  update(context, input, (stream) => stream.encryptionStarts, input.KeyId);
  return {};
});

/** StopStreamEncryption: the stream is UPDATING; records that arrive after that are not encrypted. */
export const stopStreamEncryption = operation<StopStreamEncryptionInput>(shape, (context, input) => {
  update(context, input, (stream) => stream.encryptionStops, undefined);
  return {};
});

function update(
  { account, now }: OperationContext,
  input: StartStreamEncryptionInput | StopStreamEncryptionInput,
  limitOf: (stream: Stream) => DailyLimit,
  encryptionKeyId: string | undefined,
): void {
  const stream = account.stream(input, now);
  requireActive(account, stream);
  if (input.EncryptionType !== 'KMS') throw invalid('KMS is the only EncryptionType that can be given.');
  if (!keyReference.test(input.KeyId ?? '')) {
    throw invalid(
      `KeyId ${input.KeyId} is neither the id of a key, nor an alias that begins with alias/, nor the ARN of one of these.`,
    );
  }
  if (!limitOf(stream).tryTake(now)) {
    throw new KinesisServiceError(
      'LimitExceededException',
      `The encryption of stream ${stream.name} under account ${account.id} was changed ` +
        `${account.limits.streamEncryptionPerDay} times in 24 hours, which is the limit.`,
    );
  }
  stream.begin('UPDATING', now + account.transitionMs, () => stream.encryptWith(encryptionKeyId));
}

function invalid(message: string): KinesisServiceError {
  return new KinesisServiceError('InvalidArgumentException', message);
}
