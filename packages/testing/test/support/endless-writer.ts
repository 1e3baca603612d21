/*
 * A process to be killed: writes accepted or delivered records without ever yielding, and reports each id on its standard output once the
 * ledger's call has returned. Arguments: how it writes, and the file.
 */
import { createWriteStream, writeSync } from 'node:fs';
import { acceptedLine } from '../../src/ledger-event.js';
import { RecordLedger } from '../../src/record-ledger.js';

const [, , manner = '', path = ''] = process.argv;
const ledger = manner === 'stream' ? undefined : new RecordLedger({ path });
const stream = manner === 'stream' ? createWriteStream(path) : undefined;

for (let first = 0; ; first += 3) {
  const records = [first, first + 1, first + 2].map((id) => ({ key: `key-${id % 5}`, id: String(id) }));
  if (manner === 'one') for (const record of records) ledger?.accepted(record);
  else if (manner === 'many') ledger?.acceptedMany(records);
  else if (manner === 'delivered') ledger?.deliveredMany(records.map(deliveredAt));
  else stream?.write(records.map(acceptedLine).join(''));
  report(first + 2);
}

function deliveredAt(record: { readonly key: string; readonly id: string }) {
  return { ...record, shardId: 'shardId-000000000000', sequenceNumber: record.id, subSequenceNumber: 0 };
}

/** Standard output may be a pipe that does not block: when it is full, the write is tried until it passes. */
function report(id: number): void {
  for (;;) {
    try {
      writeSync(1, `${id}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}
