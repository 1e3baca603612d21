import { Agent, request } from 'node:https';
import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { type ConsumeWork, consumeCase, type StreamReader } from '../workload/consume-case.js';
import { perPage } from '../workload/page-spec.js';
import { eachInFlight, IN_FLIGHT } from '../workload/sdk-client.js';

/** Makes an iterator, or reads where one stands; the null server's iterators are stream, shard and page. */
type Call = (iterator: string) => Promise<number>;

function caller(endpoint: string, agent: Agent): Call {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'Kinesis_20131202.GetRecords',
  };
  return (ShardIterator) =>
    new Promise((resolve, reject) => {
      const sent = request(endpoint, { method: 'POST', agent, headers });
      sent.once('error', reject);
      sent.once('response', (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.once('error', reject);
        response.once('end', () => {
          if (response.statusCode === 200) resolve(bytes);
          else reject(new Error(`the null server answered ${response.statusCode}`));
        });
      });
      sent.end(JSON.stringify({ ShardIterator }));
    });
}

/** The floor under every reader: the answers' bytes taken off TLS sockets and counted, not kept, parsed or decoded. */
function openReader({ endpoint, stream, shards, pages }: ConsumeWork): StreamReader {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const call = caller(endpoint, agent);
  const known = perPage(pages);
  let next = 0;
  return {
    async read(records) {
      const count = Math.ceil(records / known);
      const turn = Array.from({ length: count }, (_, at) => next + at);
      next += count;
      await eachInFlight(turn, async (at) => {
        const bytes = await call(`${stream}/${at % shards}/${Math.floor(at / shards)}`);
        if (bytes < known * pages.recordBytes) throw new Error(`a page has only ${bytes} bytes`);
      });
      return count * known;
    },
    close: () => agent.destroy(),
  };
}

export function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  return consumeCase(parameters, { open: openReader });
}
