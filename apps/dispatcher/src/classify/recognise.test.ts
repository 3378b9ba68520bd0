import { describe, expect, it } from 'vitest';
import { labelledExamples, trainIntentModel } from '@switchyard/intent';
import type { Site } from '@switchyard/site';
import { Recogniser } from './recognise.js';

const text = { zh: '文', en: 'text' };
const site: Pick<Site, 'intents' | 'answers'> = {
  intents: [
    { label: 'order_status', description: text, task: 'action', flow: 'order_status', slots: {}, utterances: { zh: ['我的订单到哪了', '查一下订单', '包裹到哪里了', '订单什么状态'], en: ['where is my order', 'track my parcel', 'order status please', 'has my package shipped'] } },
    { label: 'greeting', description: text, task: 'small_talk', slots: {}, utterances: { zh: ['你好', '您好在吗', '早上好', '有人吗'], en: ['hello', 'hi there', 'good morning', 'hey'] } },
  ],
  answers: [
    { id: 'shipping-cost', questions: { zh: ['运费多少钱', '邮费怎么算', '快递费要多少', '包邮吗'], en: ['how much is shipping', 'what does delivery cost', 'shipping fee', 'is shipping free'] }, answer: text },
    { id: 'double-eleven', questions: { zh: ['双十一有什么活动', '双11优惠', '双十一打折吗'], en: ['singles day offers', 'double eleven discount', 'november sale'] }, answer: text, validFrom: '2026-11-01', validTo: '2026-11-15' },
  ],
};
const recogniser = new Recogniser(site, trainIntentModel(labelledExamples(site)));
const TODAY = '2026-11-10';

describe('Recogniser', () => {
  it.each([
    ['查一下订单！', 'order_status', 'exact'],
    ['WHERE IS MY ORDER', 'order_status', 'exact'],
    ['运费多少钱？', 'shipping-cost', 'exact'],
  ])('finds a sentence of the site without the model: %s', (message, label, source) => {
    expect(recogniser.recognise(message, TODAY).finding).toEqual({ label, confidence: 1, source });
  });

  it('lets intents and answers compete', () => {
    expect(recogniser.recognise('帮我看看我的订单现在到哪了呀', TODAY).intent?.label).toBe('order_status');
    const answer = recogniser.recognise('so how much is the shipping fee', TODAY);
    expect(answer.curated?.answer.id).toBe('shipping-cost');
    expect(answer.intent).toBeUndefined();
    expect(answer.task).toBe('knowledge');
  });

  it('leaves out an answer outside its days, word for word or not', () => {
    expect(recogniser.recognise('双11优惠', TODAY).finding.label).toBe('double-eleven');
    expect(recogniser.recognise('双11优惠', '2026-11-16').finding.label).not.toBe('double-eleven');
    expect(recogniser.recognise('双11优惠', '2026-11-16').curated?.answer.id).not.toBe('double-eleven');
  });

  it.each([
    ['请给我写一首关于量子力学的诗', 'creative'],
    ['这家银行的柜员态度恶劣，我要投诉', 'complaint'],
    ['why do cats purr', 'knowledge'],
    ['量子', 'unknown'],
  ])('tells what kind of thing is wanted where nothing of the site fits: %s', (message, task) => {
    const nothingFits = { label: 'greeting', confidence: 0.4, source: 'model', outOfScope: true, scope: 0, ranked: [{ label: 'greeting', confidence: 0.4 }] } as const;
    expect(new Recogniser(site, { classify: () => nothingFits }).recognise(message, TODAY)).toMatchObject({ finding: { label: 'oos' }, intent: undefined, task });
  });

  it('says that a message is out of scope', () => {
    const { finding, intent } = recogniser.recognise('quantum chromodynamics lecture notes', TODAY);
    expect(finding.label).toBe('oos');
    expect(intent).toBeUndefined();
  });
});
