import { expect, it } from 'vitest';
import type { Receipt } from '@switchyard/contracts';
import type { Site, TestConversation } from '@switchyard/site';
import type { Answer } from '../../client/gateway-client.js';
import { gatherTests } from './gather-tests.js';

const use = { model: 'small', where: 'local', host: 'h', tokensIn: 1, tokensOut: 1, costUsd: 0 } as const;
const receipt = (change: Partial<Receipt>): Receipt => ({ requestId: 'r', conversationId: 'c', outcome: 'answered', tier: 'worker', language: 'en', intent: { label: 'gifts', confidence: 1, source: 'model' }, rule: 'x', citations: [], models: [use], redactions: {}, leftSite: false, siteVersion: 'v', timings: {}, ...change });
const answer = (text: string, change: Partial<Receipt> = {}): Answer => ({ requestId: 'r', outcome: change.outcome ?? 'answered', text, receipt: receipt(change), error: undefined });
const turn = (ask: string, expect: TestConversation['turns'][number]['expect'] = { contains: ['x'] }): TestConversation['turns'][number] => ({ ask, expect });

const gather = (turns: TestConversation['turns'], answers: Answer[], failedAt?: number) => {
  const site = { settings: { defaultLanguage: 'zh' }, tests: { conversations: [{ name: 'wrap', tags: [], turns }] } } as unknown as Site;
  const call = <Result>(): Promise<Result> => Promise.resolve({ passages: [{ documentId: 'd', title: 't', text: 'p', score: 1 }] } as Result);
  return gatherTests({ call }, site, [{ name: 'wrap', tags: [], passed: failedAt === undefined, answers, ...(failedAt === undefined ? {} : { turn: failedAt }) }], { tenant: 'demo', collection: 'site' });
};

it('takes an answer of a model with what was said before it', async () => {
  const gathered = await gather([turn('Hello', {}), turn('Do you wrap?')], [answer('Hi!'), answer('We do.', { language: 'mixed' })]);
  expect(gathered).toEqual([{ id: 'test:wrap#2', tenant: 'demo', language: 'zh', question: 'Do you wrap?', answer: 'We do.', passages: [], intent: 'gifts', turns: [{ role: 'customer', text: 'Hello' }, { role: 'mesh', text: 'Hi!' }] }]);
});

it('takes an answer in the words of a document with the passages', async () => {
  const gathered = await gather([turn('Wrap?')], [answer('We do.', { tier: 'retrieval', models: [], citations: [{ documentId: 'd', title: 't', quote: 'q' }] })]);
  expect(gathered).toMatchObject([{ passages: [{ documentId: 'd', title: 't', text: 'p' }] }]);
});

it.each([
  ['of a flow', turn('Wrap?'), answer('x', { models: [] }), undefined],
  ['that a person wrote as a curated one', turn('Wrap?'), answer('x', { tier: 'curated' }), undefined],
  ['that was a refusal', turn('Wrap?'), answer('x', { outcome: 'refused', tier: 'none' }), undefined],
  ['of which a test names only the tier', turn('Wrap?', { tier: 'worker', outcome: 'answered' }), answer('x'), undefined],
  ['that did not come out as expected', turn('Wrap?'), answer('y'), 1],
] as const)('takes none %s', async (_what, asked, given, failedAt) => {
  expect(await gather([asked], [given], failedAt)).toEqual([]);
});
