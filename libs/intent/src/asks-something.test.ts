import { describe, expect, it } from 'vitest';
import { asksSomething } from './asks-something.js';

describe('asksSomething', () => {
  it.each(['水壶能退吗', '什么时候发货呢', '帮我查快递', '想换一个颜色', '保修多久', 'where is it', 'Can I send it back', 'when will it come', 'I would like a refund', "I’d like an invoice", 'tell me the price', 'cancel it', 'two of them, please'])('hears a question or a wish: %s', (clause) => {
    expect(asksSomething(clause)).toBe(true);
  });

  it.each(['杯子碎了', '不想要了', '我买的是两个', '等了十天了', 'the lid is broken', 'I bought the wrong one', "I don't like it", 'when I opened the box it was wet', 'my son likes music', 'I ordered two of them'])('hears none in what only led to one: %s', (clause) => {
    expect(asksSomething(clause)).toBe(false);
  });
});
