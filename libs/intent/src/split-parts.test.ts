import { describe, expect, it } from 'vitest';
import { MOST_PARTS, splitParts } from './split-parts.js';

describe('splitParts', () => {
  it.each([
    ['我的包裹到哪里了？另外怎么开发票', ['我的包裹到哪里了', '怎么开发票']],
    ['帮我看看快递到没到，顺便问一下能不能退货', ['帮我看看快递到没到', '能不能退货']],
    ['想改一下地址另外再开张发票', ['想改一下地址', '再开张发票']],
    ['水壶怎么退还有怎么查快递', ['水壶怎么退', '怎么查快递']],
    ['When will my parcel come and how do I send it back?', ['When will my parcel come', 'how do I send it back']],
    ['My kettle leaks. Also, I need an invoice', ['My kettle leaks', 'I need an invoice']],
    ['水壶怎么退，周末能送吗', ['水壶怎么退', '周末能送吗']],
    ['水壶怎么退？对了，发票能补开吗', ['水壶怎么退', '发票能补开吗']],
    ['cancel my order, and tell me how long a refund takes', ['cancel my order', 'tell me how long a refund takes']],
  ])('cuts between clauses and leaves out what joins them: %s', (text, parts) => {
    expect(splitParts(text)).toEqual(parts);
  });

  it.each(['我的包裹到哪里了', 'where did my parcel end up', '这款加湿器还有货吗', '水壶、风扇、枕头都有货吗', 'I paid 1,299.50 for it', 'is version 2.1 out yet', '满99,包邮是吗', '', '？？', ', and '])('leaves what has no border, or one only inside a number or a list: %s', (text) => {
    expect(splitParts(text)).toEqual([text]);
  });

  it.each([
    ['好的，我想问问水壶怎么退', ['好的，我想问问水壶怎么退']],
    ['水壶怎么退，谢谢', ['水壶怎么退，谢谢']],
    ['买了不喜欢，几天之内能退', ['买了不喜欢，几天之内能退']],
    ['I bought the wrong size, how do I send it back', ['I bought the wrong size, how do I send it back']],
    ['yes, and thanks', ['yes, and thanks']],
    ['Hi, where did my parcel end up, please', ['Hi, where did my parcel end up, please']],
    ['HG20260020，尺寸不合适', ['HG20260020，尺寸不合适']],
  ])('joins a piece that says little, or what led to a wish, to its neighbour: %s', (text, parts) => {
    expect(splitParts(text)).toEqual(parts);
  });

  it('gives no more than four parts, and loses no word', () => {
    const clauses = ['我想先查一下订单', '然后想改一下收货地址', '水壶要换个颜色', '发票抬头怎么写', '优惠券怎么用不了', '你们周末上班吗'];
    const parts = splitParts(clauses.join('，'));
    expect(parts).toHaveLength(MOST_PARTS);
    expect(parts.join('，')).toBe(clauses.join('，'));
  });

  it('leaves a text whole that is longer than a question is', () => {
    const letter = '我的包裹到哪里了。'.repeat(56);
    expect(splitParts(letter)).toEqual([letter]);
    expect(splitParts(letter.slice(0, 500))).toHaveLength(MOST_PARTS);
  });
});
