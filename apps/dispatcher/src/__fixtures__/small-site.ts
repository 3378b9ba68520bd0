import type { Site } from '@switchyard/site';

const same = (text: string): { zh: string; en: string } => ({ zh: text, en: text });

/** A site that has one of each: an intent with a flow, a greeting, a curated answer, word lists, rules. */
export const smallSite: Site = {
  version: '0123456789abcdef',
  settings: {
    name: 'small',
    title: same('Small'),
    languages: ['zh', 'en'],
    defaultLanguage: 'en',
    egress: 'allowed',
    tenants: [{ id: 'demo', keys: [], collection: 'help', budget: { currency: 'USD', perUsd: 1, perDayUsd: 2 } }],
    models: { expert: [] },
    knowledge: { synonyms: [] },
    intent: { inScopeLoss: 0.05 },
    retention: { requestHours: 24, conversationHours: 24 },
    conversations: { merge: { windowMs: 0, waitMs: 0 }, supersede: 'never' },
    deadline: { defaultMs: 30_000, maxMs: 300_000 },
    texts: { refused: same('refused'), handedOver: same('handed over'), unknown: same('unknown'), failed: same('failed'), expired: same('expired'), cancelled: same('cancelled') },
    localServices: [],
  },
  intents: [
    {
      label: 'order_status',
      description: same('order'),
      task: 'action',
      flow: 'order_status',
      slots: { order_id: { kind: 'pattern', pattern: 'HG\\d{8}', normalise: 'upper' } },
      utterances: { zh: ['我的订单到哪了', '查一下订单', '包裹到哪里了', '订单什么状态'], en: ['where is my order', 'track my parcel', 'order status please', 'has my package shipped'] },
    },
    { label: 'greeting', description: same('hello'), task: 'small_talk', slots: {}, utterances: { zh: ['你好', '您好在吗', '早上好', '有人吗'], en: ['hello', 'hi there', 'good morning', 'hey'] } },
  ],
  flows: new Map([['order_status', { name: 'order_status', description: same('order'), leave: [], steps: [{ ask: 'order_id', question: same('Which order?') }, { say: same('Here it is.') }] }]]),
  rules: [
    { name: 'words', on: 'message', when: { 'screening.action': 'refuse' }, then: { to: 'refuse' } },
    { name: 'open_flow', on: 'message', when: { 'open.fits': true }, then: { to: 'worker', flow: 'continue' } },
    { name: 'curated', on: 'message', when: { 'curated.id': { not: null }, 'curated.confidence': { gte: 0.55 } }, then: { to: 'curated' } },
    { name: 'greeting', on: 'message', when: { intent: 'greeting' }, then: { to: 'say', text: { zh: '您好', en: 'Hello' } } },
    { name: 'flow', on: 'message', when: { flow: { not: null } }, then: { to: 'worker' } },
    { name: 'knowledge', on: 'message', when: {}, then: { to: 'retrieval' } },
  ],
  words: [
    { file: 'words/abuse.txt', category: 'abuse', action: 'refuse', words: ['坏词甲'], allow: [] },
    { file: 'words/contact.txt', category: 'contact', action: 'mask', words: ['加微信'], allow: [] },
  ],
  tools: new Map(),
  answers: [{ id: 'shipping-cost', questions: { zh: ['运费多少钱', '邮费怎么算', '快递费要多少', '包邮吗'], en: ['how much is shipping', 'what does delivery cost', 'shipping fee', 'is shipping free'] }, answer: { zh: '满 99 包邮', en: 'Free from 99' } }],
  knowledge: [],
  prompts: new Map(),
  tests: { floor: 0.9, before: [], conversations: [] },
};
