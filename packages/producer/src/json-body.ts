import type { EntryContent } from './entry-content.js';
import type { BodyWriter } from './request-body.js';

/** AWS JSON 1.1. */
export const jsonBody: BodyWriter = Object.freeze({
  contentType: 'application/x-amz-json-1.1',
  bytesOf(target, entries) {
    let bytes = '{"Records":[]}'.length;
    for (const name in target) bytes += ',:'.length + mostBytesOf(name) + mostBytesOf(target[name] ?? '');
    for (const entry of entries) bytes += entryBytes(entry);
    return bytes;
  },
  write(target, entries, into) {
    let at = into.write('{"Records":[', 0, 'latin1');
    let before = '';
    for (const entry of entries) {
      const { partitionKey, explicitHashKey } = entry;
      at += into.write(`${before}{"Data":"`, at, 'latin1');
      at = entry.moveAsBase64(into, at);
      const hashKey = explicitHashKey === undefined ? '' : `,"ExplicitHashKey":${quoted(explicitHashKey)}`;
      at += into.write(`"${hashKey},"PartitionKey":${quoted(partitionKey)}}`, at, 'utf8');
      before = ',';
    }
    at += into.write(']', at, 'latin1');
    for (const [name, value] of Object.entries(target)) {
      at += into.write(`,${quoted(name)}:${quoted(value)}`, at, 'utf8');
    }
    at += into.write('}', at, 'latin1');
    return at;
  },
} satisfies BodyWriter);

function entryBytes({ dataBytes, partitionKey, explicitHashKey }: EntryContent): number {
  const base64Bytes = 4 * Math.ceil(dataBytes / 3);
  const hashKeyBytes =
    explicitHashKey === undefined ? 0 : ',"ExplicitHashKey":'.length + mostBytesOf(explicitHashKey);
  return ',{"Data":"","PartitionKey":}'.length + base64Bytes + hashKeyBytes + mostBytesOf(partitionKey);
}

/** A character takes at most six bytes, as `\u0000`. */
function mostBytesOf(value: string): number {
  return 2 + 6 * value.length;
}

function quoted(value: string): string {
  const json = JSON.stringify(value);
  // It escapes lone surrogates, and nothing else by a \ud: they are written as what stands for them everywhere else.
  return json.includes('\\ud') ? JSON.stringify(Buffer.from(value).toString()) : json;
}
