import { extractTerms } from './extract-terms.js';
import { normaliseText } from './normalise-text.js';

/**
 * Words of customer service that are used for one another, a group a line. Only questions are widened by them, so a
 * change needs no new index. A group must hold true synonyms: what merely goes together would let the gate answer a
 * question about one thing with a passage about another. Those of a site join them, see `withOwnSynonyms`.
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
  readonly isHan: boolean;
  /** Of which all must be in a text that says it in English. */
  readonly words: readonly string[];
  /** All that it leaves in a question, which is covered where a synonym stands. */
  readonly terms: readonly string[];
  /** Of any of these all terms are in a text that says it. */
  readonly ways: readonly (readonly string[])[];
}

/** Groups of phrases that are used for one another. */
export type Synonyms = readonly (readonly Phrase[])[];

const HAN = /\p{Script=Han}/u;
const ALL_HAN = /^\p{Script=Han}+$/u;

/** The pairs of neighbouring characters, where all of them are terms: they are the same wherever the segmenter cuts. */
function pairsOf(text: string, terms: readonly string[]): readonly (readonly string[])[] {
  if (!ALL_HAN.test(text)) return [];
  const characters = Array.from(text);
  const pairs = characters.slice(1).map((character, at) => `${characters[at]}${character}`);
  return pairs.length > 0 && pairs.every((pair) => terms.includes(pair)) ? [pairs] : [];
}

function phraseOf(written: string): Phrase {
  const text = normaliseText(written).replace(/\s+/gu, ' ').trim();
  const found = extractTerms(text);
  const terms = [...new Set(found.map(({ term }) => term))];
  const words = [...new Set(found.filter(({ kind }) => kind === 'word').map(({ term }) => term))];
  const pairs = pairsOf(text, terms).filter((way) => way.join() !== words.join());
  return { text, isHan: HAN.test(text), words, terms: [...new Set([...terms, text])], ways: [words, ...pairs] };
}

const BUILT_IN: Synonyms = GROUPS.trim().split('\n').map((line) => line.trim().split(line.includes('|') ? '|' : ' ').map(phraseOf));

/**
 * The built-in synonyms and those of a site.
 * @param own groups of words and phrases that are used for one another
 */
export const withOwnSynonyms = (own: readonly (readonly string[])[]): Synonyms => (own.length === 0 ? BUILT_IN : [...BUILT_IN, ...own.map((group) => group.map(phraseOf))]);

/** What keeps phrases of a site from being synonyms; `group` and `entry` count from 0. */
export function problemsOfSynonyms(own: readonly (readonly string[])[]): { readonly group: number; readonly entry: number; readonly reason: string }[] {
  return own.flatMap((entries, group) => {
    const seen = new Map<string, string>();
    return entries.flatMap((written, entry) => {
      const { text, words } = phraseOf(written);
      const twin = seen.get(words.join(' '));
      seen.set(words.join(' '), written);
      if (words.length === 0) return [{ group, entry, reason: `"${written}" holds no word that is searched for` }];
      if (ALL_HAN.test(text) && Array.from(text).length === 1) return [{ group, entry, reason: `"${written}" is one character, which stands in too many words` }];
      return twin === undefined ? [] : [{ group, entry, reason: `"${written}" and "${twin}" are the same words` }];
    });
  });
}

/** For every term of the text that stands for a group: the ways to say each other phrase of that group. */
export function alternativesOf(text: string, synonyms: Synonyms = BUILT_IN): ReadonlyMap<string, readonly (readonly string[])[]> {
  const plain = normaliseText(text);
  const held = new Set(extractTerms(text).map(({ term }) => term));
  const found = new Map<string, (readonly string[])[]>();
  for (const group of synonyms) {
    const said = group.filter((phrase) => (phrase.isHan ? plain.includes(phrase.text) : phrase.words.every((term) => held.has(term))));
    if (said.length === 0) continue;
    const others = group.filter((phrase) => !said.includes(phrase)).flatMap(({ ways }) => ways);
    for (const term of said.flatMap(({ terms }) => terms)) if (held.has(term)) found.set(term, [...(found.get(term) ?? []), ...others]);
  }
  return found;
}
