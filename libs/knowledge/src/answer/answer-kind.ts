import { simplify } from '../terms/normalise-text.js';

/** What kind of thing a question asks for, as far as its form tells. */
export type AnswerKind = 'duration' | 'money' | 'time' | 'number' | 'contact' | 'possibility' | 'any';

const CUES: readonly (readonly [AnswerKind, RegExp])[] = [
  ['duration', /多久|多长时间|几天|多少天|几个工作日|几小时|几个月|几年|多少个?(?:小时|工作日|月)|时效|期限|how (?:long|many (?:\w+ )?(?:days|hours|weeks|months|years|minutes)|quickly|fast|soon)/iu],
  ['money', /多少钱|几块|几元|什么价|价格|收费|费用|运费|邮费|how much|price|cost|fee|charge|expensive/iu],
  ['time', /什么时候|何时|几点|啥时候|哪天|几号|哪一?年|when\b|what (?:time|date|day|year)|which year/iu],
  ['contact', /电话|邮箱|联系方式|联系客服|热线|phone|e-?mail|contact|hotline|call you/iu],
  ['number', /多少|几[个次种件款张人台项类座层只]|how many|how often|what (?:number|percentage)/iu],
  ['possibility', /能不能|可不可以|可以.*吗|能.*吗|是否|支持.*吗|有没有|是不是|^(?:can|could|may|do|does|is|are|will|would)\b/iu],
];

/** Cues that are the subject at the same time: "what is the shipping fee". */
const SUBJECTS = /价|费|期限|时效|price|cost|fee|charge|expensive/iu;

const NUMBER = String.raw`(?:\d+|[一二两三四五六七八九十百千半]+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|thirty)`;
const ANSWERS: Record<Exclude<AnswerKind, 'any'>, RegExp> = {
  duration: new RegExp(String.raw`${NUMBER}[\d\s–~\-至到or]*个?(?:working |business )?(?:天|日|小时|工作日|分钟|周|星期|月|年|days?|hours?|weeks?|months?|years?|minutes?)|next day|same day|次日|当天|当日|即时|immediately`, 'iu'),
  money: /[¥￥$€£]\s*\d|\d\s*(?:元|块|cny|rmb|usd|yuan|dollars?|euros?|pounds?|%)|免费|免运|包邮|\bfree\b|承担|paid by/iu,
  time: /\d{1,2}[:：点]\d{0,2}|\d{4}\s*年|\d{1,2}\s*月|\d{4}|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b|周[一二三四五六日末]|星期|早上|晚上|上午|下午|每天|全天|\d\s*(?:天|小时|days?|hours?)|before|after|until|之前|之后/iu,
  number: new RegExp(NUMBER, 'iu'),
  contact: /[\d-]{7,}|[\w.]+@[\w.]+|在线客服|online chat/iu,
  possibility: /可以|不可|不能|能够|支持|不支持|允许|不允许|无法|均可|仅|必须|\b(?:can(?:not|'t)?|may|allowed|possible|available|yes|no|must|only|not|offers?|supports?|accepts?)\b/iu,
};

/** The kind of answer that the question asks for, the first that its words name; its last line counts before the others. */
export function answerKind(question: string): AnswerKind {
  const plain = simplify(question);
  const kindOf = (text: string): AnswerKind | undefined => CUES.find(([, pattern]) => pattern.test(text))?.[0];
  return kindOf(plain.slice(plain.lastIndexOf('\n') + 1)) ?? kindOf(plain) ?? 'any';
}

/** The question without the words that only say what kind of answer is wanted: no document repeats its "how long". */
export function withoutCue(asked: string): string {
  // No pattern needs a traditional form of its own, and what comes out is compared in simplified characters anyway.
  const question = simplify(asked);
  const pattern = CUES.find(([kind]) => kind === answerKind(question) && kind !== 'possibility' && kind !== 'contact')?.[1];
  if (!pattern) return question;
  const start = question.lastIndexOf('\n') + 1;
  return question.slice(0, start) + question.slice(start).replace(new RegExp(pattern, 'giu'), (cue) => (SUBJECTS.test(cue) ? cue : ' '));
}

/** Whether the sentence holds such a thing; always true where the question names none. */
export function hasAnswerOf(kind: AnswerKind, sentence: string): boolean {
  return kind === 'any' || ANSWERS[kind].test(simplify(sentence));
}
