import { describe, expect, it } from 'vitest';
import { readAskRequest } from './ask-request.js';

const limits = { defaultMs: 1_000, maxMs: 5_000 };
const read = (body: unknown, key?: string) => readAskRequest(body, key, limits, () => 'fresh');

describe('readAskRequest', () => {
  it('fills in what the client leaves out, and ignores what it does not know', () => {
    expect(read({ text: '您好', colour: 'red' })).toEqual({ source: 'requests', text: '您好', turns: [], conversationId: 'fresh', lane: 'normal', deadlineMs: 1_000 });
  });

  it('takes two bodies for the same that differ in order only', () => {
    const one = read({ text: 'x', metadata: { a: '1', b: '2' }, priority: 'bulk' }, 'key');
    const other = read({ priority: 'bulk', metadata: { b: '2', a: '1' }, text: 'x', unknown: 1 }, 'key');
    expect(one.idempotency).toEqual(other.idempotency);
    expect(read({ text: 'x', metadata: { a: '1' } }, 'key').idempotency).not.toEqual(one.idempotency);
  });

  it('bounds the deadline by the site', () => {
    expect(read({ text: 'x', deadlineMs: 2_000 }).deadlineMs).toBe(2_000);
    expect(read({ text: 'x', deadlineMs: 9_000 }).deadlineMs).toBe(5_000);
  });

  it('replaces half a surrogate pair, which no queue could carry', () => {
    expect(read({ text: 'a\ud800b' }).text).toBe('a\ufffdb');
  });

  it.each([
    ['no text', {}, 'REQUEST_INVALID', 'text'],
    ['a number as text', { text: 5 }, 'REQUEST_INVALID', 'text'],
    ['only white space', { text: ' \t\n　' }, 'REQUEST_INVALID', 'text'],
    ['too long a text', { text: 'x'.repeat(8_001) }, 'TEXT_TOO_LONG', 'text'],
    ['an unknown priority', { text: 'x', priority: 'urgent' }, 'REQUEST_INVALID', 'priority'],
    ['an unknown language', { text: 'x', language: 'fr' }, 'REQUEST_INVALID', 'language'],
    ['a deadline of 0', { text: 'x', deadlineMs: 0 }, 'REQUEST_INVALID', 'deadlineMs'],
    ['a deadline with a fraction', { text: 'x', deadlineMs: 100.5 }, 'REQUEST_INVALID', 'deadlineMs'],
    ['a callback', { text: 'x', callbackUrl: 'https://example.com' }, 'REQUEST_INVALID', 'callbackUrl'],
    ['a conversation with a space', { text: 'x', conversationId: 'a b' }, 'REQUEST_INVALID', 'conversationId'],
    ['metadata that is no text', { text: 'x', metadata: { a: 1 } }, 'REQUEST_INVALID', 'metadata.a'],
    ['too much metadata', { text: 'x', metadata: Object.fromEntries(Array.from({ length: 17 }, (_unused, index) => [`k${index}`, 'v'])) }, 'REQUEST_INVALID', 'metadata'],
    ['null', null, 'REQUEST_INVALID', undefined],
    ['a list', [], 'REQUEST_INVALID', undefined],
    ['no body', undefined, 'REQUEST_INVALID', undefined],
  ])('refuses %s', (_title, body, code, field) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code, field }));
  });

  it.each(['', 'a b', 'x'.repeat(201), '键'])('refuses the idempotency key "%s"', (key) => {
    expect(() => read({ text: 'x' }, key)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', field: 'Idempotency-Key' }));
  });

  it('never quotes what was sent', () => {
    const secret = '4111-1111-1111-1111';
    for (const body of [{ text: [secret] }, { text: 'x', priority: secret }, { text: 'x', deadlineMs: secret }, { text: secret.repeat(1_000) }]) {
      expect(() => read(body)).toThrow(expect.not.objectContaining({ message: expect.stringContaining(secret) }));
    }
  });
});
