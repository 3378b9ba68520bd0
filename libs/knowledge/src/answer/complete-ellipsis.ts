import { simplify } from '../terms/normalise-text.js';

/** What opens a message that goes on with the question before: "and for express?", 那特快呢. */
const OPENING = /^(?:and|but|or|so|then|ok(?:ay)?|what about|how about|what if it(?:'s| is)|那么?|还有|然后|另外|如果是|要是|换成|改成)(?![a-z])[\s,，]*/iu;
const ENDING = /(?:的话)?(?:呢|吗|怎么样|又如何)?[\s?？。.!！]*$/u;

/** Kinds of one thing, a row each, of which a question names one: another of the row takes its place. */
const ROWS = [
  'standard, regular, normal, express, economy, next-day, same-day, overnight',
  'small, medium, large',
  'credit, debit, prepaid',
  'men, women, children, kids',
  'personal, business, student, family',
  'weekdays, weekends, monday, tuesday, wednesday, thursday, friday, saturday, sunday, mondays, tuesdays, wednesdays, thursdays, fridays, saturdays, sundays, holidays',
  'domestic, international, abroad, overseas',
  'silver, gold, black, platinum',
  'refund, exchange, repair',
].map((row) => row.split(', '));
const CHINESE_ROWS = ['银卡,金卡,黑卡,白金卡,钻石卡', '标准,普通,特快,加急,经济,次日达,当日达', '小号,中号,大号', '国内,国外,境外,海外,港澳台', '个人,企业,公司,学生,家庭', '退货,换货,维修,退款', '工作日,周末,节假日,周一,周二,周三,周四,周五,周六,周日'].map((row) => row.split(','));

const PREPOSITIONS = 'for|to|from|in|on|at|with|without|by|over|under|above|below|before|after|within';
/** A phrase ends before these. */
const PHRASE_END = `(?:${PREPOSITIONS}|and|or|take|takes|cost|costs|arrive|work|last|need|be|is|are|free|possible|allowed)`;
const CHINESE_FRAMES = ['寄到', '送到', '发到', '运到', '寄往', '发往', '到', '在', '用', '从', '给'];

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);

/** "to Mexico" in place of "to Canada"; 寄到上海 in place of 寄到北京. */
function byFrame(before: string, fragment: string): string | undefined {
  const preposition = new RegExp(`^(${PREPOSITIONS}) .+`, 'iu').exec(fragment)?.[1];
  if (preposition !== undefined) {
    const phrase = new RegExp(String.raw`\b${preposition} (?:(?!${PHRASE_END}\b)[\p{L}\p{N}$€£%'.-]+ ?){1,5}?(?=\s*(?:${PHRASE_END}\b|[?？.,!]|$))`, 'iu');
    return phrase.test(before) ? before.replace(phrase, () => `${fragment} `).replace(/ +(?=[?？.,!]|$)/gu, '').replace(/ {2,}/gu, ' ') : undefined;
  }
  const frame = CHINESE_FRAMES.find((one) => fragment.startsWith(one) && fragment.length > one.length);
  if (frame === undefined) return undefined;
  const phrase = new RegExp(String.raw`${frame}[\p{L}\p{N}]{1,8}?(?=要|需要|得|多|几|能|可以|吗|怎|的|有|是|运费|费|[?？，。]|$)`, 'u');
  return phrase.test(before) ? before.replace(phrase, () => fragment) : undefined;
}

/** "200 dollars" in place of "50 dollars", 30天 in place of 15天. */
function byUnit(before: string, fragment: string): string | undefined {
  const value = /^(?<sign>[$€£¥￥]?)\d[\d,.]* ?(?<unit>%|[a-z]+|\p{Script=Han}{0,2})$/iu.exec(fragment)?.groups;
  if (!value) return undefined;
  const { sign = '', unit = '' } = value;
  if (sign + unit === '') return undefined;
  const same = new RegExp(String.raw`${escape(sign)}\d[\d,.]* ?${escape(unit)}`, 'giu');
  return before.match(same)?.length === 1 ? before.replace(same, () => fragment) : undefined;
}

/** "express" in place of "standard"; "express delivery" in place of "standard delivery"; 金卡 in place of 银卡. */
function byKind(before: string, fragment: string): string | undefined {
  const plain = fragment.replace(/^(?:the|a|an|my) /iu, '').toLowerCase();
  const row = ROWS.find((words) => words.includes(plain));
  const said = row?.find((word) => word !== plain && new RegExp(String.raw`\b${word}\b`, 'iu').test(before));
  if (said !== undefined) return before.replace(new RegExp(String.raw`\b${said}\b`, 'iu'), () => plain);
  const chineseRow = CHINESE_ROWS.find((words) => words.includes(fragment));
  const chinese = chineseRow?.find((word) => word !== fragment && before.includes(word));
  if (chinese !== undefined) return before.replace(chinese, () => fragment);
  const [modifier, head] = /^([\p{L}\p{N}-]+) ([\p{L}-]+)$/u.exec(plain)?.slice(1) ?? [];
  if (modifier !== undefined && head !== undefined) {
    const noun = new RegExp(String.raw`\b(?!(?:the|a|an|my|of|for|to|in|with|does|do|is|are)\b)[\p{L}\p{N}-]+ ${escape(head)}\b`, 'iu');
    if (noun.test(before)) return before.replace(noun, () => `${modifier} ${head}`);
  }
  return sameLastCharacter(before, fragment);
}

/** 信用卡 and 借记卡, 银卡 and 金卡: words of one length with one last character, where the question has but one such. */
function sameLastCharacter(before: string, fragment: string): string | undefined {
  if (!/^\p{Script=Han}{2,4}$/u.test(fragment) || before.includes(fragment)) return undefined;
  const last = fragment.slice(-1);
  const words = [...new Intl.Segmenter('zh', { granularity: 'word' }).segment(before)].map(({ segment }) => segment).filter((word) => word.length === fragment.length && word.endsWith(last));
  const [word] = words;
  return words.length === 1 && word !== undefined ? before.replace(word, () => fragment) : undefined;
}

/**
 * The question that a message means which leans on the one before: "How long does delivery to Canada take?" and "and to
 * Mexico?" are "How long does delivery to Mexico take?". Undefined where nothing in the question before can be seen to give its
 * place to what the message names.
 */
export function completeEllipsis(before: string, text: string): string | undefined {
  let fragment = simplify(text.trim());
  for (let opened = ''; opened !== fragment; ) {
    opened = fragment;
    fragment = fragment.replace(OPENING, '').trim();
  }
  fragment = fragment.replace(ENDING, '').trim();
  if (fragment === '') return undefined;
  const question = simplify(before.trim());
  return byFrame(question, fragment) ?? byUnit(question, fragment) ?? byKind(question, fragment);
}
