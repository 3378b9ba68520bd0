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
const trained = trainIntentModel(labelledExamples(site));
const recogniser = new Recogniser(site, trained);
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

  it('does not take an answer for one to the opposite of its questions', () => {
    const answer = (id: string, zh: string[], en: string[]): Site['answers'][number] => ({ id, questions: { zh, en }, answer: text });
    const renewal = { intents: site.intents, answers: [...site.answers, answer('renewal-on', ['怎么开通自动续费', '自动续费在哪里开通'], ['how do I enable automatic renewal', 'where do I turn on automatic renewal'])] };
    const strict = new Recogniser(renewal, trainIntentModel(labelledExamples(renewal)));
    expect(strict.recognise('how could I enable automatic renewals', TODAY).finding.label).toBe('renewal-on');
    for (const opposite of ['how could I disable automatic renewals', '自动续费在哪里关闭']) {
      const { finding, curated } = strict.recognise(opposite, TODAY);
      expect([finding.label, curated?.answer.id]).not.toContain('renewal-on');
    }
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
    const nothingFits = { label: 'greeting', confidence: 0.4, source: 'model', outOfScope: true, scope: 0, confidences: Float64Array.of(0.4), ranked: [{ label: 'greeting', confidence: 0.4 }] } as const;
    expect(new Recogniser(site, { labels: ['greeting'], classify: () => nothingFits }).recognise(message, TODAY)).toMatchObject({ finding: { label: 'oos' }, intent: undefined, task });
  });

  it('says that a message is out of scope', () => {
    const { finding, intent } = recogniser.recognise('quantum chromodynamics lecture notes', TODAY);
    expect(finding.label).toBe('oos');
    expect(intent).toBeUndefined();
  });

  it.each([
    ['我的订单到哪了？另外运费多少钱', ['order_status', 'shipping-cost']],
    ['shipping fee, and where is my order', ['shipping-cost', 'order_status']],
    ['你好，我的订单到哪了', ['order_status']],
    ['我的订单到哪了，包裹到哪里了', ['order_status']],
    ['where is my order, and thanks', ['order_status']],
    ['查一下订单', ['order_status']],
    ['quantum chromodynamics lecture notes', ['oos']],
  ])('names all that is asked for, in the order of the message: %s', (message, intents) => {
    expect(recogniser.recognise(message, TODAY).intents).toEqual(intents);
  });

  it('leaves out what is asked for outside its days', () => {
    expect(recogniser.recognise('where is my order, and singles day offers', '2026-11-16').intents).not.toContain('double-eleven');
  });

  it('goes by the first thing asked for where the whole is none of them', () => {
    const labels = ['intent:order_status', 'answer:shipping-cost', 'intent:greeting'];
    const heard = (label: string, confidence: number) => ({ label, confidence, source: 'model', outOfScope: false, scope: 1, confidences: Float64Array.from(labels, (one) => (one === label ? confidence : 0)), ranked: [{ label, confidence }] }) as const;
    const split = { labels, classify: (text: string) => (text === 'first wish' ? heard('intent:order_status', 0.9) : text === 'second wish' ? heard('answer:shipping-cost', 0.88) : heard('intent:greeting', 0.4)) };
    expect(new Recogniser(site, split).recognise('first wish and second wish', TODAY)).toMatchObject({ finding: { label: 'order_status', confidence: 0.9 }, intents: ['order_status', 'shipping-cost'] });
  });

  it('asks the model once where nothing divides the message, or it stands in the site', () => {
    const asked: string[] = [];
    const counting = { labels: trained.labels, classify: (text: string) => (asked.push(text), trained.classify(text)) };
    for (const message of ['has my parcel been sent', '您好在吗']) new Recogniser(site, counting).recognise(message, TODAY);
    expect(asked).toEqual(['has my parcel been sent', '您好在吗']);
  });
});
