/** What {@link nameEndpoint} needs of a client of the AWS SDK. */
export interface SendingClient {
  readonly middlewareStack: {
    addRelativeTo(
      // biome-ignore lint/suspicious/noExplicitAny: each client has types of its own for what goes through here untouched.
      middleware: (next: (args: any) => Promise<any>) => (args: any) => Promise<any>,
      where: { readonly name: string; readonly relation: 'after'; readonly toMiddleware: string },
    ): void;
  };
}

/** Where the SDK's HTTP request goes. */
interface Destination {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

/** Not listed among an error's members: it is for {@link endpointOf}. */
const member = '$endpoint';

/** Has what a request of `client` fails with tell where the request went. What failed before it was signed went nowhere. */
export function nameEndpoint(client: SendingClient): void {
  client.middlewareStack.addRelativeTo(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const { protocol, hostname, port } = args.request as Destination;
        const value = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
        // What is frozen stays as it is.
        if (error instanceof Error) Reflect.defineProperty(error, member, { value, configurable: true });
        throw error;
      }
    },
    { name: 'shardlineNameEndpoint', relation: 'after', toMiddleware: 'httpSigningMiddleware' },
  );
}

/** Where the request went that failed with `error`, where that is known. */
export function endpointOf(error: unknown): string | undefined {
  const endpoint = (error as { readonly [member]?: unknown } | null | undefined)?.[member];
  return typeof endpoint === 'string' ? endpoint : undefined;
}
