import { markUnsent, type Unsent } from './unsent.js';

// biome-ignore lint/suspicious/noExplicitAny: each command has types of its own for what goes through here untouched.
type Middleware = (next: (args: any) => Promise<any>, context: any) => (args: any) => Promise<any>;

/** Where a {@link Middleware} stands. */
interface Place<Step extends string> {
  readonly name: string;
  readonly step: Step;
  readonly priority: 'high';
}

/** What {@link traced} needs of a command of the AWS SDK. */
export interface TracedCommand {
  readonly middlewareStack: {
    add(middleware: Middleware, where: Place<'serialize'>): void;
    add(middleware: Middleware, where: Place<'finalizeRequest'>): void;
  };
}

/** How far a call has come. */
interface Reach {
  /** From here on something of it may be sent. */
  isSigned: boolean;
}

/** Where the SDK's context of a call has it. */
const member = 'shardlineReach';

/** What the SDK hands to every middleware of a call. */
export interface TracedContext {
  [member]?: Reach;
}

const name = 'CredentialsUnavailable';
const failed: Unsent = Object.freeze({ name });
const awaited: Unsent = Object.freeze({ name, lacks: 'no credentials came from their provider' });

/**
 * Has what a call fails with, or is given up for by `signal`, tell if nothing of it was sent: it was not signed yet. Until then the
 * SDK asks the providers of the client's configuration, of which that of credentials asks others in its turn. Stands on the one
 * command, and returns it. A call that is tried again underneath counts as sent from its first try on.
 *
 * ```
 * serialize: auth scheme (credentials), endpoint ─▶ build ─▶ finalizeRequest: retry, signing (credentials) ─▶ signed ─▶ handler
 * ```
 */
export function traced<Command extends TracedCommand>(command: Command, signal: AbortSignal): Command {
  const reach: Reach = { isSigned: false };
  command.middlewareStack.add(
    (next, context: TracedContext) => async (args) => {
      context[member] = reach;
      // The signal is the call's own, and so is its reason.
      const onAbort = () => {
        if (!reach.isSigned) markUnsent(signal.reason, awaited);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await next(args);
      } catch (error) {
        throw reach.isSigned ? error : markUnsent(error, failed);
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    // Before the SDK's own, which asks for credentials.
    { name: 'shardlineUnsigned', step: 'serialize', priority: 'high' },
  );
  command.middlewareStack.add(
    (next) => (args) => {
      reach.isSigned = true;
      return next(args);
    },
    // What the client has there, retries and signing, comes first.
    { name: 'shardlineSigned', step: 'finalizeRequest', priority: 'high' },
  );
  return command;
}

/** Has a call that was refused wait for `ask`: what it fails with, or is given up for, until then was not stored by that call. */
export async function askedAgain<Answer>(
  context: TracedContext,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const reach = context[member];
  if (reach === undefined) return ask();
  reach.isSigned = false;
  const answer = await ask();
  reach.isSigned = true;
  return answer;
}
