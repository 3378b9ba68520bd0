/** One streamed answer at a time: what the mesh adds to the time that the model server itself takes. */
import { createParser } from 'eventsource-parser';
import type { Door } from '../../chaos/client/door.ts';
import { waitFor } from '@switchyard/testing';
import { summarise, type Summary } from '../statistics.ts';
import { nowMs, type SlotServer } from './slot-server.ts';

export interface FirstTokenOptions {
  readonly door: Door;
  readonly tenant: string;
  /** What is asked, before the mark and the number of tokens. */
  readonly question: string;
  readonly server: SlotServer;
  readonly answers: number;
  readonly tokens: number;
  /** Told apart in the server's notes. */
  readonly name: string;
  readonly say: (line: string) => void;
}

export interface FirstTokenFigures {
  /** From the question to the first token, asked of the server itself. */
  readonly server: Summary;
  /** From the question to the first words that the customer is shown. */
  readonly mesh: Summary;
  /** Of that, before the server has the question. */
  readonly before: Summary;
  /** `mesh` without the server's own time to the first token of its output, answer by answer. */
  readonly addedToFirstToken: Summary;
  /** `mesh` without the server's own time to the token with the first letter of the answer's text: what comes before it decides whether it is an answer. */
  readonly addedToFirstText: Summary;
  /** `mesh` without the server's own time to its first whole sentence. */
  readonly addedToFirstSentence: Summary;
  /** `mesh` without the server's own time to the end of its answer. */
  readonly addedToWholeAnswer: Summary;
}

/** The first answers pay for connections that are opened. */
const WARM_UP = 5;

interface Seen {
  readonly mark: string;
  readonly askedAt: number;
  readonly firstAt: number;
}

async function askMesh({ door, tenant, question, tokens }: FirstTokenOptions, mark: string): Promise<Seen> {
  const askedAt = nowMs();
  let firstAt: number | undefined;
  const response = await door.open({ tenant, method: 'POST', path: '/v1/chat/completions', body: { model: 'switchyard', stream: true, messages: [{ role: 'user', content: `${question} #${mark} (${tokens} tokens)` }] } });
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') return;
      const { choices } = JSON.parse(data) as { readonly choices?: readonly { readonly delta?: { readonly content?: string } }[] };
      if (choices?.[0]?.delta?.content) firstAt ??= nowMs();
    },
  });
  for await (const chunk of response) parser.feed(String(chunk));
  if (firstAt === undefined) throw new Error(`no answer to ${mark}: HTTP ${response.statusCode}`);
  return { mark, askedAt, firstAt };
}

async function askServer({ server, tokens }: FirstTokenOptions, mark: string): Promise<number> {
  const began = nowMs();
  const response = await fetch(`${server.url}/api/chat`, { method: 'POST', body: JSON.stringify({ messages: [{ content: `#${mark} (${tokens} tokens)` }] }) });
  let firstAt: number | undefined;
  for await (const _ of response.body ?? []) firstAt ??= nowMs();
  return (firstAt ?? Number.NaN) - began;
}

export async function timeFirstToken(options: FirstTokenOptions): Promise<FirstTokenFigures> {
  const { server, answers, tokens, name, say } = options;
  say(`${name}: ${answers} streamed answers of ${tokens} tokens, one at a time`);
  const direct: number[] = [];
  const seen: Seen[] = [];
  for (let index = -WARM_UP; index < answers; index++) {
    const directMs = await askServer(options, `${name}-straight-${index}`);
    const one = await askMesh(options, `${name}-${index}`);
    if (index < 0) continue;
    direct.push(directMs);
    seen.push(one);
  }
  const last = seen.at(-1)?.mark;
  if (last !== undefined) await waitFor(() => Promise.resolve(server.calls.some(({ mark }) => mark === last)));
  const calls = new Map(server.calls.map((call) => [call.mark, call]));
  const before = seen.map(({ mark, askedAt }) => (calls.get(mark)?.arrivedAt ?? Number.NaN) - askedAt);
  const added = (event: 'firstTokenAt' | 'textAt' | 'sentenceAt' | 'endedAt'): Summary => summarise(seen.map(({ mark, firstAt }, at) => (before[at] ?? Number.NaN) + firstAt - (calls.get(mark)?.[event] ?? Number.NaN)));
  return {
    server: summarise(direct),
    mesh: summarise(seen.map(({ askedAt, firstAt }) => firstAt - askedAt)),
    before: summarise(before),
    addedToFirstToken: added('firstTokenAt'),
    addedToFirstText: added('textAt'),
    addedToFirstSentence: added('sentenceAt'),
    addedToWholeAnswer: added('endedAt'),
  };
}
