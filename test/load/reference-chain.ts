/**
 * The reference of the mesh benchmark: the same number of hops and nothing else. HTTP in, two BullMQ jobs (one a tier),
 * a reply over a Redis Stream; no validation, sealing, audit, deadline, conversation or answer. What the mesh costs
 * above it is what its promises cost.
 *
 * Run as `node reference-chain.ts ROLE REDIS_URL`, ROLE being front, first or second.
 */
import { createServer } from 'node:http';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const [role = 'front', redisUrl = ''] = process.argv.slice(2);
const connection = (): Redis => new Redis(redisUrl, { maxRetriesPerRequest: null });
const options = { removeOnComplete: { age: 60, count: 1_000 }, removeOnFail: true };

if (role === 'first') {
  const next = new Queue('reference-second', { connection: connection() });
  new Worker('reference-first', async (job) => void (await next.add('job', job.data, { ...options, jobId: `${String(job.data.id)}.second` })), { connection: connection(), concurrency: 16 });
} else if (role === 'second') {
  const client = connection();
  new Worker('reference-second', async (job) => void (await client.xadd('reference-replies', 'MAXLEN', '~', '10000', '*', 'id', String(job.data.id), 'text', String(job.data.text))), { connection: connection(), concurrency: 16 });
} else {
  const first = new Queue('reference-first', { connection: connection() });
  const reader = connection();
  const waiting = new Map<string, (text: string) => void>();
  let count = 0;
  const read = async (): Promise<void> => {
    let last = '$';
    for (;;) {
      const streams = await reader.xread('BLOCK', 5_000, 'STREAMS', 'reference-replies', last);
      for (const [, entries] of streams ?? []) {
        for (const [id, fields] of entries) {
          last = id;
          waiting.get(fields[1] ?? '')?.(fields[3] ?? '');
          waiting.delete(fields[1] ?? '');
        }
      }
    }
  };
  void read();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const id = `r${process.pid}-${++count}`;
      waiting.set(id, (text) => response.end(JSON.stringify({ text })));
      void first.add('job', { id, text: body }, { ...options, jobId: `${id}.first` });
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    console.log(JSON.stringify({ event: 'listening', url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}` }));
  });
}
if (role !== 'front') console.log(JSON.stringify({ event: 'listening', url: 'none' }));
