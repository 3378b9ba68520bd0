import type { Reply } from '@switchyard/contracts';
import { MeshError, toMeshError } from '@switchyard/errors';
import { DeltaJoin } from '@switchyard/queue';
import type { MeshEvent } from '../ask/mesh.js';
import { openAiErrorOf } from '../problem/problem.js';
import { writeEvent } from '../reply/server-sent-events.js';
import { contentChunk, finalChunks, roleChunk, type ChatHead } from './chat-answer.js';
import { failureOf } from './failure-of.js';

const data = (value: unknown): string => writeEvent({ data: JSON.stringify(value) });
const DONE = writeEvent({ data: '[DONE]' });

/**
 * The events of a request as the chunks of a chat completion. The status was sent with the first chunk, so what fails later
 * is told as OpenAI does it: a `data:` with an `error`, which its clients throw.
 * @param onReply told the outcome, for the figures
 */
export async function* chatStream(chat: ChatHead, events: AsyncIterable<MeshEvent>, onReply: (reply: Reply) => void): AsyncGenerator<string, void, undefined> {
  const join = new DeltaJoin();
  yield data(roleChunk(chat));
  try {
    for await (const event of events) {
      if (event.kind === 'decided') continue;
      if (event.kind === 'delta') {
        const text = join.delta(event.epoch, event.text);
        if (text !== '') yield data(contentChunk(chat, text));
        continue;
      }
      onReply(event.reply);
      const failure = failureOf(event.reply);
      if (failure) throw failure;
      const rest = join.reply(event.reply.text);
      if (rest !== '') yield data(contentChunk(chat, rest));
      for (const chunk of finalChunks(chat, event.reply.receipt)) yield data(chunk);
      yield DONE;
      return;
    }
    throw new MeshError('DEADLINE_PASSED', 'no reply came in time');
  } catch (error) {
    yield data(openAiErrorOf(toMeshError(error)));
    yield DONE;
  }
}
