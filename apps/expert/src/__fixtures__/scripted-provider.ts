import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Script {
  readonly pieces: readonly string[];
  readonly finish?: string;
  /** After the pieces: tools that are to be called, each with its arguments, an object or the text that came in its place. */
  readonly calls?: readonly (readonly [name: string, given: unknown])[];
  /** Absent: the server counts nothing. */
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
  /** Instead of an answer. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** After the pieces, until this. */
  readonly wait?: Promise<void>;
  /** After the pieces, nothing more. */
  readonly hang?: boolean;
  /** After the pieces, the connection breaks. */
  readonly cut?: boolean;
}

export interface ScriptedProvider {
  readonly url: string;
  /** What is answered: always the same, or by the body of the call. */
  script: Script | ((body: string) => Script);
  /** Bodies of the calls, as they came. */
  readonly received: string[];
  close(): Promise<void>;
}

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

/** A provider that speaks OpenAI's streamed chat protocol and says what it is told to. */
export async function startScriptedProvider(): Promise<ScriptedProvider> {
  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const body = await text(request);
      provider.received.push(body);
      const { pieces, calls = [], finish = calls.length > 0 ? 'tool_calls' : 'stop', usage, status, headers = {}, wait, hang, cut } = typeof provider.script === 'function' ? provider.script(body) : provider.script;
      if (status !== undefined) {
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error: { message: `no: ${body}`, type: 'x' } }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const chunk = (rest: object): string => data({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...rest });
      for (const content of pieces) response.write(chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }));
      calls.forEach(([name, given], index) => response.write(chunk({ choices: [{ index: 0, delta: { tool_calls: [{ index, id: `call_${provider.received.length}_${index}`, type: 'function', function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) } }] }, finish_reason: null }] })));
      await wait;
      if (cut) response.write('\n', () => response.destroy());
      if (hang || cut) return;
      response.end(chunk({ choices: [{ index: 0, delta: {}, finish_reason: finish }] }) + (usage ? chunk({ choices: [], usage }) : '') + 'data: [DONE]\n\n');
    };
    void serve();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  const provider: ScriptedProvider = {
    url: `http://127.0.0.1:${address.port}/v1`,
    script: { pieces: ['Fine.'], usage: { prompt_tokens: 100, completion_tokens: 10 } },
    received: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The text in pieces of 1 to `longest` code units, cut by chance. */
export function splitByChance(text: string, chance: () => number, longest = 5): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + Math.floor(chance() * longest);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}
