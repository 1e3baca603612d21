import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

/** A user record, as tests compare it. */
export interface Member {
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
  readonly data: Uint8Array;
}

/** The message as protobufjs reads it: fields that are not there are not members. */
export interface Message {
  readonly partitionKeyTable?: string[];
  readonly explicitHashKeyTable?: string[];
  readonly records?: {
    readonly partitionKeyIndex: number;
    readonly explicitHashKeyIndex?: number;
    readonly data: Uint8Array;
  }[];
}

const root = protobuf.loadSync(fileURLToPath(new URL('./aggregated-record.proto', import.meta.url)));
const messageType = root.lookupType('AggregatedRecord');
const magic = Buffer.from('f3899ac2', 'hex');

/** Puts magic and digest around a message, whatever it holds. */
export function sealed(message: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([magic, message, createHash('md5').update(message).digest()]));
}

/** The message of a sealed aggregate. */
export function messageOf(aggregate: Uint8Array): Uint8Array {
  return aggregate.subarray(4, aggregate.length - 16);
}

/** The independent encoder: protobufjs on the `.proto`, tables by Map. */
export function encodeWithProtobufjs(members: readonly Member[]): Uint8Array {
  const partitionKeys = indexed(members.map(({ partitionKey }) => partitionKey));
  const explicitHashKeys = indexed(members.flatMap(({ explicitHashKey }) => explicitHashKey ?? []));
  const records = members.map(({ partitionKey, explicitHashKey, data }) => ({
    partitionKeyIndex: partitionKeys.get(partitionKey),
    ...(explicitHashKey === undefined ? {} : { explicitHashKeyIndex: explicitHashKeys.get(explicitHashKey) }),
    data,
  }));
  const partitionKeyTable = [...partitionKeys.keys()];
  const explicitHashKeyTable = [...explicitHashKeys.keys()];
  return sealed(messageType.encode({ partitionKeyTable, explicitHashKeyTable, records }).finish());
}

/** The message of an aggregate; throws where it is malformed. */
export function messageFrom(aggregate: Uint8Array): Message {
  return messageType.toObject(messageType.decode(messageOf(aggregate)), { longs: Number }) as Message;
}

/** Each distinct text with its place in the order of first appearance. */
function indexed(texts: readonly string[]): Map<string, number> {
  return new Map([...new Set(texts)].map((text, index) => [text, index]));
}

/**
 * The independent decoder: protobufjs, which throws where the message is malformed. `undefined` where an index is outside its table or
 * there is no user record.
 */
export function decodeWithProtobufjs(aggregate: Uint8Array): Member[] | undefined {
  const message = messageFrom(aggregate);
  const members: Member[] = [];
  for (const { partitionKeyIndex, explicitHashKeyIndex, data } of message.records ?? []) {
    const partitionKey = message.partitionKeyTable?.[partitionKeyIndex];
    const explicitHashKey =
      explicitHashKeyIndex === undefined ? undefined : message.explicitHashKeyTable?.[explicitHashKeyIndex];
    if (partitionKey === undefined) return undefined;
    if (explicitHashKeyIndex !== undefined && explicitHashKey === undefined) return undefined;
    members.push({
      partitionKey,
      ...(explicitHashKey === undefined ? {} : { explicitHashKey }),
      data: new Uint8Array(data),
    });
  }
  return members.length === 0 ? undefined : members;
}
