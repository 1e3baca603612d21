import { aThing, constructorName } from './constructor-name.js';
import { InvalidOptionError } from './error.js';
import { refuseNoRegion } from './region-name.js';

/**
 * One row of a package's option table. The table drives validation, the option pages in docs/ and the README: an option
 * that is not in it does not exist.
 */
export interface OptionRow {
  /** One sentence: what it does. */
  readonly summary: string;
  /** What a value must be, in words that end the sentence "must be …". Quoted in errors and docs. */
  readonly expected: string;
  /** Whether a given value is acceptable. */
  readonly accepts: (value: unknown) => boolean;
  /** Value used when the option is absent; `undefined` where there is none. */
  readonly defaultValue?: unknown;
  /** True where a value must be given. */
  readonly required?: boolean;
  /** Name in the KPL or KCL, where there is one. */
  readonly javaName?: string;
  /** Why the default is what it is, or what the option trades against. */
  readonly reason?: string;
}

/** All options of one constructor or function, by name. */
export type OptionTable<Name extends string> = Readonly<Record<Name, OptionRow>>;

/** Checks `given` against `table` and fills in defaults. Unknown names are refused: they are mostly typing errors. */
export function resolveOptions<Name extends string>(
  owner: string,
  table: OptionTable<Name>,
  given: unknown,
): Record<Name, unknown> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new InvalidOptionError({ owner, option: 'options', received: given, expected: 'an object' });
  }
  refuseValueOfOption(owner, table, given);
  const names = Object.keys(table) as Name[];
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(table, name)) {
      const received = (given as Record<string, unknown>)[name];
      throw new InvalidOptionError({ owner, option: name, received, known: names });
    }
  }
  const resolved = {} as Record<Name, unknown>;
  for (const name of names) {
    const row = table[name];
    const value = (given as Record<string, unknown>)[name];
    const chosen = value === undefined ? row.defaultValue : value;
    if (chosen === undefined ? row.required === true : !row.accepts(chosen)) {
      throw new InvalidOptionError({ owner, option: name, received: chosen, expected: row.expected });
    }
    resolved[name] = chosen;
  }
  refuseNoRegion((resolved as Readonly<Record<string, unknown>>).clientConfig);
  return resolved;
}

/** A client or a connection in the place of all options has members that no user wrote: those are not what is wrong. */
function refuseValueOfOption(owner: string, table: Readonly<Record<string, OptionRow>>, given: object): void {
  const { client, connection, clientConfig } = table;
  const own = (client?.accepts(given) && 'client') || (connection?.accepts(given) && 'connection');
  const meant = own || (clientConfig && aClient('').accepts(given) && 'clientConfig');
  if (!meant) return;
  const name = constructorName(given) ?? 'Object';
  throw new InvalidOptionError({
    owner,
    option: 'options',
    received: given,
    expected: `an object of options (did you mean { ${meant} }?)`,
    inWords: aThing(name),
  });
}

/** A row's `accepts` for a whole number in [low, high]. */
export function integerBetween(low: number, high: number): Pick<OptionRow, 'accepts' | 'expected'> {
  const words = (value: number) => value.toLocaleString('en-US');
  const range =
    high === Number.MAX_SAFE_INTEGER ? `${words(low)} or more` : `${words(low)} to ${words(high)}`;
  return {
    expected: `a whole number, ${range}`,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high,
  };
}

/** A row's `accepts` for one of a few strings. */
export function oneOf(...choices: readonly string[]): Pick<OptionRow, 'accepts' | 'expected'> {
  return {
    expected: `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`,
    accepts: (value) => choices.includes(value as string),
  };
}

/** A row's `accepts` for a function. */
export function callable(): Pick<OptionRow, 'accepts' | 'expected'> {
  return { expected: 'a function', accepts: (value) => typeof value === 'function' };
}

/** A row's `accepts` for an object that is no array. */
export function anObject(): Pick<OptionRow, 'accepts' | 'expected'> {
  return {
    expected: 'an object',
    accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  };
}

/** A row's `accepts` for a signal, whichever realm or polyfill it is of. */
export function abortSignal(): Pick<OptionRow, 'accepts' | 'expected'> {
  return {
    expected: 'an AbortSignal',
    accepts: (value) => {
      const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
      return typeof aborted === 'boolean' && typeof addEventListener === 'function';
    },
  };
}

/** A row's `accepts` for the milliseconds after which something is given up; infinite for never. */
export function deadline(): Pick<OptionRow, 'accepts' | 'expected'> {
  return {
    expected: 'a number of milliseconds, 0 or more',
    accepts: (value) => typeof value === 'number' && value >= 0,
  };
}

/** A row's `accepts` for a stream by its name or ARN. */
export function streamNameOrArn(): Pick<OptionRow, 'accepts' | 'expected'> {
  return {
    expected: "a stream name of 1 to 128 letters, digits, '.', '_' or '-', or a stream ARN",
    accepts: (value) =>
      typeof value === 'string' &&
      (/^[\w.-]{1,128}$/.test(value) ||
        /^arn:[\w-]+:kinesis:[\w-]+:\d{12}:stream\/[\w.-]{1,128}$/.test(value)),
  };
}

/** A row's `accepts` for a client of the AWS SDK, of whichever copy; `name` is that of its class. */
export function aClient(name: string): Pick<OptionRow, 'accepts' | 'expected'> {
  return {
    expected: `a ${name}`,
    accepts: (value) => typeof (value as { readonly send?: unknown } | null)?.send === 'function',
  };
}

/** A row's `accepts` for a connection to share, by its methods: an application can hold the ESM and the CJS copy of its class at once. */
export function aConnection(): Pick<OptionRow, 'accepts' | 'expected'> {
  return {
    expected: 'a KinesisConnection',
    accepts: (value) => {
      const { join, stats } = (value ?? {}) as { readonly join?: unknown; readonly stats?: unknown };
      return typeof join === 'function' && typeof stats === 'function';
    },
  };
}
