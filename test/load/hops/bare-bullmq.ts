/** Contender: the same hops with BullMQ and a reply stream, and nothing else. What the mesh costs above it is what its promises cost. */
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { CONCURRENCY, redisUrl, role, serve } from './role.ts';

const REPLIES = 'bare:replies';
const connection = (): Redis => new Redis(redisUrl, { maxRetriesPerRequest: null });
// As the mesh has to: a finished job that is gone cannot be seen as a repeat.
const options = { removeOnComplete: { age: 3_600, count: 10_000 }, removeOnFail: true };

if (role === 'dispatcher') {
  const next = new Queue('bare-work', { connection: connection() });
  await new Worker('bare-dispatch', async (job) => void (await next.add('job', job.data, { ...options, jobId: `${String(job.data.id)}.work` })), { connection: connection(), concurrency: CONCURRENCY }).waitUntilReady();
  serve();
} else if (role === 'worker') {
  const client = connection();
  await new Worker('bare-work', async (job) => void (await client.xadd(REPLIES, 'MAXLEN', '~', '10000', '*', 'id', String(job.data.id), 'text', String(job.data.text))), { connection: connection(), concurrency: CONCURRENCY }).waitUntilReady();
  serve();
} else {
  const first = new Queue('bare-dispatch', { connection: connection() });
  const reader = connection();
  const waiting = new Map<string, (text: string) => void>();
  let count = 0;
  const read = async (): Promise<void> => {
    let last = '$';
    for (;;) {
      const streams = await reader.xread('COUNT', 500, 'BLOCK', 5_000, 'STREAMS', REPLIES, last);
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
  serve({
    call: (text) => {
      const id = `r${process.pid}-${++count}`;
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      waiting.set(id, resolve);
      first.add('job', { id, text }, { ...options, jobId: `${id}.dispatch` }).catch((error: unknown) => reject(error));
      return promise;
    },
  });
}
