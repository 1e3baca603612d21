import type { ListStreamsInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { nextToken, streamName } from '../member-shapes.js';
import { operation } from '../operation.js';
import { KinesisServiceError } from '../service-error.js';

/** Streams on a page when no limit is given. */
const defaultPage = 100;

/** ListStreams: names and summaries in order of name, in pages that follow a token or a name. */
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
        : nameIn(account.tokens, input.NextToken);
    const left = account.streams(now).filter((stream) => after === undefined || stream.name > after);
    const page = left.slice(0, input.Limit ?? defaultPage);
    const more = left.length > page.length;
    const last = page.at(-1);
    return {
      StreamNames: page.map((stream) => stream.name),
      HasMoreStreams: more,
      ...(more && last ? { NextToken: account.tokens.seal('streams', [last.name]) } : {}),
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
): string {
  const [name] = tokens.open('streams', token) ?? [];
  if (typeof name === 'string') return name;
  throw new KinesisServiceError('InvalidArgumentException', 'NextToken is not a token of ListStreams.');
}
