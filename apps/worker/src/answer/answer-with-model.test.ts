import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatModel } from '@switchyard/contracts';
import { createOllamaChatModel } from '@switchyard/local-models';
import { MemoryContext, type MemoryContextOptions } from '@switchyard/testing';
import { answerJob, type AnswerJobOptions } from '../__fixtures__/answer-job.js';
import { startScriptedOllama, type ScriptedOllama } from '../__fixtures__/scripted-ollama.js';
import { shopSite } from '../__fixtures__/shop-site.js';
import { answerWithModel } from './answer-with-model.js';
import { createEscalate } from './escalate.js';
import type { ScreenAnswer } from './screen-answer.js';

let ollama: ScriptedOllama;
beforeEach(async () => void (ollama = await startScriptedOllama()));
afterEach(() => ollama.stop());

const site = shopSite();
const screen: ScreenAnswer = (text) => ({ blocked: text.includes('badword'), text: text.replaceAll('mild', '****'), masked: text.includes('mild'), categories: [], words: '0123456789abcdef' });
const say = (answer: string, change: object = {}): string => JSON.stringify({ answer, confidence: 0.9, needs: 'nothing', ...change });

async function run(options: Omit<AnswerJobOptions, 'body'> & { available?: { localModel: boolean; expert: boolean }; model?: ChatModel | null; context?: MemoryContextOptions; language?: 'zh' | 'en' }): Promise<MemoryContext> {
  const context = new MemoryContext(options.context);
  const model = options.model === null ? undefined : (options.model ?? createOllamaChatModel({ url: ollama.url, model: 'small' }));
  const escalate = createEscalate({ site, readMesh: () => Promise.resolve({ egress: 'blocked', available: options.available ?? { localModel: true, expert: false } }) });
  const job = answerJob({ ...options, body: { mode: 'model', replyLanguage: options.language ?? 'en' } });
  await answerWithModel({ site, model, screen, escalate }, job, context);
  return context;
}

describe('the local model', () => {
  it.each([
    ['zh', '您好！今天有什么可以帮您？', ['您好！', '今天有什么可以帮您？']],
    ['en', 'Hello there! How can I help?', ['Hello there! ', 'How can I help?']],
  ] as const)('answers in %s, streamed in sentences', async (language, text, deltas) => {
    ollama.outputs = [say(text)];
    const context = await run({ private: { text: 'hi' }, language });
    expect(context.deltas).toEqual(deltas);
    expect(context.replies).toEqual([
      expect.objectContaining({
        outcome: 'answered',
        tier: 'worker',
        text,
        trail: { models: [{ model: 'small', where: 'local', host: new URL(ollama.url).host, tokensIn: 30, tokensOut: 7, costUsd: 0 }], timings: { model: expect.any(Number) } },
        conversation: { language },
      }),
    ]);
  });

  it('is given the shop, the passages, the turns and the form of its answer', async () => {
    ollama.outputs = [say('15 days.')];
    const passages = [{ documentId: 'returns.md', title: 'Returns', text: 'Returns within 15 days of delivery.' }];
    const context = await run({ private: { text: 'how long?', turns: [{ role: 'customer', text: 'returns' }, { role: 'mesh', text: 'Yes?' }], passages } });
    const [chat] = ollama.chats;
    expect(chat?.messages.map((message) => message.role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(chat?.messages[0]?.content).toContain('Harbour Goods');
    expect(chat?.messages[0]?.content).toContain('Returns within 15 days of delivery.');
    expect(chat?.messages.at(-1)?.content).toBe('how long?');
    expect(chat?.format).toMatchObject({ required: ['answer', 'confidence', 'needs'] });
    expect(context.replies[0]?.citations).toEqual([{ documentId: 'returns.md', title: 'Returns', quote: 'Returns within 15 days of delivery.' }]);
  });

  it('is asked once more when its output cannot be read, and both calls are counted', async () => {
    ollama.outputs = ['Sure! Hello.', say('Hello.')];
    const context = await run({ private: { text: 'hi' } });
    expect(context.replies[0]).toMatchObject({ text: 'Hello.', trail: { models: [{ tokensIn: 60, tokensOut: 14 }] } });
    expect(ollama.chats[1]?.messages.at(-2)).toEqual({ role: 'assistant', content: 'Sure! Hello.' });
    expect(context.recorded.filter((one) => one.step === 'model_called').map((one) => one.facts['attempt'])).toEqual(['first', 'repair']);
  });

  it.each([
    ['it cannot be read twice', 'nonsense'],
    ['it needs knowledge', say('?', { needs: 'knowledge' })],
    ['it needs a person', say('?', { needs: 'human' })],
    ['it is not sure', say('Perhaps.', { confidence: 0.2 })],
    ['it says nothing', say(' ')],
    ['its answer holds a banned word', say('You badword.')],
  ])('passes the message on by rule when %s, with its tokens', async (_title, output) => {
    ollama.outputs = [output];
    const context = await run({ private: { text: 'hi' } });
    expect(context.deltas).toEqual([]);
    expect(context.replies).toEqual([expect.objectContaining({ outcome: 'handed_over', text: 'A colleague takes over.', trail: expect.objectContaining({ rules: ['no-answer-human'], models: [expect.objectContaining({ model: 'small' })] }) })]);
  });

  it('has what must be masked replaced before a piece is streamed', async () => {
    ollama.outputs = [say('A mild answer.')];
    const context = await run({ private: { text: 'hi' } });
    expect(context.deltas.join('')).toBe('A **** answer.');
    expect(context.replies[0]?.text).toBe('A **** answer.');
  });

  it.each([
    ['an answer that is given', 'A mild answer.', { blocked: false, masked: true }],
    ['an answer that is kept back', 'You badword.', { blocked: true, masked: false }],
  ])('records which words it was screened with: %s', async (_title, answer, facts) => {
    ollama.outputs = [say(answer)];
    const context = await run({ private: { text: 'hi' } });
    expect(context.recorded.filter((one) => one.step === 'screened')).toEqual([{ step: 'screened', facts: { of: 'answer', ...facts, categories: [], words: '0123456789abcdef' } }]);
  });

  it('does not give a number that none of the passages holds', async () => {
    ollama.outputs = [say('You have 30 days.')];
    const passages = [{ documentId: 'd', title: 'Returns', text: 'Returns within 15 days.' }];
    expect((await run({ private: { text: 'how long?', passages } })).replies[0]).toMatchObject({ outcome: 'handed_over' });
  });

  it('goes where the first rule that holds says', async () => {
    ollama.outputs = [say('?', { needs: 'knowledge' })];
    const context = await run({ private: { text: 'how long?' }, available: { localModel: true, expert: true } });
    expect(context.forwarded).toEqual([{ kind: 'retrieve', body: { collection: 'site', replyLanguage: 'en' }, private: { text: 'how long?', turns: [] }, trail: expect.objectContaining({ rules: ['no-answer-known'] }) }]);
    expect(context.replies).toEqual([]);
    expect(context.decisions).toEqual([expect.objectContaining({ rule: 'no-answer-known', to: 'retrieval' })]);
  });

  it.each([500, 404, 400])('is passed by when its server answers %i', async (status) => {
    ollama.outputs = [status];
    expect((await run({ private: { text: 'hi' } })).forwarded).toEqual([expect.objectContaining({ kind: 'retrieve', trail: expect.objectContaining({ rules: ['no-model'] }) })]);
  });

  it('is asked again later while its server is busy, and passed by on the last attempt', async () => {
    ollama.outputs = [503];
    await expect(run({ private: { text: 'hi' } })).rejects.toMatchObject({ code: 'MODEL_OVERLOADED', retry: true });
    const last = await run({ private: { text: 'hi' }, context: { attempt: 3 } });
    expect(last.forwarded).toEqual([expect.objectContaining({ kind: 'retrieve' })]);
  });

  it('is not there: the rules say where to go', async () => {
    const context = await run({ private: { text: 'hi' }, model: null });
    expect(context.forwarded).toEqual([expect.objectContaining({ kind: 'retrieve' })]);
    expect(ollama.chats).toEqual([]);
  });

  it('stops with the reason of a request that is cancelled', async () => {
    const reason = new Error('cancelled');
    await expect(run({ private: { text: 'hi' }, context: { signal: AbortSignal.abort(reason) } })).rejects.toBe(reason);
  });

  it('records no word of the customer or of the model', async () => {
    ollama.outputs = [say('Hello dear.')];
    const context = await run({ private: { text: 'my number is 13800138000' } });
    expect(JSON.stringify(context.recorded)).not.toMatch(/13800138000|dear/);
  });
});
