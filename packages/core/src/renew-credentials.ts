import type { Clock } from './clock.js';
import { serviceFaultOf } from './service-fault.js';
import type { SigningClient } from './sign-again.js';
import { askedAgain, type TracedContext } from './traced.js';

/** What a provider of credentials gives, as far as it is compared. */
interface Identity {
  readonly accessKeyId?: unknown;
  readonly secretAccessKey?: unknown;
  readonly sessionToken?: unknown;
}

type Provider = (options?: { readonly forceRefresh: boolean }) => Promise<Identity>;

/** What the SDK knows of a call, as far as it is read: whom it chose to sign it for. */
interface CallContext extends TracedContext {
  readonly __smithy_context?: { readonly selectedHttpAuthScheme?: { readonly identity?: Identity } };
}

/** A provider may be a service with a limit of its own: for refused credentials it is asked once within this time. */
const askAgainAfterMs = 5_000;

/**
 * Has the provider of credentials asked anew after the service refused those that it gave, and the call that was refused signed
 * and sent once more where the provider has others by now. The SDK keeps what has no `expiration`, or one that is not near, for
 * good. Nothing is stored by a call whose credentials are refused, so that this is no retry underneath ours.
 *
 * A provider that fails when it is asked anew fails the call: what the SDK still holds was refused.
 */
export function renewCredentials(client: SigningClient, clock: Clock): void {
  const { credentials } = client.config as { readonly credentials?: unknown };
  if (typeof credentials !== 'function') return;
  const provider = credentials as Provider;
  /** How often others came of asking anew. */
  let renewals = 0;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;
  const ask = async (refused: Identity | undefined) => {
    if (!isSame(await provider({ forceRefresh: true }), refused)) renewals += 1;
  };
  /** Whether there are others than those that were refused, of when there had been so many renewals. */
  const isRenewed = async (refused: Identity | undefined, renewalsBefore: number): Promise<boolean> => {
    if (renewals === renewalsBefore && clock.monotonic() - askedAtMs >= askAgainAfterMs) {
      askedAtMs = clock.monotonic();
      asking = ask(refused).finally(() => {
        asking = undefined;
      });
    }
    // One that asks already does so for all.
    await asking;
    return renewals !== renewalsBefore;
  };
  client.middlewareStack.addRelativeTo(
    (next, context: CallContext) => async (args) => {
      // What the SDK holds after the refusal may be others: it renews by itself, at any call, what is about to expire.
      const signedFor = context.__smithy_context?.selectedHttpAuthScheme?.identity;
      const renewalsBefore = renewals;
      try {
        return await next(args);
      } catch (error) {
        if (!isRefused(error)) throw error;
        const hasOthers = await askedAgain(context, () => isRenewed(signedFor, renewalsBefore));
        if (!hasOthers) throw error;
        return await next(args);
      }
    },
    { name: 'shardlineRenewCredentials', relation: 'before', toMiddleware: 'httpSigningMiddleware' },
  );
}

function isRefused(error: unknown): boolean {
  const { kind, answered } = serviceFaultOf(error);
  return kind === 'credentials' && answered;
}

function isSame(one: Identity, other: Identity | undefined): boolean {
  return (
    one.accessKeyId === other?.accessKeyId &&
    one.secretAccessKey === other?.secretAccessKey &&
    one.sessionToken === other?.sessionToken
  );
}
