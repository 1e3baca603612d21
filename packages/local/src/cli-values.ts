import { integerBetween, nearName, type OptionRow } from '@shardline/core/internal';
import { checkFault } from './check-fault.js';
import { CliUsageError } from './cli-usage-error.js';
import type { Fault } from './fault.js';
import { limitOptions } from './limit-options.js';
import { type StreamSpec, streamSpecOptions } from './local-options.js';
import { maxShardsOfStream, operationNames, type ServiceLimits } from './service-limits.js';

/** Throws what is wrong with the text that was given to an option. */
export function wrongValue(option: string, expected: string, received: string): never {
  const text = received.length > 60 ? `${received.slice(0, 57)}...` : received;
  throw new CliUsageError(`${option} must be ${expected}; received "${text}".`);
}

/** A whole number in [low, high]. */
export function wholeNumber(option: string, text: string, low: number, high: number): number {
  const { accepts, expected } = integerBetween(low, high);
  const value = /^\d+$/.test(text) ? Number(text) : undefined;
  return value !== undefined && accepts(value) ? value : wrongValue(option, expected, text);
}

/** A text that the row accepts. */
export function checkedText(
  option: string,
  row: Pick<OptionRow, 'accepts' | 'expected'>,
  text: string,
): string {
  return row.accepts(text) ? text : wrongValue(option, row.expected, text);
}

/** `NAME`, `NAME:SHARDS`, `NAME:on-demand` or `NAME:on-demand-auto`. */
export function streamSpec(text: string): StreamSpec {
  const [name = '', capacity] = text.split(':', 2);
  if (!streamSpecOptions.name.accepts(name) || text.split(':').length > 2) {
    const expected =
      'NAME, NAME:SHARDS, NAME:on-demand or NAME:on-demand-auto, a name being 1 to 128 of the characters a-z, A-Z, 0-9, _ . -';
    wrongValue('--stream', expected, text);
  }
  if (capacity === undefined) return { name, shards: 1 };
  if (capacity === 'on-demand') return { name, mode: 'on-demand' };
  if (capacity === 'on-demand-auto') return { name, mode: 'on-demand', recordDistribution: 'auto' };
  const range = integerBetween(1, maxShardsOfStream);
  const shards = /^\d+$/.test(capacity) ? Number(capacity) : undefined;
  if (shards !== undefined && range.accepts(shards)) return { name, shards };
  const expected = `followed by ${range.expected}, on-demand or on-demand-auto`;
  return wrongValue(`--stream ${name}:`, expected, capacity);
}

const ratesByOperation = ['accountCallsPerSecond', 'streamCallsPerSecond'] as const;
const limitNames: readonly string[] = (Object.keys(limitOptions) as (keyof ServiceLimits)[]).filter(
  (name) => name !== 'writeModel' && !ratesByOperation.some((rates) => rates === name),
);

/** Limits out of `NAME=NUMBER`s; those by operation are `accountCallsPerSecond.OPERATION=NUMBER`. */
export function limitsOf(texts: readonly string[]): Partial<ServiceLimits> {
  const limits: Record<string, unknown> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at === -1) wrongValue('--limit', 'NAME=NUMBER', text);
    const [name, number] = [text.slice(0, at), text.slice(at + 1)];
    const [rates = '', operation] = name.split('.', 2);
    if (operation !== undefined && ratesByOperation.some((known) => known === rates)) {
      requireKnown('Kinesis has no operation', operation, operationNames, 'See its API reference.');
      limits[rates] = { ...(limits[rates] as object | undefined), [operation]: limitNumber(name, number) };
    } else {
      const all = [...limitNames, ...ratesByOperation.map((known) => `${known}.OPERATION`)].join(', ');
      requireKnown('there is no limit', name, limitNames, `Known: ${all}.`);
      limits[name] = limitNumber(name, number);
    }
  }
  return limits;
}

function requireKnown(problem: string, name: string, known: readonly string[], otherwise: string): void {
  if (known.includes(name)) return;
  const near = nearName(name, known);
  const advice = near ? `Did you mean ${near}?` : otherwise;
  throw new CliUsageError(`--limit: ${problem} "${name}". ${advice}`);
}

function limitNumber(name: string, text: string): number {
  const { accepts, expected } = limitOptions.shardWriteRecordsPerSecond;
  const value = /^(\d+(\.\d+)?|Infinity)$/.test(text) ? Number(text) : undefined;
  return value !== undefined && accepts(value) ? value : wrongValue(`--limit ${name}`, expected, text);
}

/** Faults out of JSON: one, or an array. `source` is the option or the file that has them. */
export function faultsOf(source: string, text: string): readonly Fault[] {
  const faults = [parsed(source, text)].flat() as readonly Fault[];
  faults.forEach((fault, index) => {
    try {
      checkFault(fault);
    } catch (error) {
      const which = faults.length === 1 ? '' : ` fault ${index + 1}:`;
      throw new CliUsageError(`${source}:${which} ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  return faults;
}

function parsed(source: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
    throw new CliUsageError(
      `${source} must be JSON, one fault such as {"kind":"stall","times":1} or an array of them: ${reason}.`,
    );
  }
}
