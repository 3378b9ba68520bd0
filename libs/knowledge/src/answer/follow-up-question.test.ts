import { describe, expect, it } from 'vitest';
import type { Turn } from '@switchyard/contracts';
import { followUpQuestion } from './follow-up-question.js';

const turns = (...said: string[]): Turn[] => said.flatMap((text): Turn[] => [{ role: 'customer', text }, { role: 'mesh', text: '…' }]);

describe('a message that leans on the question before', () => {
  it.each([
    ['How long does standard delivery take?', 'and express?', 'How long does express delivery take?'],
    ['How long does delivery to Canada take?', 'and to Mexico?', 'How long does delivery to Mexico take?'],
    ['What does standard delivery cost?', 'what about express delivery?', 'What does express delivery cost?'],
    ['Is there a fee for 50 dollars?', 'and for 200 dollars?', 'Is there a fee for 200 dollars?'],
    ['Can I return headphones within 15 days?', 'what about 30 days?', 'Can I return headphones within 30 days?'],
    ['Is a credit card accepted?', 'and a debit?', 'Is a debit card accepted?'],
    ['寄到加拿大要多久', '那寄到墨西哥呢？', '寄到墨西哥要多久'],
    ['标准配送多久到', '那特快呢', '特快配送多久到'],
    ['银卡怎么升级', '那金卡呢？', '金卡怎么升级'],
    ['15天内可以退吗', '30天呢', '30天内可以退吗'],
    ['退货的运费谁出', '換貨呢', '换货的运费谁出'],
  ])('%s … %s', (before, text, meant) => {
    expect(followUpQuestion(text, turns(before))).toBe(meant);
  });

  it('goes on over several messages', () => {
    expect(followUpQuestion('and to Peru?', turns('How long does delivery to Canada take?', 'and to Mexico?'))).toBe('How long does delivery to Peru take?');
    expect(followUpQuestion('那大号呢', turns('小号的行李箱有货吗', '中号呢'))).toBe('大号的行李箱有货吗');
  });

  it.each([
    ['What is the kettle made of?', 'and how long does it last?'],
    ['电水壶保修多久', '那运费呢'],
    ['Do you ship abroad?', 'thanks'],
  ])('is searched with it where it asks for something else: %s … %s', (before, text) => {
    expect(followUpQuestion(text, turns(before))).toBe(`${before}\n${text}`);
  });

  it('stands for itself where nothing was said before, or it asks a whole question', () => {
    expect(followUpQuestion('and to Mexico?', [])).toBe('and to Mexico?');
    expect(followUpQuestion('How do I change the delivery address of an order?', turns('Do you ship to Canada?'))).toBe('How do I change the delivery address of an order?');
  });

  it('takes its time in proportion to the text', () => {
    const began = performance.now();
    followUpQuestion('and to a', turns(`How long ${'to a b '.repeat(500)}`));
    followUpQuestion('那到', turns('到'.repeat(3_000)));
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
