import { describe, expect, it } from 'vitest';
import { parseSite } from './parse-site.js';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const both = (text: string): string => `{ zh: ${text}, en: ${text} }`;
const SITE = `name: mini
title: ${both('shop')}
languages: [zh, en]
egress: blocked
tenants: [{ id: demo, keys: [{ id: k, hash: "sha256:${'0'.repeat(64)}", scopes: [ask] }] }]
texts: { refused: ${both('a')}, handedOver: ${both('b')}, unknown: ${both('c')}, failed: ${both('d')}, expired: ${both('e')}, cancelled: ${both('f')} }
`;
const intent = (label: string, ...utterances: string[]): string => `- label: ${label}\n  description: ${both('x')}\n  task: action\n  utterances:\n    zh: []\n    en:\n${utterances.map((one) => `      - ${one}\n`).join('')}`;
const answer = (id: string, question: string): string => `answers:\n  - id: ${id}\n    questions:\n      en:\n        - ${question}\n    answer: ${both('yes')}\n`;
const problemsOf = (files: Record<string, string | Uint8Array>): string[] =>
  (parseSite(new Map(Object.entries({ 'site.yaml': SITE, ...files }).map(([path, content]) => [path, typeof content === 'string' ? Buffer.from(content) : content]))).problems ?? []).map(({ file, line, reason }) => `${file}:${line} ${reason}`);

describe('a site with bad input is refused with file and line', () => {
  it.each([
    ['a word list with a line of broken bytes', { 'words/a.txt': latin1('# category: a\n# action: flag\n好词\nbr\xffken\n') }, 'words/a.txt:3 is not UTF-8'],
    ['a word list with a control character', { 'words/a.txt': '# category: a\n# action: flag\ngood\nbro\u0007ken\n' }, 'words/a.txt:4 holds a control character, or half of one that takes two'],
    ['a word list with a sign and no word', { 'words/a.txt': '# category: a\n# action: flag\ngood\n!\n' }, 'words/a.txt:4 "!" must be followed by a word'],
    ['a word of a hundred thousand characters', { 'words/a.txt': `# category: a\n# action: flag\ngood\n${'a'.repeat(100_000)}\n` }, 'words/a.txt:4 a word may have 100 characters at most'],
    ['two labels that differ by case', { 'intents/a.yaml': `${intent('refund', 'money back')}${intent('Refund', 'return it')}` }, 'intents/a.yaml:8 the labels refund and Refund differ by case only'],
    ['an intent without an utterance', { 'intents/a.yaml': `- label: refund\n  description: ${both('x')}\n  task: action\n  utterances: {}\n` }, 'intents/a.yaml:1 the intent refund has no utterance'],
    ['an utterance in two intents, in other letters', { 'intents/a.yaml': intent('refund', 'money back'), 'intents/b.yaml': intent('returns', 'send it back', 'Money BACK') }, 'intents/b.yaml:8 an utterance stands in both refund and returns'],
    ['half of a surrogate pair', { 'intents/a.yaml': intent('refund', '"money \\uD83D"') }, 'intents/a.yaml:7 an utterance of refund holds half of a surrogate pair'],
    ['marks that nobody sees', { 'intents/a.yaml': intent('refund', 'money back', '"\\u202E\\u200F"') }, 'intents/a.yaml:8 an utterance of refund holds nothing that can be seen'],
    ['a hundred thousand characters of one letter', { 'intents/a.yaml': intent('refund', 'a'.repeat(100_000)) }, 'intents/a.yaml:7 an utterance of refund has 100000 characters, and 2000 at most are read'],
    ['half of a surrogate pair in a curated question', { 'answers/a.yaml': answer('fee', '"what \\uDE00"') }, 'answers/a.yaml:5 a question of fee holds half of a surrogate pair'],
    ['a curated question that nobody sees', { 'answers/a.yaml': answer('fee', '"\\u200B"') }, 'answers/a.yaml:5 a question of fee holds nothing that can be seen'],
    ['a curated question that is not read to its end', { 'answers/a.yaml': answer('fee', '费'.repeat(2_001)) }, 'answers/a.yaml:5 a question of fee has 2001 characters, and 2000 at most are read'],
    ['a budget in a currency without a rate', { 'site.yaml': SITE.replace('scopes: [ask] }]', 'scopes: [ask] }], budget: { currency: CNY, perDay: 5 }') }, 'site.yaml:5 tenants.0.budget.currency: is in CNY, of which exchangeRates holds no rate'],
    ['a price in a currency without a rate', { 'site.yaml': `${SITE}models:\n  expert:\n    - provider: qwen\n      model: qwen-plus\n      price: { currency: CNY, inputPerMillion: 1, outputPerMillion: 2, asOf: '2026-11-01' }\nexchangeRates: { EUR: { perUsd: 0.9, asOf: '2026-11-01' } }\n` }, 'site.yaml:11 models.expert.0.price.currency: is in CNY, of which exchangeRates holds no rate'],
    ['a currency that is none', { 'site.yaml': SITE.replace('scopes: [ask] }]', 'scopes: [ask] }], budget: { currency: yuan, perDay: 5 }') }, 'site.yaml:5 tenants.0.budget.currency: must be a currency code of ISO 4217, such as CNY'],
    ['an intent file of broken bytes', { 'intents/a.yaml': latin1('- label: x\n  description: "\xe4\xbd"\n') }, 'intents/a.yaml:2 is not UTF-8'],
  ])('%s', (_title, files, problem) => {
    expect(problemsOf(files)).toContain(problem);
  });

  it('takes right-to-left marks and emoji inside of what can be read', () => {
    expect(problemsOf({ 'intents/a.yaml': intent('refund', '"I want a \\u200Frefund\\u200E"', '🙏 退款'), 'answers/a.yaml': answer('fee', '"\\u202Bwhat fee?"') })).toEqual([]);
  });
});
