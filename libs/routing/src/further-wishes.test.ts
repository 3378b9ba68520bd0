import { describe, expect, it } from 'vitest';
import { CuratedAnswer } from '@switchyard/site';
import { furtherWishes, wishesForPrompt, wordsForFurther, type Wish } from './further-wishes.js';

const words = (text: string): { zh: string; en: string } => ({ zh: `${text}（中）`, en: text });
const texts = { refused: words('refused'), handedOver: words('a person'), unknown: words('unknown'), failed: words('failed'), expired: words('expired'), cancelled: words('cancelled') };
const answerOf = (id: string): Wish => ({ label: id, answer: CuratedAnswer.parse({ id, questions: { en: [`${id}?`] }, answer: words(`about ${id}`) }) });

describe('what a reply leaves open', () => {
  const wishes: Wish[] = [{ label: 'order_status', flow: 'order_status' }, answerOf('postage'), { label: 'complaint' }];

  it('is all but what it answers, by label or by flow', () => {
    expect(furtherWishes(wishes, { flow: 'order_status' })).toMatchObject({ answers: [{ id: 'postage' }], others: true });
    expect(furtherWishes(wishes, { label: 'postage' })).toEqual({ answers: [], others: true });
    expect(furtherWishes([answerOf('hours'), answerOf('postage')], { label: 'hours' })).toMatchObject({ answers: [{ id: 'postage' }], others: false });
  });

  it('is nothing where all of it is answered', () => {
    expect(furtherWishes([{ label: 'refund', flow: 'refund' }, { label: 'exchange', flow: 'refund' }], { flow: 'refund' })).toEqual({ answers: [], others: false });
    expect(wordsForFurther({ answers: [], others: false }, texts, 'en')).toEqual([]);
  });

  it('is said in the words of the answers, and of the site for what remains', () => {
    const further = furtherWishes(wishes, { flow: 'order_status' });
    expect(wordsForFurther(further, texts, 'en')).toEqual(['about postage', expect.stringMatching(/as a message of its own/)]);
    expect(wordsForFurther(further, { ...texts, further: words('one by one, please') }, 'zh')).toEqual(['about postage（中）', 'one by one, please（中）']);
  });

  it('is told to a model where there are several', () => {
    expect(wishesForPrompt(['order_status', 'postage'])).toContain('(order_status; postage)');
    expect([wishesForPrompt(['order_status']), wishesForPrompt([]), wishesForPrompt()]).toEqual(['', '', '']);
  });
});
