import { describe, expect, it } from 'vitest';
import { contradictsQuestions } from './contradicts-questions.js';

const enable = ['How do I enable automatic renewal?', 'turn on automatic renewal', '怎么开通自动续费'];

describe('a message close to the questions of an answer', () => {
  it.each([
    ['How can I disable automatic renewal?', enable, 'opposed'],
    ['怎么关闭自动续费', enable, 'opposed'],
    ['Is a top-up of 500 dollars free?', ['Is a top-up of 50 dollars free?'], 'values'],
    ['How do I descale the K3?', ['How do I descale the K2?'], 'ids'],
    ['换购积分为什么不能用', ['换购积分为什么能用'], 'negation'],
    ['能从支付宝转到微信吗', ['能从微信转到支付宝吗'], 'direction'],
  ])('is not answered by it: %s', (text, questions, conflict) => {
    expect(contradictsQuestions(text, questions)).toBe(conflict);
  });

  it.each([
    ['How could I activate automatic renewals?', enable],
    ['自动续费在哪里开通', enable],
    ['Is a top-up of 500 dollars free?', ['Is a top-up of 50 dollars free?', 'Is a top-up free?']],
    ['拆封的能不能退', ['拆封的能退吗']],
    ['which items cannot be sent back', ['Which items can I return?']],
    ['手环可以潜水不', ['手环可以潜水吗']],
    ['金卡和银卡有什么区别', ['金卡银卡怎么分']],
    ['something else altogether', enable],
  ])('may be: %s', (text, questions) => {
    expect(contradictsQuestions(text, questions)).toBeUndefined();
  });
});
