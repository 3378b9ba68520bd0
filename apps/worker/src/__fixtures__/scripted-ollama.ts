import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { serve } from '@switchyard/testing';

const ChatBody = z.looseObject({ model: z.string(), messages: z.array(z.object({ role: z.string(), content: z.string() })), format: z.unknown() });

export interface ScriptedOllama {
  readonly url: string;
  /** Names of the models that it has. */
  models: string[];
  /** The models' outputs, one a call; a number is an HTTP status. The last one is repeated. */
  outputs: (string | number)[];
  /** In the place of `outputs`: what each call is answered with. */
  answerTo?: (chat: z.infer<typeof ChatBody>) => string;
  readonly chats: z.infer<typeof ChatBody>[];
  stop(): Promise<void>;
}

/** An Ollama on a free port that has the model `small`, unless it is told otherwise, and says what it is told to, a word at a time. */
export async function startScriptedOllama(outputs: (string | number)[] = []): Promise<ScriptedOllama> {
  const { url, stop } = await serve(async (request, response) => {
    if (request.url === '/api/tags') {
      response.end(JSON.stringify({ models: ollama.models.map((name) => ({ name: `${name}:latest`, model: `${name}:latest`, digest: 'd' })) }));
      return;
    }
    const chat = ChatBody.parse(JSON.parse(await text(request)));
    ollama.chats.push(chat);
    if (!ollama.models.includes(chat.model)) {
      response.writeHead(404).end('{"error": "no such model"}');
      return;
    }
    const output = ollama.answerTo?.(chat) ?? (ollama.outputs.length > 1 ? ollama.outputs.shift() : ollama.outputs[0]);
    if (typeof output === 'number') {
      response.writeHead(output).end('{"error": "no"}');
      return;
    }
    for (const content of (output ?? '').split(/(?<= )/)) response.write(`${JSON.stringify({ message: { role: 'assistant', content }, done: false })}\n`);
    response.end(`${JSON.stringify({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 30, eval_count: 7 })}\n`);
  });
  const ollama: ScriptedOllama = { url, models: ['small'], outputs, chats: [], stop };
  return ollama;
}
