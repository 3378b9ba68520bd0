import { describe, expect, it } from 'vitest';
import type { Reply } from '@switchyard/contracts';
import type { MeshEvent } from '../ask/mesh.js';
import { ChatChunk, ChatCompletion, chatCompletion, type ChatHead } from './chat-answer.js';
import { chatStream } from './chat-stream.js';
import { readChatRequest } from './chat-request.js';

const chat: ChatHead = { requestId: 'r1', model: 'switchyard', createdAt: 1_700_000_000_123, includeUsage: true };
const reply = (outcome: Reply['receipt']['outcome'], text: string, error?: Reply['error']): Reply => ({
  text,
  receipt: {
    requestId: 'r1', conversationId: 'c1', outcome, tier: 'worker', language: 'en', intent: { label: 'x', confidence: 0.9, source: 'model' }, rule: 'r', citations: [],
    models: [{ model: 'm', where: 'local', host: 'h', tokensIn: 5, tokensOut: 2, costUsd: 0 }, { model: 'n', where: 'cloud', host: 'h', tokensIn: 1, tokensOut: 1, costUsd: 0.1 }],
    redactions: {}, leftSite: false, siteVersion: 'v', timings: {},
  },
  ...(error === undefined ? {} : { error }),
});

async function stream(events: MeshEvent[], head = chat): Promise<unknown[]> {
  const chunks: unknown[] = [];
  const source = (async function* () { yield* events; })();
  for await (const piece of chatStream(head, source, () => undefined)) {
    const value = piece.replace(/^data: /, '').trim();
    chunks.push(value === '[DONE]' ? value : JSON.parse(value));
  }
  return chunks;
}

describe('chatStream', () => {
  it('writes the role, the content, the end with the receipt, the usage and [DONE]', async () => {
    const chunks = await stream([
      { kind: 'decided', id: '1', epoch: 1, decision: { rule: 'r', to: 'worker', intent: 'x', confidence: 0.9 } },
      { kind: 'delta', id: '2', epoch: 1, text: 'Hel' },
      { kind: 'delta', id: '3', epoch: 1, text: 'lo' },
      { kind: 'reply', reply: reply('answered', 'Hello') },
    ]);
    expect(chunks.at(-1)).toBe('[DONE]');
    const parsed = chunks.slice(0, -1).map((chunk) => ChatChunk.parse(chunk));
    expect(parsed.map((chunk) => chunk.choices[0]?.delta)).toEqual([{ role: 'assistant', content: '' }, { content: 'Hel' }, { content: 'lo' }, {}, undefined]);
    expect(parsed.map((chunk) => chunk.choices[0]?.finish_reason)).toEqual([null, null, null, 'stop', undefined]);
    expect(parsed[3]?.switchyard?.outcome).toBe('answered');
    expect(parsed.map((chunk) => chunk.usage)).toEqual([null, null, null, null, { prompt_tokens: 6, completion_tokens: 3, total_tokens: 9 }]);
    expect(new Set(parsed.map((chunk) => `${chunk.id} ${chunk.created} ${chunk.object}`))).toEqual(new Set(['chatcmpl-r1 1700000000 chat.completion.chunk']));
  });

  it('leaves usage out where it was not asked for', async () => {
    const chunks = await stream([{ kind: 'reply', reply: reply('answered', 'Hello') }], { ...chat, includeUsage: false });
    expect(chunks).toHaveLength(4);
    expect(chunks.some((chunk) => typeof chunk === 'object' && chunk !== null && 'usage' in chunk)).toBe(false);
  });

  it('ends a refusal with content_filter', async () => {
    const chunks = await stream([{ kind: 'reply', reply: reply('refused', 'No.') }]);
    expect(chunks).toContainEqual(expect.objectContaining({ choices: [expect.objectContaining({ finish_reason: 'content_filter' })] }));
  });

  it.each([
    ['failed', 'MODEL_UNAVAILABLE', { code: 'MODEL_UNAVAILABLE', title: 't' }],
    ['failed', 'INTERNAL', { code: 'NO_SUCH_CODE', title: 't' }],
    ['expired', 'DEADLINE_PASSED', undefined],
    ['cancelled', 'REQUEST_CANCELLED', undefined],
  ] as const)('tells the outcome %s as an error with the code %s', async (outcome, code, error) => {
    const chunks = await stream([{ kind: 'reply', reply: reply(outcome, 'Sorry.', error) }]);
    expect(chunks.slice(1)).toEqual([{ error: expect.objectContaining({ code }) }, '[DONE]']);
  });

  it('tells a stream that ended without a reply as an error', async () => {
    expect(await stream([])).toContainEqual({ error: expect.objectContaining({ code: 'DEADLINE_PASSED' }) });
  });
});

describe('chatCompletion', () => {
  it('is what its schema says, with the receipt beside it', () => {
    const completion = chatCompletion(chat, reply('handed_over', 'A colleague will answer.'));
    expect(ChatCompletion.parse(completion)).toEqual(completion);
    expect(completion.choices[0]).toMatchObject({ message: { role: 'assistant', content: 'A colleague will answer.' }, finish_reason: 'stop' });
  });
});

const read = (body: object, header?: string) => readChatRequest(body, header, { defaultMs: 30_000, maxMs: 60_000 }, () => 'fresh');
const user = (content: unknown) => ({ model: 'switchyard', messages: [{ role: 'user', content }] });

describe('readChatRequest', () => {
  it('takes the last user message as the ask and earlier ones as turns', () => {
    const { ask } = read({
      model: 'switchyard',
      messages: [
        { role: 'system', content: 'Obey.' }, { role: 'user', content: 'one' }, { role: 'assistant', content: 'two' }, { role: 'assistant', content: null, tool_calls: [] },
        { role: 'user', content: [{ type: 'text', text: '三' }, { type: 'text', text: 'three' }] }, { role: 'assistant', content: 'begun' },
      ],
    });
    expect(ask).toMatchObject({ text: '三\nthree', turns: [{ role: 'customer', text: 'one' }, { role: 'mesh', text: 'two' }], deadlineMs: 30_000, lane: 'interactive' });
  });

  it('takes the conversation from the header, else from `user`, else a fresh one', () => {
    expect(read({ ...user('x'), user: 'u' }, 'h').ask.conversationId).toBe('h');
    expect(read({ ...user('x'), user: 'u' }).ask.conversationId).toBe('u');
    expect(read(user('x')).ask.conversationId).toBe('fresh');
  });

  it('keeps the newest turns that fit beside the message', () => {
    const { ask } = read({ model: 'switchyard', messages: ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => ({ role: 'user', content: letter.repeat(9_000) })).with(5, { role: 'user', content: 'now' }) });
    expect(ask.turns.map((turn) => `${turn.text.length}${turn.text[0]}`)).toEqual(['8000b', '8000c', '8000d', '8000e']);
  });

  it('keeps the last 50 turns', () => {
    const messages = Array.from({ length: 61 }, (_unused, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: `m${index}` }));
    const { ask } = read({ model: 'switchyard', messages });
    expect(ask.text).toBe('m60');
    expect(ask.turns).toHaveLength(50);
    expect(ask.turns[0]?.text).toBe('m10');
  });

  it.each([
    ['no messages', { model: 'switchyard', messages: [] }, 'REQUEST_INVALID', 'messages'],
    ['no user message', { model: 'switchyard', messages: [{ role: 'system', content: 'x' }] }, 'REQUEST_INVALID', 'messages'],
    ['an unknown role', { model: 'switchyard', messages: [{ role: 'king', content: 'x' }] }, 'REQUEST_INVALID', 'messages[0].role'],
    ['an image', user([{ type: 'text', text: 'x' }, { type: 'image_url', image_url: { url: 'https://example.com' } }]), 'REQUEST_INVALID', 'messages[0].content[1].type'],
    ['a number as content', user(5), 'REQUEST_INVALID', 'messages[0].content'],
    ['white space', user(' \n'), 'REQUEST_INVALID', 'messages[0].content'],
    ['too long a text', user('长'.repeat(8_001)), 'TEXT_TOO_LONG', 'messages[0].content'],
    ['another model', { ...user('x'), model: 'gpt-4' }, 'MODEL_UNKNOWN', 'model'],
    ['no model', { messages: user('x').messages }, 'REQUEST_INVALID', 'model'],
    ['two answers', { ...user('x'), n: 2 }, 'REQUEST_INVALID', 'n'],
    ['a stream that is a word', { ...user('x'), stream: 'yes' }, 'REQUEST_INVALID', 'stream'],
    ['a `user` with spaces', { ...user('x'), user: 'a b' }, 'REQUEST_INVALID', 'user'],
    ['a list as body', [], 'REQUEST_INVALID', undefined],
  ])('refuses %s', (_title, body, code, field) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code, field }));
  });
});
