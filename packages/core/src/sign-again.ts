/** What a {@link signAgain} needs of a client of the AWS SDK. */
export interface SigningClient {
  readonly config: object;
  readonly middlewareStack: {
    addRelativeTo(
      // biome-ignore lint/suspicious/noExplicitAny: each client has types of its own for what goes through here untouched.
      middleware: (next: (args: any) => Promise<any>, context: any) => (args: any) => Promise<any>,
      where: { readonly name: string; readonly relation: 'before'; readonly toMiddleware: string },
    ): void;
  };
}

/** What the service lets a signature be off is five minutes; the SDK takes four for a clock that is wrong. */
const leastCorrectionMs = 240_000;

/**
 * Has a call that was refused signed and sent once more, if its answer showed that this machine's clock is off. The SDK learns
 * the service's time from each answer and signs by it from then on, but leaves the call that taught it to its retries, which
 * are switched off here. Nothing is stored by a call whose signature is refused, so that this is no retry underneath ours.
 */
export function signAgain(client: SigningClient): void {
  const config: { readonly systemClockOffset?: unknown } = client.config;
  const offsetMs = () => (typeof config.systemClockOffset === 'number' ? config.systemClockOffset : 0);
  client.middlewareStack.addRelativeTo(
    (next) => async (args) => {
      const signedWithMs = offsetMs();
      try {
        return await next(args);
      } catch (error) {
        // Whatever is wrong besides, such as a secret key, is found by the second try, after which the clock is not off any more.
        if (!isRefusal(error) || Math.abs(offsetMs() - signedWithMs) < leastCorrectionMs) throw error;
        return await next(args);
      }
    },
    { name: 'shardlineSignAgain', relation: 'before', toMiddleware: 'httpSigningMiddleware' },
  );
}

/** The service refused the call before it did anything: it answers with 400 or 403 where a signature is no good. */
function isRefusal(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: unknown } } | undefined)?.$metadata
    ?.httpStatusCode;
  return status === 400 || status === 403;
}
