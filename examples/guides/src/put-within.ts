import type { Producer, UserRecord } from '@shardline/producer';

/** Waits no longer than `ms`. After 'not stored' nothing of it is stored; after 'not known yet' it may be, later. */
export async function putWithin(
  producer: Producer,
  record: UserRecord,
  ms: number,
): Promise<'stored' | 'not stored' | 'not known yet'> {
  const late = new AbortController();
  const stored = producer.put(record, { signal: late.signal }).then(
    () => 'stored' as const,
    (error) => {
      // It waited for room, or was not in an aggregate yet: the signal took it back.
      if (error.code === 'PUT_ABORTED' || error.code === 'PUT_WITHDRAWN') return 'not stored' as const;
      throw error;
    },
  );
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<'not known yet'>((resolve) => {
    timer = setTimeout(() => {
      late.abort();
      setImmediate(resolve, 'not known yet'); // what is taken back says so first
    }, ms);
  });
  return Promise.race([stored, over]).finally(() => clearTimeout(timer));
}
