import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { toMeshError } from '@switchyard/errors';
import { readPassages } from './read-passages.js';
import type { ReadingAnswer, ReadingOrder } from './reading-messages.js';

/** Passages that go to the tier's thread in one message: some 2 ms of its time. */
const BATCH = 64;

// On Linux a priority is a thread's own: questions, which the tier's thread answers, get three times the time of documents.
if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + 5));

const port = parentPort;
const post = (answer: ReadingAnswer): void => port?.postMessage(answer);

port?.on('message', (order: ReadingOrder) => {
  void read(order);
});

async function read(order: ReadingOrder): Promise<void> {
  try {
    const { title, passages } = await readPassages(order);
    let batch = [];
    for (const passage of passages) {
      batch.push(passage);
      if (batch.length < BATCH) continue;
      post({ kind: 'passages', passages: batch });
      batch = [];
    }
    post({ kind: 'done', title, passages: batch });
  } catch (thrown) {
    const { code, detail, field } = toMeshError(thrown);
    post({ kind: 'failed', code, detail, field });
  }
}
