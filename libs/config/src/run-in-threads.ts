import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/**
 * Runs a program once for each input, as many at the same time as there are processors.
 * @param program a module that reads `workerData` and posts one message
 * @returns the messages in the order of the inputs
 * @throws whatever a program throws, or an Error where one ends without a message; the others are ended then
 */
export async function runInThreads<Output>(program: URL, inputs: readonly unknown[], threads: number = availableParallelism()): Promise<Output[]> {
  const outputs: Output[] = [];
  const running = new Set<Worker>();
  let next = 0;
  const run = async (): Promise<void> => {
    for (let at = next++; at < inputs.length; at = next++) outputs[at] = await runOnce<Output>(program, inputs[at], running);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(threads, inputs.length) }, run));
  } finally {
    next = inputs.length;
    for (const worker of running) void worker.terminate();
  }
  return outputs;
}

function runOnce<Output>(program: URL, workerData: unknown, running: Set<Worker>): Promise<Output> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData });
    running.add(worker);
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      running.delete(worker);
      // Too late to matter where there was a message.
      reject(new Error(`a thread ended with ${code} and no message`));
    });
  });
}
