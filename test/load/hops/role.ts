/**
 * What the processes of a contender have in common: `bench.ts` forks each as `node <contender>.ts ROLE REDIS_URL`, waits
 * for `ready`, and asks by messages. The front of a contender asks its own chain, from within its process: HTTP would cost
 * all of them the same.
 */
import { summarise, type Summary } from '../statistics.ts';

/** `call` sends one message down the chain and resolves with what came back. */
export type Front = { readonly call: (text: string) => Promise<string> };

export interface Load {
  readonly kind: 'load';
  /** Calls under way at once. */
  readonly inFlight: number;
  readonly seconds: number;
  readonly text: string;
}

export interface LoadResult {
  readonly calls: number;
  readonly seconds: number;
  readonly latency: Summary;
}

export type Command = Load | { readonly kind: 'cpu' };

const answer = (value: unknown): void => void process.send?.(value);

async function load(front: Front, { inFlight, seconds, text }: Load): Promise<LoadResult> {
  const times: number[] = [];
  const began = performance.now();
  const until = began + seconds * 1_000;
  const loop = async (): Promise<void> => {
    while (performance.now() < until) {
      const at = performance.now();
      const came = await front.call(text);
      if (came.length !== text.length) throw new Error(`sent ${text.length} characters, ${came.length} came back`);
      times.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  const took = (performance.now() - began) / 1_000;
  return { calls: times.length, seconds: took, latency: summarise(times) };
}

/** Tells the parent that the role is ready, and answers what it asks. Ends with the parent. */
export function serve(front?: Front): void {
  process.on('message', (command: Command) => {
    if (command.kind === 'cpu') {
      const { user, system } = process.cpuUsage();
      answer({ cpuUs: user + system });
    } else if (front) {
      load(front, command).then(answer, (error: unknown) => answer({ error: String(error) }));
    }
  });
  process.on('disconnect', () => process.exit(0));
  answer({ ready: true });
}

export const [role = 'front', redisUrl = ''] = process.argv.slice(2);
/** Enough for all calls at once: a nested chain holds one place a call. */
export const CONCURRENCY = 64;
