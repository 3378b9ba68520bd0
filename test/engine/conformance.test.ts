import type { ChatModel, ChatRequest } from '@switchyard/contracts';
import { createOllamaChatModel, createOpenAiCompatibleChatModel, poolModels } from '@switchyard/local-models';
import { ANSWER_SCHEMA, localModelConformance, type Runtime } from '../../libs/local-models/src/__fixtures__/chat-model-conformance.js';
import { startEngineServer } from './engine-server.ts';
import { whyNoEngine } from './find-engine.ts';

const ask = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({ messages: [{ role: 'user', content }], maxTokens: 400, ...more });

const REQUESTS: Readonly<Record<Parameters<Runtime['prepare']>[0], ChatRequest>> = {
  short: ask('订单到哪了？龘'),
  json: ask('hello', { schema: ANSWER_SCHEMA, temperature: 2 }),
  cut: ask('hello', { maxTokens: 3 }),
  // Of text of this form no end comes before 400 tokens.
  long: ask('hello', { schema: { type: 'array', items: { type: 'integer' }, minItems: 400 }, maxTokens: 3_000 }),
};

async function startEngineRuntime(openModel: (url: string, model: string) => ChatModel, name: string): Promise<Runtime> {
  const server = await startEngineServer({ slots: 2 });
  let stopped: Promise<void> | undefined;
  return {
    model: openModel(server.url, name),
    missing: openModel(server.url, 'large'),
    calls: server.calls,
    get connections() {
      return server.connections;
    },
    prepare: (kind) => REQUESTS[kind],
    stop: () => (stopped ??= server.close()),
  };
}

const openOllama = (url: string, model: string): ChatModel => createOllamaChatModel({ url, model });
const openOpenAi = (url: string, model: string): ChatModel => createOpenAiCompatibleChatModel({ url, model });

const whyNot = whyNoEngine();
localModelConformance('a real engine (Ollama)', () => startEngineRuntime(openOllama, 'tiny'), whyNot);
localModelConformance('a real engine (OpenAI-compatible)', () => startEngineRuntime(openOpenAi, 'tiny'), whyNot);
localModelConformance('a real engine (pooled)', () => startEngineRuntime((url, model) => poolModels([openOllama(url, model)], { slots: 2 }), 'tiny'), whyNot);
