/** Which stream, in the service's words: by ARN where it is known, since that also finds streams of other accounts. */
export type StreamTarget = ({ readonly StreamName: string } | { readonly StreamARN: string }) & {
  readonly StreamId?: string;
};

/** How the service is told of a stream that the user gave by name or ARN, and by its id where it has one. */
export function streamTarget(stream: string, streamId?: string): StreamTarget {
  const named = stream.startsWith('arn:') ? { StreamARN: stream } : { StreamName: stream };
  return streamId === undefined ? named : { ...named, StreamId: streamId };
}
