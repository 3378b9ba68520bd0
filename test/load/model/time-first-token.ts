/** One streamed answer at a time: what the mesh adds to the time that the model server itself takes. */
import { createParser } from 'eventsource-parser';
import type { Door } from '../../chaos/client/door.ts';
import { summarise, type Summary } from '../statistics.ts';
import { nowMs, type SlotServer } from './slot-server.ts';

export interface FirstTokenOptions {
  readonly door: Door;
  readonly tenant: string;
  readonly server: SlotServer;
  readonly answers: number;
  readonly tokens: number;
  readonly say: (line: string) => void;
}

export interface FirstTokenFigures {
  readonly tokens: number;
  /** From the question to the first token, asked of the server itself. */
  readonly server: Summary;
  /** From the question to the first words that the customer is shown. */
  readonly mesh: Summary;
  /** `mesh` without the server's own time to its first token, answer by answer. */
  readonly addedToFirstToken: Summary;
  /** `mesh` without the server's own time to its first whole sentence. */
  readonly addedToFirstSentence: Summary;
  /** `mesh` without the server's own time to the end of its answer. */
  readonly addedToWholeAnswer: Summary;
}

/** The first answers pay for compiled code and open connections. */
const WARM_UP = 5;

/** @returns milliseconds to the first words */
async function askMesh({ door, tenant, tokens }: FirstTokenOptions, mark: string): Promise<number> {
  const began = nowMs();
  let firstAt: number | undefined;
  const response = await door.open({ tenant, method: 'POST', path: '/v1/chat/completions', body: { model: 'switchyard', stream: true, messages: [{ role: 'user', content: `tell me something nice #${mark} (${tokens} tokens)` }] } });
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') return;
      const { choices } = JSON.parse(data) as { readonly choices?: readonly { readonly delta?: { readonly content?: string } }[] };
      if (choices?.[0]?.delta?.content) firstAt ??= nowMs();
    },
  });
  for await (const chunk of response) parser.feed(String(chunk));
  if (firstAt === undefined) throw new Error(`no answer to ${mark}: HTTP ${response.statusCode}`);
  return firstAt - began;
}

async function askServer({ server, tokens }: FirstTokenOptions, mark: string): Promise<number> {
  const began = nowMs();
  const response = await fetch(`${server.url}/api/chat`, { method: 'POST', body: JSON.stringify({ messages: [{ content: `#${mark} (${tokens} tokens)` }] }) });
  let firstAt: number | undefined;
  for await (const _ of response.body ?? []) firstAt ??= nowMs();
  return (firstAt ?? Number.NaN) - began;
}

export async function timeFirstToken(options: FirstTokenOptions): Promise<FirstTokenFigures> {
  const { server, answers, tokens, say } = options;
  say(answers === 0 ? 'warm-up' : `${answers} streamed answers of ${tokens} tokens, one at a time`);
  const direct: number[] = [];
  const mesh: { readonly mark: string; readonly ms: number }[] = [];
  for (let index = -WARM_UP; index < answers; index++) {
    const directMs = await askServer(options, `straight-${index}`);
    const mark = `streamed-${index}`;
    const ms = await askMesh(options, mark);
    if (index < 0) continue;
    direct.push(directMs);
    mesh.push({ mark, ms });
  }
  const calls = new Map(server.calls.map((call) => [call.mark, call]));
  const added = (event: 'firstTokenAt' | 'sentenceAt' | 'endedAt'): Summary =>
    summarise(
      mesh.map(({ mark, ms }) => {
        const call = calls.get(mark);
        return ms - ((call?.[event] ?? Number.NaN) - (call?.arrivedAt ?? Number.NaN));
      }),
    );
  return { tokens, server: summarise(direct), mesh: summarise(mesh.map(({ ms }) => ms)), addedToFirstToken: added('firstTokenAt'), addedToFirstSentence: added('sentenceAt'), addedToWholeAnswer: added('endedAt') };
}
