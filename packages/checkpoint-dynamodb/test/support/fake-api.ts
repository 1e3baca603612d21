import type { Item, TableApi } from '../../src/table-api.js';

/** A table that answers as it is told and keeps what it was asked; every other call is a mistake of the test. */
export function fakeApi(
  answers: Partial<TableApi>,
): TableApi & { readonly calls: (readonly [string, unknown])[] } {
  const calls: (readonly [string, unknown])[] = [];
  const asked = <Name extends Exclude<keyof TableApi, 'close'>>(name: Name): TableApi[Name] => {
    const answer = async (input: never, signal: AbortSignal) => {
      calls.push([name, input]);
      const given = answers[name] as ((input: never, signal: AbortSignal) => Promise<never>) | undefined;
      if (!given) throw new Error(`${name} was not expected.`);
      return given(input, signal);
    };
    return answer as unknown as TableApi[Name];
  };
  return {
    calls,
    describeTable: asked('describeTable'),
    createTable: asked('createTable'),
    scan: asked('scan'),
    getItem: asked('getItem'),
    putItem: asked('putItem'),
    updateItem: asked('updateItem'),
    deleteItem: asked('deleteItem'),
    close: () => {
      calls.push(['close', undefined]);
    },
  };
}

/** An error of DynamoDB's, as the SDK throws it. */
export function thrown(name: string, more: object = {}): Error {
  const error = Object.assign(new Error('Sorry'), { $metadata: { httpStatusCode: 400 } }, more);
  error.name = name;
  return error;
}

/** A write whose condition failed; with the old item where the server says it. */
export function refusedWith(item: Item | undefined): () => Promise<never> {
  return () => Promise.reject(thrown('ConditionalCheckFailedException', item ? { Item: item } : {}));
}
