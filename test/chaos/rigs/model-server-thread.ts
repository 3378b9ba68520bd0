/**
 * The model server in a thread of its own: it notes when calls come and go, and must not be kept from it by what the test
 * does meanwhile.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { CLOUD_MODEL, LOCAL_MODEL, type ModelNote, type ModelOrder } from './model-server.ts';
import { serve } from './serve.ts';

const SENTENCE = 'A good cup of tea is worth the wait.';
const last = (prompt: string, pattern: RegExp): string | undefined => [...prompt.matchAll(pattern)].at(-1)?.[1];
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const tell = (note: ModelNote): void => parentPort?.postMessage(note);

let answerMs = 100;
let count = 0;
parentPort?.on('message', (order: ModelOrder) => (answerMs = order.answerMs));

/** Notes a call, and how it ends. @returns how long it is to take */
function begin(prompt: string, response: ServerResponse): number {
  const call = (count += 1);
  tell({ kind: 'began', call, at: Date.now(), mark: last(prompt, /#([\w.-]+)/g) ?? '' });
  response.once('close', () => tell({ kind: response.writableFinished ? 'ended' : 'aborted', call, at: Date.now() }));
  return Number(last(prompt, /\((\d+) ms\)/g) ?? answerMs);
}

const json = (response: ServerResponse, body: unknown): void => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));

async function complete(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { messages } = JSON.parse(await text(request)) as { readonly messages: readonly { readonly content: unknown }[] };
  const ms = begin(messages.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content))).join('\n'), response);
  const isOllama = request.url?.startsWith('/api/') === true;
  response.writeHead(200, { 'content-type': isOllama ? 'application/x-ndjson' : 'text/event-stream' });
  response.flushHeaders();
  await wait(ms);
  if (isOllama) {
    response.write(`${JSON.stringify({ message: { role: 'assistant', content: JSON.stringify({ needs: 'nothing', confidence: 0.9, answer: SENTENCE }) }, done: false })}\n`);
    response.end(`${JSON.stringify({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 30, eval_count: 7 })}\n`);
    return;
  }
  const chunk = (rest: object): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: CLOUD_MODEL, ...rest })}\n\n`;
  response.write(chunk({ choices: [{ index: 0, delta: { content: SENTENCE }, finish_reason: null }] }));
  response.end(`${chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}${chunk({ choices: [], usage: { prompt_tokens: 30, completion_tokens: 7 } })}data: [DONE]\n\n`);
}

const { url } = await serve(async (request, response) => {
  if (request.url === '/api/tags') json(response, { models: [{ name: LOCAL_MODEL, model: LOCAL_MODEL, digest: 'd' }] });
  else if (request.url?.endsWith('/models')) json(response, { data: [{ id: CLOUD_MODEL }] });
  else await complete(request, response);
});
tell({ kind: 'listening', url });
