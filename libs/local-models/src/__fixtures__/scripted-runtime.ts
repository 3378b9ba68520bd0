import type { ChatModel } from '@switchyard/contracts';
import { startScriptedServer, type Script, type Wire } from '@switchyard/testing';
import { ANSWER_SCHEMA, type Runtime } from './chat-model-conformance.js';

const SCRIPTS: Readonly<Record<Parameters<Runtime['prepare']>[0], Partial<Script>>> = {
  short: { pieces: ['您的', '订单', ' is on', ' its way 🎁'], tokensIn: 21, tokensOut: 5 },
  json: { pieces: ['{"answer": "好的",', ' "needs": "nothing",', ' "sure": true}'], tokensIn: 30, tokensOut: 12 },
  cut: { pieces: ['您', '的', '订'], finish: 'length', tokensOut: 3 },
  long: { pieces: ['first'], hang: true },
};

/** A scripted server as a runtime of the conformance suite. */
export async function startScriptedRuntime(wire: Wire, openModel: (url: string, model: string) => ChatModel): Promise<Runtime> {
  const server = await startScriptedServer(wire);
  let isStopped = false;
  return {
    model: openModel(server.url, 'small'),
    missing: openModel(server.url, 'large'),
    calls: server.calls,
    get connections() {
      return server.connections;
    },
    prepare: (kind) => {
      server.script = { pieces: [], finish: 'stop', tokensIn: 1, tokensOut: 1, ...SCRIPTS[kind] };
      return { messages: [{ role: 'user', content: kind }], maxTokens: kind === 'cut' ? 3 : 64, ...(kind === 'json' ? { schema: ANSWER_SCHEMA } : {}) };
    },
    stop: async () => {
      if (isStopped) return;
      isStopped = true;
      await server.close();
    },
  };
}
