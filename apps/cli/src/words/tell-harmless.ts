import type { GeneralLanguage } from './general-language.js';
import { isEveryday, isGrave, isTelling } from './grave-words.js';

/** Why a word of a list of sensitive words is harmless by what it is, whatever the list holds besides. */
export type HarmlessKind = 'quantity' | 'everyday' | 'dictionary' | 'compound';

const HAN = /^[\u3400-\u9fff]+$/;
/** Figures with what counts them: "13点", "6月4日", "89". Of five digits and more it is a number of its own. */
const QUANTITY = /^(?:\d{1,4}(?:[-.:/]\d{1,2})?[年月日号点期元块级度公平寸岁天届次版章页楼层折]?|\d{1,2}月\d{1,2}[日号]?)$/;
/** A digit or a Latin letter and one sign: a part of any price, size or model. */
const SHORTEST = /^(?:\d\D|\D\d|[a-z]\d|\d[a-z]|[a-z]{1,2})$/;
/** Words that go behind another without changing what it is about. */
const SUFFIXES = '码号费卡店站类型版室部区市县';
/** Nouns that say what sort of thing is spoken of; what stands before them says which. */
const HEADS = new Set('公司 中心 商店 酒店 宾馆 餐厅 学校 医院 车站 机场 银行 时间 日期 地点 地址 电话 号码 价格 费用 方式 方法 手续 问题 情况 原因 商品 产品 材料 工具 设备 系统 软件 游戏 人员 客户 用户 顾客 部门 合同 条件 期限 质量 数量 颜色 尺寸'.split(' '));
/** What stands before a head is a word that everybody uses: counted as often among 60 million words of text. */
const USUAL = 50;
/** Two words of which none is a head are harmless together where both are as frequent as this. */
const FREQUENT = 300;

/**
 * Tells words of general Chinese that nobody could mean any harm with: figures, words of daily life, words of the
 * dictionary that hold nothing grave and name no person, and two such words in one ("搬家公司", "汽车租赁"). Undefined where a
 * list may be right about a word, as about all that the dictionary does not know.
 */
export function tellHarmless(word: string, general: Pick<GeneralLanguage, 'isWord' | 'countOf'>): HarmlessKind | undefined {
  if (QUANTITY.test(word) || SHORTEST.test(word)) return 'quantity';
  if (!HAN.test(word)) return undefined;
  if (isEveryday(word)) return 'everyday';
  if (isGrave(word)) return undefined;
  if (general.isWord(word)) return 'dictionary';
  return isCompound(word, general) ? 'compound' : undefined;
}

function isCompound(word: string, general: Pick<GeneralLanguage, 'isWord' | 'countOf'>): boolean {
  const isUsual = (part: string, least: number): boolean => part.length >= 2 && (isEveryday(part) || (general.isWord(part) && general.countOf(part) >= least));
  if (SUFFIXES.includes(word.slice(-1)) && isUsual(word.slice(0, -1), USUAL)) return true;
  if (isTelling(word)) return false;
  if (HEADS.has(word.slice(-2)) && isUsual(word.slice(0, -2), USUAL)) return true;
  for (let border = 2; border <= word.length - 2; border++) if (isUsual(word.slice(0, border), FREQUENT) && isUsual(word.slice(border), FREQUENT)) return true;
  return false;
}
