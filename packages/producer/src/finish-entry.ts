import type { Entry } from './entry.js';
import type { Epochs } from './epochs.js';
import type { Gate } from './gate.js';
import type { Lane } from './lane.js';
import type { Members } from './members.js';
import type { Reporter } from './reporter.js';
import { type FailureOf, type Landing, SettledEntry } from './settled-entry.js';

/** Who hears of the end of an entry. */
export interface EntryEndParts {
  readonly stream: string;
  readonly reporter: Reporter;
  readonly epochs: Epochs;
  readonly gate: Gate;
}

/** Settles every record of an entry: stored where it landed, or failed (P1). What was charged for them is given back. */
export function finishEntry(parts: EntryEndParts, lane: Lane, entry: Entry, end: Landing | FailureOf): void {
  const { reporter } = parts;
  const { members } = entry;
  const settled = new SettledEntry(parts.stream, entry, end);
  if (settled.stored) {
    reporter.tally.stored(members.count, entry.bytes);
    lane.stored(members.count, entry.bytes);
  } else if (settled.failure) reporter.failed(settled.failure, lane.shardId, members.count);
  try {
    entry.end(!settled.stored);
  } finally {
    tellAll(parts, members, settled);
  }
}

function tellAll({ reporter, epochs, gate }: EntryEndParts, members: Members, settled: SettledEntry): void {
  // First: what is kept of them is counted with whoever keeps it, and must not push idle buffers out for a moment.
  gate.giveBack(settled.length, members.chargedBytes);
  try {
    tellSinks(members, settled, 0);
    members.release();
    reporter.outcomes(settled);
  } finally {
    epochs.settle(members.epoch, settled.length);
    gate.lookAgain();
  }
}

/** A sink that throws keeps none of the others from its outcome. */
function tellSinks(
  { sinks, tags }: Pick<Members, 'sinks' | 'tags'>,
  settled: SettledEntry,
  from: number,
): void {
  let position = from;
  try {
    for (; position < sinks.length; position += 1) {
      sinks[position]?.settle(tags[position] ?? 0, settled, position);
    }
  } finally {
    if (position < sinks.length) tellSinks({ sinks, tags }, settled, position + 1);
  }
}
