/** What the pages of a stream to be read look like. Part of the stream's name, so that the null server needs no other word. */
export interface PageSpec {
  /** User records in each stored record; 0: stored records are user records, not aggregated. */
  readonly perAggregate: number;
  readonly recordBytes: number;
  /** Stored records in each page. */
  readonly storedPerPage: number;
  readonly keyCharacters: number;
}

/** Where a stored record stands in a stream of pages. */
export interface StoredPlace {
  readonly shard: number;
  readonly page: number;
  /** Index in its page. */
  readonly index: number;
}

const PREFIX = 'pages';
const INDEX_DIGITS = 6;
const PAGE_DIGITS = 38;
const SHARD_DIGITS = 8;
const EPOCH = '4966';

/** Name of a stream of such pages; `suffix` tells streams of one kind apart. */
export function streamOf(spec: PageSpec, suffix: string): string {
  const { perAggregate, recordBytes, storedPerPage, keyCharacters } = spec;
  return [PREFIX, perAggregate, recordBytes, storedPerPage, keyCharacters, suffix].join('-');
}

/** What a stream's name says; `undefined` when the stream is not one to be read. */
export function specOf(stream: string): PageSpec | undefined {
  const found = new RegExp(`^${PREFIX}-(\\d+)-(\\d+)-(\\d+)-(\\d+)-`).exec(stream);
  if (found === null) return undefined;
  const [perAggregate = 0, recordBytes = 0, storedPerPage = 0, keyCharacters = 0] = found
    .slice(1)
    .map(Number);
  return { perAggregate, recordBytes, storedPerPage, keyCharacters };
}

/** User records in a stored record. */
export function perStored({ perAggregate }: PageSpec): number {
  return Math.max(1, perAggregate);
}

/** User records in a page. */
export function perPage(spec: PageSpec): number {
  return perStored(spec) * spec.storedPerPage;
}

/** The sequence number at a place: 56 digits, as from the service; it rises along a shard. */
export function sequenceNumberAt({ shard, page, index }: StoredPlace): string {
  const digits = (value: number, count: number) => String(value).padStart(count, '0');
  return EPOCH + digits(page, PAGE_DIGITS) + digits(index, INDEX_DIGITS) + digits(shard, SHARD_DIGITS);
}

/** The place of a sequence number. */
export function placeAt(sequenceNumber: string): StoredPlace {
  const parts = new RegExp(
    `^${EPOCH}(\\d{${PAGE_DIGITS}})(\\d{${INDEX_DIGITS}})(\\d{${SHARD_DIGITS}})$`,
  ).exec(sequenceNumber);
  if (parts === null) throw new RangeError(`no sequence number of a page: ${sequenceNumber}`);
  const [page = 0, index = 0, shard = 0] = parts.slice(1).map(Number);
  return { page, index, shard };
}
