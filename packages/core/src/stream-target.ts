/** Which stream, in the service's words: by ARN where it is known, since that also finds streams of other accounts. */
export type StreamTarget = { readonly StreamName: string } | { readonly StreamARN: string };

/** How the service is told of a stream that the user gave by name or ARN. */
export function streamTarget(stream: string): StreamTarget {
  return stream.startsWith('arn:') ? { StreamARN: stream } : { StreamName: stream };
}
