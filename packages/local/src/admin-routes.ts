import { type Clock, ShardlineError } from '@shardline/core';
import type { AccountSnapshot } from './account-snapshot.js';
import { checkFault } from './check-fault.js';
import type { Fault } from './fault.js';
import type { FaultPlan } from './fault-plan.js';

/** What the admin port looks at and changes. */
export interface AdministeredKinesis {
  readonly faults: Pick<FaultPlan, 'add' | 'clear' | 'counts' | 'list'>;
  snapshot(): AccountSnapshot;
  /** The service's time, in milliseconds since 1970. */
  nowMs(): number;
}

/** A request to the admin port. */
export interface AdminRequest {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** As it came. */
  readonly body: string;
}

/** Its answer; the body is to be sent as JSON. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a route works with. */
interface AdminContext {
  readonly kinesis: AdministeredKinesis;
  readonly clock: Clock;
  /** The part of the path that stands for an id. */
  readonly id: string;
  readonly body: string;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly what: string;
  readonly answer: (context: AdminContext) => AdminAnswer | Promise<AdminAnswer>;
}

const routes: readonly Route[] = [
  { method: 'GET', path: '/', what: 'this list', answer: listRoutes },
  { method: 'GET', path: '/health', what: 'answers when it is well', answer: () => ok({ status: 'ok' }) },
  {
    method: 'GET',
    path: '/streams',
    what: 'streams, their shards with what is kept in each, consumers and their running subscriptions',
    answer: ({ kinesis }) => ok(kinesis.snapshot()),
  },
  {
    method: 'GET',
    path: '/counts',
    what: 'how often each kind of fault was injected',
    answer: ({ kinesis }) => ok(kinesis.faults.counts()),
  },
  {
    method: 'GET',
    path: '/faults',
    what: 'the faults with their ids, and how often each was injected',
    answer: ({ kinesis }) =>
      ok({ faults: kinesis.faults.list().map(({ id, fault, injected }) => ({ id, fault, injected })) }),
  },
  { method: 'POST', path: '/faults', what: 'adds a fault, or an array of them', answer: addFaults },
  { method: 'DELETE', path: '/faults/{id}', what: 'ends a fault', answer: removeFault },
  { method: 'DELETE', path: '/faults', what: 'ends all faults', answer: removeFaults },
  {
    method: 'POST',
    path: '/clock/advance',
    what: 'moves a clock that is moved by hand: {"ms": 1000}',
    answer: advanceClock,
  },
];

/** Answers a request to the admin port. Never rejects. */
export async function answerAdmin(
  kinesis: AdministeredKinesis,
  clock: Clock,
  { method, path, body }: AdminRequest,
): Promise<AdminAnswer> {
  const matching = routes.filter((route) => matches(route, path));
  const asked = method === 'HEAD' ? 'GET' : method;
  const route = matching.find((candidate) => candidate.method === asked);
  if (!route) return noRoute(matching, method, path);
  try {
    return await route.answer({ kinesis, clock, id: path.slice(path.lastIndexOf('/') + 1), body });
  } catch (error) {
    if (error instanceof ShardlineError) return refusal(400, error.code, error.message);
    return refusal(500, 'INTERNAL', error instanceof Error ? error.message : String(error));
  }
}

function matches(route: Route, path: string): boolean {
  if (!route.path.endsWith('/{id}')) return route.path === path;
  const start = route.path.slice(0, -'{id}'.length);
  return path.startsWith(start) && /^[^/]+$/.test(path.slice(start.length));
}

function noRoute(matching: readonly Route[], method: string, path: string): AdminAnswer {
  if (matching.length === 0)
    return refusal(404, 'NOT_FOUND', `There is no ${path}. GET / lists what there is.`);
  const allow = matching.map((route) => route.method).join(', ');
  const answer = refusal(405, 'METHOD_NOT_ALLOWED', `${path} takes ${allow}, not ${method}.`);
  return { ...answer, headers: { allow } };
}

function listRoutes(): AdminAnswer {
  return ok({ routes: routes.map(({ method, path, what }) => ({ method, path, what })) });
}

/** All are checked before any is added. */
function addFaults({ kinesis, body }: AdminContext): AdminAnswer {
  const parsed = parse(body);
  if ('status' in parsed) return parsed;
  const faults = [parsed.value].flat() as readonly Fault[];
  for (const fault of faults) checkFault(fault);
  return { status: 201, body: { ids: faults.map((fault) => kinesis.faults.add(fault).id) } };
}

function removeFault({ kinesis, id }: AdminContext): AdminAnswer {
  const fault = kinesis.faults.list().find((candidate) => String(candidate.id) === id);
  if (!fault) return refusal(404, 'NOT_FOUND', `There is no fault ${id}. GET /faults lists them.`);
  fault.remove();
  return ok({ removed: 1 });
}

function removeFaults({ kinesis }: AdminContext): AdminAnswer {
  const removed = kinesis.faults.list().length;
  kinesis.faults.clear();
  return ok({ removed });
}

async function advanceClock({ clock, body, kinesis }: AdminContext): Promise<AdminAnswer> {
  if (!isMovable(clock)) {
    const message =
      'The local Kinesis runs on a clock that cannot be moved: start it with --manual-clock, or with a clock that has advance().';
    return refusal(409, 'CLOCK_NOT_MOVABLE', message);
  }
  const parsed = parse(body);
  if ('status' in parsed) return parsed;
  const { ms } = Object(parsed.value) as { ms?: unknown };
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0) {
    return refusal(400, 'INVALID_OPTION', 'The body must be {"ms": a number of milliseconds, 0 or more}.');
  }
  await clock.advance(ms);
  return ok({ nowMs: kinesis.nowMs() });
}

interface MovableClock extends Clock {
  advance(ms: number): Promise<void>;
}

function isMovable(clock: Clock): clock is MovableClock {
  return 'advance' in clock && typeof clock.advance === 'function';
}

function parse(body: string): { readonly value: unknown } | AdminAnswer {
  try {
    return { value: JSON.parse(body) as unknown };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refusal(400, 'INVALID_JSON', `The body is not JSON: ${reason}.`);
  }
}

function ok(body: object): AdminAnswer {
  return { status: 200, body };
}

/** An answer that says what is wrong. */
export function refusal(status: number, code: string, message: string): AdminAnswer {
  return { status, body: { code, message } };
}
