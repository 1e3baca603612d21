import { setTimeout as sleep } from 'node:timers/promises';
import { type EventMessage, eventMessages } from './event-stream.js';
import type { Ask, Json, Scenario, Seen, Step, Subscribe } from './scenario.js';
import type { Wire, WireAnswer } from './wire.js';

/** The answers to a scenario's requests, by name, in order. */
export type Answers = ReadonlyMap<string, WireAnswer>;

const POLL_MS = 20;
const PATIENCE_MS = 60_000;
/** How long a subscription is listened to that does not bring what is wanted. */
const SUBSCRIPTION_MS = 6_000;

/** Sends the requests of a scenario one after the other. */
export async function play(wire: Wire, { name, steps }: Scenario): Promise<Answers> {
  const answers = new Map<string, WireAnswer>();
  const seen: Seen = (request, path) => valueAt(answers.get(request)?.body, path);
  const keep = (request: string, answer: WireAnswer) => {
    if (answers.has(request)) throw new Error(`scenario ${name} has two requests named ${request}`);
    answers.set(request, answer);
  };
  for (const step of steps) await playStep(wire, step, seen, keep);
  return answers;
}

type Keep = (request: string, answer: WireAnswer) => void;

async function playStep(wire: Wire, step: Step, seen: Seen, keep: Keep): Promise<void> {
  switch (step.kind) {
    case 'ask':
      return keep(step.name, await send(wire, step, seen));
    case 'subscribe':
      return subscribe(wire, step, seen, keep);
    case 'settle':
      return settled(() => statusOf(wire, 'DescribeStreamSummary', { StreamName: step.stream }));
    case 'settleConsumer':
      return settled(() => statusOf(wire, 'DescribeStreamConsumer', { ConsumerARN: step.arn(seen) }));
    case 'pause':
      return sleep(step.ms);
  }
}

function send(
  wire: Wire,
  { operation, body, raw }: Omit<Ask, 'name' | 'kind'>,
  seen: Seen,
): Promise<WireAnswer> {
  return wire.call(operation, typeof body === 'function' ? body(seen) : body, raw);
}

/** Reads events as the step demands. All records count as one list: how they are spread over events is nobody's business. */
async function subscribe(wire: Wire, step: Subscribe, seen: Seen, keep: Keep): Promise<void> {
  const response = await wire.open('SubscribeToShard', step.body(seen));
  const status = response.statusCode ?? 0;
  if (status >= 400) {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    keep(step.name, { status, body: JSON.parse(Buffer.concat(chunks).toString()) as Json });
    return;
  }
  const events = eventMessages(response);
  const timer = setTimeout(() => response.destroy(), SUBSCRIPTION_MS);
  const first = await nextOf(events);
  const meanwhile = step.meanwhile && (await send(wire, step.meanwhile, seen));
  keep(step.name, { status, body: await summed(step, first, events) });
  if (meanwhile) keep(`${step.name} / meanwhile`, meanwhile);
  clearTimeout(timer);
  response.destroy();
}

async function summed(
  step: Subscribe,
  first: EventMessage | undefined,
  events: AsyncIterator<EventMessage>,
): Promise<Json> {
  const records: unknown[] = [];
  let childShards: unknown;
  let exception: string | undefined;
  let message = first;
  const wanted = () =>
    records.length < step.records || (step.childShards === true && childShards === undefined);
  while (message) {
    exception = message.headers[':exception-type'];
    records.push(...((message.payload.Records as unknown[] | undefined) ?? []));
    childShards = message.payload.ChildShards ?? childShards;
    if (exception !== undefined || !wanted()) break;
    message = await nextOf(events);
  }
  return {
    Records: records,
    ...(childShards === undefined ? {} : { ChildShards: childShards }),
    ...(exception === undefined ? {} : { exception }),
    enough: !wanted(),
  };
}

/** The next message; none where the connection ended, by itself or because it had its time. */
async function nextOf(events: AsyncIterator<EventMessage>): Promise<EventMessage | undefined> {
  try {
    const next = await events.next();
    return next.done === true ? undefined : next.value;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') return undefined;
    throw error;
  }
}

async function statusOf(wire: Wire, operation: string, body: Json): Promise<string> {
  const answer = await wire.call(operation, body);
  if (answer.status >= 400) return 'gone';
  const [description] = Object.values(answer.body as Json) as [Json];
  return String(description.StreamStatus ?? description.ConsumerStatus);
}

/** Waits until a stream or a consumer is ACTIVE or gone. */
export async function settled(status: () => Promise<string>): Promise<void> {
  const untilMs = Date.now() + PATIENCE_MS;
  while (Date.now() < untilMs) {
    const present = await status();
    if (present === 'ACTIVE' || present === 'gone') return;
    await sleep(POLL_MS);
  }
  throw new Error(`neither ACTIVE nor gone in ${PATIENCE_MS} ms`);
}

function valueAt(body: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>> | undefined)?.[name], body);
}
