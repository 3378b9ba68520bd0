import { extractTerms } from './extract-terms.js';
import { normaliseText } from './normalise-text.js';

/**
 * Words of customer service that are used for one another, a group a line. Only questions are widened by them, so a
 * change needs no new index. A group must hold true synonyms: what merely goes together would let the gate answer a
 * question about one thing with a passage about another.
 */
const GROUPS = `
  运费 邮费 快递费 配送费 邮资
  包邮 免邮 免运费
  退款 退钱 退费
  到账 到帐 退回 入账
  保修 质保 保固
  专票 专用发票
  电话 热线 手机号
  配送 送货 派送 快递 物流
  优惠券 折扣券 代金券 红包
  取消 撤销 撤单
  海外 国外 境外 国际
  香港 澳门 台湾 港澳台
  坏了 故障 损坏 质量问题
  积分 点数
  分期 分期付款
  人工 真人
  秒杀 闪购 限时购
  清洗 清洁 清理
  水垢 除垢 除水垢
  价保 价格保护 保价 差价
  注销 销户
  shipping|delivery|postage|ship|deliver|freight
  refund|money back|reimburse
  invoice|receipt
  phone|telephone|hotline
  coupon|voucher|promo code|discount code
  warranty|guarantee
  abroad|overseas|international|worldwide
  exchange|swap|replace
  faulty|defective|broken|fault|damaged
  member|membership
  instalments|installments
  price|cost
  waterproof|water resistant|water resistance
  price match|price protection|price adjustment
  clean|wash
`;

interface Phrase {
  readonly text: string;
  readonly terms: readonly string[];
}

const groups: readonly (readonly Phrase[])[] = GROUPS.trim().split('\n').map((line) =>
  line.trim().split(line.includes('|') ? '|' : ' ').map((text) => ({ text, terms: [...new Set(extractTerms(text).filter(({ kind }) => kind === 'word').map(({ term }) => term))] })),
);
const HAN = /\p{Script=Han}/u;

/** For every term of the text that stands for a group: the terms of each other phrase of that group. */
export function alternativesOf(text: string): ReadonlyMap<string, readonly (readonly string[])[]> {
  const plain = normaliseText(text);
  const held = new Set(extractTerms(text).map(({ term }) => term));
  const found = new Map<string, (readonly string[])[]>();
  for (const group of groups) {
    const said = group.filter((phrase) => (HAN.test(phrase.text) ? plain.includes(phrase.text) : phrase.terms.every((term) => held.has(term))));
    if (said.length === 0) continue;
    const others = group.filter((phrase) => !said.includes(phrase)).map(({ terms }) => terms);
    for (const term of said.flatMap(({ terms, text: phrase }) => [...terms, phrase])) if (held.has(term)) found.set(term, [...(found.get(term) ?? []), ...others]);
  }
  return found;
}
