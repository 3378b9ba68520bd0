/** The server of `slot-server.ts`, in a thread of its own: its clock must not wait for the benchmark. */
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { parentPort, workerData } from 'node:worker_threads';
import { LOCAL_MODEL } from '../../chaos/rigs/model-server.ts';
import { serve } from '../../chaos/rigs/serve.ts';
import { nowMs, type SlotCall, type SlotNote } from './slot-server.ts';

const { slots, tokensPerSecond } = workerData as { readonly slots: number; readonly tokensPerSecond: number };
const SENTENCE = 'A good cup of tea is worth the wait.';
const TOKEN_CHARACTERS = 4;
const DEFAULT_TOKENS = 48;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const tell = (note: SlotNote): void => parentPort?.postMessage(note);
const last = (prompt: string, pattern: RegExp): string | undefined => [...prompt.matchAll(pattern)].at(-1)?.[1];

interface Composed {
  readonly pieces: readonly string[];
  /** With which token the first letter of the text came, and with which its first sentence was complete. */
  readonly textToken: number;
  readonly sentenceToken: number;
}

/** An answer of so many tokens, at least one sentence long, in the order of the form that the worker asks for. */
function compose(tokens: number): Composed {
  const frame = JSON.stringify({ needs: 'nothing', confidence: 0.9, answer: '' }).length;
  const sentences = Math.max(1, Math.floor((tokens * TOKEN_CHARACTERS - frame) / (SENTENCE.length + 1)));
  const output = JSON.stringify({ needs: 'nothing', confidence: 0.9, answer: Array.from({ length: sentences }, () => SENTENCE).join(' ') });
  const size = Math.ceil(output.length / tokens);
  const from = output.indexOf(SENTENCE);
  return { pieces: cut(output, size), textToken: Math.floor(from / size) + 1, sentenceToken: Math.ceil((from + SENTENCE.length) / size) };
}

const FEWEST_LETTERS = 20;

/** The first sentences of the first passage of the prompt, as the answer that rests on them; at the usual characters a token. */
function composeFrom(prompt: string): Composed {
  const passage = /<passage number="1"[^>]*>\n([\s\S]*?)\n<\/passage>/.exec(prompt)?.[1] ?? '';
  const texts = passage.split(/(?<=[.!?])\s+|\n+/).filter((text) => text.length >= FEWEST_LETTERS && /[.!?]$/.test(text)).slice(0, 2);
  const output = JSON.stringify({ needs: 'nothing', confidence: 0.9, sentences: texts.map((text) => ({ passage: 1, quote: text, text })) });
  const from = output.indexOf('"text":"') + '"text":"'.length;
  return { pieces: cut(output, TOKEN_CHARACTERS), textToken: Math.floor(from / TOKEN_CHARACTERS) + 1, sentenceToken: Math.ceil((output.indexOf('}') + 1) / TOKEN_CHARACTERS) };
}

const cut = (output: string, size: number): string[] => Array.from({ length: Math.ceil(output.length / size) }, (_, at) => output.slice(at * size, (at + 1) * size));

let free = slots;
const waiting: (() => void)[] = [];

function takeSlot(response: ServerResponse): Promise<boolean> {
  if (free > 0) {
    free--;
    return Promise.resolve(true);
  }
  return new Promise((resolve) => {
    const take = (): void => resolve(true);
    waiting.push(take);
    response.once('close', () => {
      const at = waiting.indexOf(take);
      if (at < 0) return;
      waiting.splice(at, 1);
      resolve(false);
    });
  });
}

function giveSlot(): void {
  const next = waiting.shift();
  if (next) next();
  else free++;
}

/** Sends the tokens at their times, until all are sent or the caller has left. Later ones do not wait for a late one: the slot keeps its pace. */
async function generate(pieces: readonly string[], response: ServerResponse, onToken: (token: number) => void): Promise<boolean> {
  const startedAt = nowMs();
  let sent = 0;
  while (sent < pieces.length) {
    const wait = startedAt + ((sent + 1) * 1_000) / tokensPerSecond - nowMs();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (response.destroyed) return false;
    response.write(`${JSON.stringify({ model: LOCAL_MODEL, message: { role: 'assistant', content: pieces[sent] }, done: false })}\n`);
    onToken((sent += 1));
  }
  response.end(`${JSON.stringify({ model: LOCAL_MODEL, message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 30, eval_count: pieces.length })}\n`);
  return true;
}

async function chat(body: string, response: ServerResponse): Promise<void> {
  const arrivedAt = nowMs();
  const { messages, format } = JSON.parse(body) as { readonly messages: readonly { readonly content: string }[]; readonly format?: unknown };
  const prompt = messages.map(({ content }) => content).join('\n');
  const mark = last(prompt, /#([\w.-]+)/g) ?? '';
  const tokens = Number(last(prompt, /\((\d+) tokens\)/g) ?? DEFAULT_TOKENS);
  const call = { mark, tokens, arrivedAt };
  if (!(await takeSlot(response))) return tell({ ended: { ...call, endedAt: nowMs(), isAborted: true } });
  const startedAt = nowMs();
  tell({ started: mark });
  const seen: { firstTokenAt?: number; textAt?: number; sentenceAt?: number } = {};
  const { pieces, textToken, sentenceToken } = JSON.stringify(format ?? '').includes('"sentences"') ? composeFrom(prompt) : compose(tokens);
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const isComplete = await generate(pieces, response, (token) => {
    if (token === 1) seen.firstTokenAt = nowMs();
    if (token === textToken) seen.textAt = nowMs();
    if (token === sentenceToken) seen.sentenceAt = nowMs();
  });
  const ended: SlotCall = { ...call, startedAt, ...seen, endedAt: nowMs(), isAborted: !isComplete };
  giveSlot();
  tell({ ended });
}

const { url } = await serve(async (request, response) => {
  const body = await text(request);
  if (request.url === '/api/chat') return chat(body, response);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ models: [{ name: LOCAL_MODEL, model: LOCAL_MODEL, digest: 'd' }] }));
});
tell({ url });
