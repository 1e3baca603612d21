/** An answer that is not the service's, as far as it is looked at. */
export interface ForeignAnswer {
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  /** Bytes where it was read; whatever else tells nothing. */
  readonly body?: unknown;
}

/** Whether an answer has what the service's answers have: its content type, or a request id. */
export function looksLikeTheServices({ headers = {} }: ForeignAnswer = {}): boolean {
  return Object.entries(headers).some(([name, value]) => {
    const header = name.toLowerCase();
    if (header === 'x-amzn-requestid') return true;
    return header === 'content-type' && String(value).toLowerCase().startsWith('application/x-amz-');
  });
}

/** How much of a page, or of where it leads, is quoted. */
const quotedCharacters = 200;

/** Bytes of a page of which all that is quoted can be made. */
const lookedAtBytes = 8 * quotedCharacters;

/**
 * What to say of a foreign answer: where it leads, and what it says; else what its reader, who quotes it, stumbled over. `endpoint`
 * is where it comes from.
 */
export function inWords(
  status: unknown,
  { headers, body }: ForeignAnswer,
  stumbledOver: string,
  endpoint?: string,
): string {
  const answer = `The answer${endpoint === undefined ? '' : ` of ${endpoint}`} has HTTP status ${status}`;
  const place = placeOf(headers?.location);
  const leads = place === '' ? '' : `; it leads to ${place.slice(0, quotedCharacters)}`;
  const page = body instanceof Uint8Array ? beginningOf(body) : undefined;
  if (page === '') return `${answer} and an empty body, and is not one of the service's${leads}.`;
  const why = page === undefined ? stumbledOver : JSON.stringify(page);
  return `${answer} and is not one of the service's${leads}${why === '' ? '' : `: ${why}`}.`;
}

/** The beginning of a page in one line; empty where there is nothing but blanks. */
function beginningOf(body: Uint8Array): string {
  const from = body.findIndex((byte) => byte > blank);
  if (from === -1) return '';
  const text = new TextDecoder()
    .decode(body.subarray(from, from + lookedAtBytes))
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > quotedCharacters ? `${text.slice(0, quotedCharacters)}…` : text;
}

const blank = 0x20;

/** To which a place without a host of its own is added. */
const nowhere = 'http://nowhere.invalid';

/** Where an answer leads, but for what may be secrets of whoever logs in there: name, password, query and fragment. */
function placeOf(location: unknown): string {
  if (typeof location !== 'string' || location === '' || !URL.canParse(location, nowhere)) return '';
  const { protocol, origin, pathname } = new URL(location, nowhere);
  if (origin === nowhere) return pathname;
  return protocol === 'https:' || protocol === 'http:' ? origin + pathname : protocol;
}
