import { z } from 'zod';
import { complete, find, json, Message, unit, type Front, type Served } from './front.ts';

const Named = z.looseObject({ model: z.string().min(1) });
const Format = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({ type: z.literal('json_schema'), json_schema: z.looseObject({ name: z.string(), schema: z.record(z.string(), z.unknown()) }) }),
]);
const Chat = Named.extend({
  messages: z.array(Message).min(1),
  stream: z.boolean().default(false),
  stream_options: z.looseObject({ include_usage: z.boolean().default(false) }).nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  temperature: z.number().min(0).nullish(),
  seed: z.int().nullish(),
  response_format: Format.nullish(),
});
const Embed = Named.extend({ input: z.union([z.string(), z.array(z.string())]) });

const plain = (name: string): string => name.replace(/:latest$/, '');
const formatOf = (format: z.infer<typeof Format> | null | undefined): 'json' | Record<string, unknown> | undefined => (format?.type === 'json_schema' ? format.json_schema.schema : format?.type === 'json_object' ? 'json' : undefined);

/** OpenAI's interface as vLLM has it: an adapter is a model of its own name, and its card says of which base it is one. */
export function openAiFront(served: Served): Front {
  const { engine } = served;
  let answers = 0;

  const models = (): object => ({
    object: 'list',
    data: engine.models.map(({ name, base, file }) => ({ id: plain(name), object: 'model', created: 1_767_225_600, owned_by: 'vllm', root: file, parent: base === undefined ? null : plain(base) })),
  });

  const chat: Front['answer'] = async (_path, body, response) => {
    const { model: name, messages, stream, stream_options: more, max_tokens: most, max_completion_tokens: newer, temperature, seed, response_format: format } = Chat.parse(body);
    const model = find(served, name);
    const head = { id: `chatcmpl-${++answers}`, created: Math.floor(Date.now() / 1_000), model: name };
    const send = (data: object): void => {
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(`data: ${JSON.stringify({ object: 'chat.completion.chunk', ...head, ...data })}\n\n`);
    };
    let whole = '';
    const input = { messages, format: formatOf(format), maxTokens: newer ?? most ?? Number.MAX_SAFE_INTEGER, temperature: temperature ?? 1, seed: seed ?? undefined };
    const generated = await complete(served, model, input, response, (text) => {
      if (stream) send({ choices: [{ index: 0, delta: { ...(whole === '' ? { role: 'assistant' } : {}), content: text }, finish_reason: null }] });
      whole += text;
    });
    if (!generated) return true;
    const { tokensIn, tokensOut, finish } = generated;
    const usage = { prompt_tokens: tokensIn, completion_tokens: tokensOut, total_tokens: tokensIn + tokensOut };
    if (!stream) {
      json(response, 200, { object: 'chat.completion', ...head, choices: [{ index: 0, message: { role: 'assistant', content: whole }, finish_reason: finish }], usage });
      return true;
    }
    send({ choices: [{ index: 0, delta: { content: '' }, finish_reason: finish }] });
    if (more?.include_usage) send({ choices: [], usage });
    response.end('data: [DONE]\n\n');
    return true;
  };

  const embed: Front['answer'] = async (_path, body, response) => {
    const { model, input } = Embed.parse(body);
    find(served, model);
    const texts = [input].flat();
    const data: object[] = [];
    for (const [index, text] of texts.entries()) data.push({ object: 'embedding', index, embedding: unit(await engine.embed(text)) });
    const tokens = texts.reduce((sum, text) => sum + engine.countTokens(text), 0);
    json(response, 200, { object: 'list', model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } });
    return true;
  };

  return {
    answer: (path, body, response) => {
      if (path === 'POST /v1/chat/completions') return chat(path, body, response);
      if (path === 'POST /v1/embeddings') return embed(path, body, response);
      if (path !== 'GET /v1/models') return Promise.resolve(false);
      json(response, 200, models());
      return Promise.resolve(true);
    },
    fail: (status, message, response) => {
      const error = { error: { message, type: status < 500 ? 'BadRequestError' : 'InternalServerError', param: null, code: status } };
      // In the middle of a stream an error is an event of it.
      if (response.headersSent) response.end(`data: ${JSON.stringify(error)}\n\ndata: [DONE]\n\n`);
      else json(response, status, error);
    },
  };
}
