import { describe, expect, it } from 'vitest';
import { detectLanguage } from './detect-language.js';

describe('detectLanguage', () => {
  it.each([
    ['zh', '我要退款'],
    ['zh', '我要退貨，請幫我處理'],
    ['zh', 'HG20260001 到哪了'],
    ['zh', '用Visa可以付款吗'],
    ['zh', 'K2电热水壶保修多久'],
    ['zh', '你好！！😀'],
    ['en', 'Where is my order?'],
    ['en', 'I want to refund HG20260001'],
    ['en', 'ｗｈｅｒｅ ｉｓ ｉｔ'],
    ['en', "Don't you ship to 上海 by express on the same day?"],
    ['en', 'ok'],
    ['mixed', '我想 cancel 这个 order please'],
    ['mixed', 'please帮我cancel'],
    ['other', 'HG20260001'],
    ['other', '12345'],
    ['other', '？！😀'],
    ['other', ''],
    ['other', '注文をキャンセルしたいです'],
    ['other', '환불해 주세요'],
    ['other', 'Где мой заказ?'],
    ['other', '¿Dónde está mi pedido? No lo veo en la lista y quiero que me devuelvan el dinero'],
    ['other', 'Wo ist meine Bestellung, ich habe sie nicht mit der Post erhalten'],
    ['other', 'je ne trouve pas ma commande dans le site'],
  ])('%s: %s', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });
});
