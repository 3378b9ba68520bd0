import { describe, expect, it } from 'vitest';
import { buildWordMatcher } from '@switchyard/guardrail';
import { readMessage, replyLanguageOf } from './read-message.js';

const matcher = buildWordMatcher([{ file: 'words/contact.txt', category: 'contact', action: 'mask', words: ['加微信'], allow: [] }]);

describe('readMessage', () => {
  it('blanks out the words of a masking list and nothing else', () => {
    expect(readMessage('你好，加微信聊订单', matcher).text).toBe('你好，***聊订单');
    expect(readMessage('你好，聊订单', matcher).text).toBe('你好，聊订单');
  });

  it('counts personal data by kind', () => {
    expect(readMessage('我的电话是 13812345678，邮箱 a@b.example', matcher).personalData).toMatchObject({ email: 1 });
    expect(Object.values(readMessage('订单 HG20260003', matcher).personalData)).toEqual([]);
  });
});

describe('replyLanguageOf', () => {
  it.each([
    ['Chinese', { text: '运费多少', language: 'zh' }, { site: 'en' }, 'zh'],
    ['English', { text: 'how much', language: 'en' }, { site: 'zh', conversation: 'zh' }, 'en'],
    ['mixed with Han', { text: 'refund 怎么办', language: 'mixed' }, { site: 'en' }, 'zh'],
    ['digits in a Chinese conversation', { text: '12345', language: 'other' }, { site: 'en', conversation: 'zh' }, 'zh'],
    ['digits with a named language', { text: '12345', language: 'other' }, { site: 'zh', conversation: 'zh', named: 'en' }, 'en'],
    ['digits alone', { text: '12345', language: 'other' }, { site: 'zh' }, 'zh'],
  ] as const)('%s', (_title, message, known, language) => {
    expect(replyLanguageOf(message, known)).toBe(language);
  });
});
