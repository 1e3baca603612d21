import type { ListStreamsInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { nextToken, streamName } from '../member-shapes.js';
import { operation } from '../operation.js';
import { refuseExpiredToken } from '../page-token.js';
import { KinesisServiceError } from '../service-error.js';

const pageMaxStreams = 100;

/** ListStreams: names and summaries in order of name, in pages of up to 100 that follow a token, which lives for 300 seconds, or a name. */
export const listStreams = operation<ListStreamsInput>(
  structure({
    Limit: { type: 'integer', min: 1, max: 10_000 },
    ExclusiveStartStreamName: streamName,
    NextToken: nextToken,
  }),
  ({ account, now }, input) => {
    const after =
      input.NextToken === undefined
        ? input.ExclusiveStartStreamName
        : nameIn(account.tokens, input.NextToken, now);
    const left = account.streamsByName(now).filter((stream) => after === undefined || stream.name > after);
    const page = left.slice(0, Math.min(input.Limit ?? pageMaxStreams, pageMaxStreams));
    const more = left.length > page.length;
    const last = page.at(-1);
    return {
      StreamNames: page.map((stream) => stream.name),
      HasMoreStreams: more,
      ...(more && last ? { NextToken: account.tokens.seal('streams', [last.name, Math.floor(now)]) } : {}),
      StreamSummaries: page.map((stream) => ({
        StreamName: stream.name,
        StreamARN: stream.arn,
        StreamStatus: stream.status,
        StreamModeDetails: { StreamMode: stream.mode },
        StreamCreationTimestamp: new Date(stream.createdAtMs),
      })),
    };
  },
);

function nameIn(
  tokens: { open(kind: string, token: string): readonly unknown[] | undefined },
  token: string,
  now: number,
): string {
  const [name, madeAtMs] = tokens.open('streams', token) ?? [];
  if (typeof name !== 'string') {
    throw new KinesisServiceError('InvalidArgumentException', 'NextToken is not a token of ListStreams.');
  }
  refuseExpiredToken(Number(madeAtMs), now);
  return name;
}
