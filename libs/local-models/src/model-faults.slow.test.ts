import { afterEach, describe, expect, it } from 'vitest';
import type { ChatModel } from '@switchyard/contracts';
import { Chance, inTurns, planFaults, runFaultCase, startFaultServer, waitFor, type FaultScript, type FaultServer, type StreamForm, ollamaWire, openAiWire, type Wire } from '@switchyard/testing';
import { poolModels } from './model-pool.js';
import { createOllamaChatModel } from './ollama-chat-model.js';
import { createOpenAiCompatibleChatModel } from './openai-compatible-chat-model.js';

const SECRET = '13800138000';
const BOUND_MS = 5_000;
const ATTEMPTS = 200;
/** Of a test, in milliseconds. */
const LONGEST = 60_000;

const LAST = { pieces: [], finish: 'stop', tokensIn: 3, tokensOut: 5 } as const;
const ollamaForm: StreamForm = { contentType: ollamaWire.contentType, begin: '', piece: (content) => ollamaWire.piece(content), last: ollamaWire.last(LAST), error: (message) => `${JSON.stringify({ error: message })}\n` };
const openAiForm: StreamForm = { contentType: openAiWire.contentType, begin: '', piece: (content) => openAiWire.piece(content), last: openAiWire.last(LAST), error: (message) => `data: ${JSON.stringify({ error: { message, code: 500 } })}\n\n` };
const ollama = { title: 'Ollama', wire: ollamaWire, form: ollamaForm, open: (url: string): ChatModel => createOllamaChatModel({ url, model: 'small' }) };
const openAi = { title: 'OpenAI-compatible', wire: openAiWire, form: openAiForm, open: (url: string): ChatModel => createOpenAiCompatibleChatModel({ url, model: 'small' }) };

let server: FaultServer;
const unhandled: unknown[] = [];
process.on('unhandledRejection', (error) => unhandled.push(error));

async function serve(wire: Wire, scripts: readonly FaultScript[]): Promise<void> {
  const list = wire.list([{ name: 'small' }]);
  server = await startFaultServer({ scripts, answerTo: (path) => (path === wire.listPath ? list : undefined) });
}

/** Nobody holds a connection any more, followed a redirect, or left a rejection behind. */
async function leavesNothing(): Promise<void> {
  await waitFor(() => server.open === 0, BOUND_MS);
  expect(server.strays).toEqual([]);
  expect(unhandled).toEqual([]);
}

afterEach(() => server.stop());

describe.each([ollama, openAi])('faults of a server ($title)', ({ wire, form, open }) => {
  it(`each of ${ATTEMPTS} ends in the whole answer, a MeshError or the caller's own reason`, async () => {
    const cases = planFaults({ chance: new Chance('faults of a server'), form, secret: SECRET }, ATTEMPTS);
    await serve(wire, cases.map(({ script }) => script));
    expect(await inTurns(cases, async (one, index) => runFaultCase(open(server.urlOf(index)), one, { boundMs: BOUND_MS, secrets: [SECRET] }))).toEqual([]);
    expect(server.begun).toBeGreaterThan(ATTEMPTS / 2);
    await leavesNothing();
  }, LONGEST);
});

describe('faults of servers in a pool', () => {
  it(`each of ${ATTEMPTS} calls ends likewise, and leaves its slot`, async () => {
    const chance = new Chance('faults in a pool');
    const plan = planFaults({ chance, form: ollamaForm, secret: SECRET }, ATTEMPTS);
    await serve(ollamaWire, plan.map(({ script }) => script));
    // Three calls to two servers with one slot each: one of them waits, and a server that fails at once passes its call on.
    const round = async (_: unknown, at: number): Promise<string[]> => {
      const own = chance.fork(`round ${at}`);
      const ids = [own.below(plan.length), own.below(plan.length)];
      const scripts = ids.flatMap((id) => plan[id]?.script ?? []);
      let reached = 0;
      const counted = (model: ChatModel): ChatModel => ({ ...model, complete: (...call) => (reached++, model.complete(...call)) });
      const pool = poolModels(ids.map((id) => counted(ollama.open(server.urlOf(id)))), { slots: 1 });
      const script = { fault: `${at}: ${scripts.map(({ fault }) => fault).join(' + ')}`, wanted: scripts.every(({ wanted }) => wanted === 'error') ? 'error' : 'either' } as const;
      const mayHang = scripts.some(({ end }) => end === 'hang');
      const call = (): Promise<string[]> => runFaultCase(pool, { script, ...(mayHang || own.next() < 0.3 ? { abortAfterMs: own.between(0, 60) } : {}) }, { boundMs: BOUND_MS, secrets: [SECRET] });
      const wrong = (await Promise.all([call(), call(), call()])).flat();
      const before = reached;
      wrong.push(...(await call()));
      return reached > before ? wrong : [...wrong, `${script.fault}: a slot is not given back`];
    };
    expect(await inTurns(Array.from({ length: ATTEMPTS / 4 }), round)).toEqual([]);
    await leavesNothing();
  }, LONGEST);
});
