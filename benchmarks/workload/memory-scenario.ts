import type { CaseParameters } from '../benchmark.js';

/** How a producer is pressed against the bound of its memory. */
export interface MemoryScenario {
  /** When PutRecords is answered: after so many milliseconds, never, or not even taken off the socket. */
  readonly answerPutsAfter: number | 'never' | 'unread';
  readonly shards: number;
  readonly recordBytes: number;
  readonly way: 'put' | 'put-many' | 'try-put';
  readonly whenFull: 'wait' | 'reject';
  readonly aggregate: 'always' | 'never';
  /** Whether as many puts wait for room as may: they may hold the bound once more. */
  readonly fillsWaiting: boolean;
  /** The number of shards is doubled and halved again every so many milliseconds; 0: never. */
  readonly reshardEveryMs: number;
  /** Whether one shard stores nothing: each call has some records that are tried again and again, and more that are stored. */
  readonly oneShardFails: boolean;
}

const plainest: MemoryScenario = {
  answerPutsAfter: 2_000,
  shards: 64,
  recordBytes: 100,
  way: 'put-many',
  whenFull: 'wait',
  aggregate: 'always',
  fillsWaiting: false,
  reshardEveryMs: 0,
  oneShardFails: false,
};

function scenario(differences: Partial<MemoryScenario>): MemoryScenario {
  return { ...plainest, ...differences };
}

const waysIn: readonly Partial<MemoryScenario>[] = [
  { way: 'put' },
  { way: 'put', whenFull: 'reject' },
  { way: 'put-many' },
  { way: 'put-many', whenFull: 'reject' },
  { way: 'try-put' },
];

/** Every way in, against a slow and a silent server, over few and many lanes, with small and large records. */
function crossed(): readonly MemoryScenario[] {
  return ([2_000, 'never'] as const).flatMap((answerPutsAfter) =>
    [64, 4_096].flatMap((shards) =>
      [100, 10_000].flatMap((recordBytes) =>
        waysIn.map((way) => scenario({ answerPutsAfter, shards, recordBytes, ...way })),
      ),
    ),
  );
}

export const memoryScenarios: readonly MemoryScenario[] = [
  ...crossed(),
  scenario({ answerPutsAfter: 'unread' }),
  scenario({ answerPutsAfter: 'unread', recordBytes: 10_000, way: 'put' }),
  scenario({ reshardEveryMs: 1_000 }),
  scenario({ reshardEveryMs: 1_000, way: 'put', recordBytes: 10_000 }),
  scenario({ aggregate: 'never' }),
  scenario({ answerPutsAfter: 0, oneShardFails: true }),
  scenario({ aggregate: 'never', recordBytes: 1_000_000, way: 'put' }),
  scenario({ way: 'put', fillsWaiting: true }),
  scenario({ way: 'put', recordBytes: 10_000, fillsWaiting: true }),
];

/** What `--quick` and `pnpm verify` try: the ones that differ most. */
export const quickMemoryScenarios: readonly MemoryScenario[] = [
  scenario({ way: 'put' }),
  scenario({ answerPutsAfter: 'never', shards: 4_096, recordBytes: 10_000 }),
  scenario({ recordBytes: 10_000, way: 'try-put' }),
  scenario({ answerPutsAfter: 'never' }),
  scenario({ answerPutsAfter: 'never', shards: 4_096, way: 'put', whenFull: 'reject' }),
  scenario({ reshardEveryMs: 1_000 }),
];

/** What readers see, unique among the scenarios. */
export function memoryScenarioName(one: MemoryScenario): string {
  const { answerPutsAfter, shards, recordBytes, way, whenFull } = one;
  const server = {
    never: 'silent server',
    unread: 'server that reads nothing',
    [Number(answerPutsAfter)]: `answers after ${Number(answerPutsAfter) / 1_000} s`,
    0: 'answers at once',
  }[answerPutsAfter];
  const parts = [server, `${shards} shards`, `${recordBytes} B`, way];
  if (way !== 'try-put') parts.push(`whenFull ${whenFull}`);
  if (one.aggregate === 'never') parts.push('not aggregated');
  if (one.fillsWaiting) parts.push('waiting puts too');
  if (one.reshardEveryMs > 0) parts.push('resharding');
  if (one.oneShardFails) parts.push('one shard fails');
  return parts.join(', ');
}

/** A scenario as it travels to the process of its case. */
export function memoryParameters(one: MemoryScenario, pressureMs: number): CaseParameters {
  return { ...one, pressureMs };
}

/** And there again. */
export function memoryScenarioOf(parameters: CaseParameters): MemoryScenario {
  const missing = Object.keys(plainest).filter((name) => !(name in parameters));
  if (missing.length > 0) throw new TypeError(`the memory case lacks ${missing.join(', ')}`);
  return parameters as unknown as MemoryScenario;
}
