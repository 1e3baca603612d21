import { UsageError } from './usage-error.js';

/** A stream that the command line names. */
export interface NamedStream {
  readonly kind: 'stream';
  /** Name or ARN. */
  readonly stream: string;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
}

/** The options that name a stream, as they were typed. */
export interface StreamValues {
  readonly region?: string;
  readonly endpoint?: string;
}

/** A whole number in [low, high] out of an option's text. */
export function wholeNumber(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  const range = `${low.toLocaleString('en-US')} to ${high.toLocaleString('en-US')}`;
  throw new UsageError(`--${name} must be a whole number, ${range}; received "${text}".`);
}

const streamName = /^[a-zA-Z0-9_.-]{1,128}$/;
const streamArn = /^arn:aws[a-z-]*:kinesis:([a-z0-9-]+):\d{12}:stream\/[a-zA-Z0-9_.-]{1,128}$/;

/** The stream that `--stream`, `--region` and `--endpoint` name together. */
export function namedStream(stream: string, { region, endpoint }: StreamValues): NamedStream {
  const arnRegion = streamArn.exec(stream)?.[1];
  if (arnRegion === undefined && !streamName.test(stream)) {
    throw new UsageError(
      `--stream must be a stream's name (letters, digits, "_", "." and "-", at most 128) or its ARN; received "${stream}".`,
    );
  }
  if (arnRegion !== undefined && arnRegion !== (region ?? arnRegion)) {
    throw new UsageError(`--region is ${region} but the stream's ARN says ${arnRegion}. Leave --region out.`);
  }
  if (endpoint !== undefined) checkUrl('endpoint', endpoint);
  return { kind: 'stream', stream, region: region ?? arnRegion, endpoint };
}

/** Refuses what is no address of a server. */
export function checkUrl(name: string, url: string): void {
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return;
  throw new UsageError(`--${name} must be an http or https URL; received "${url}".`);
}
