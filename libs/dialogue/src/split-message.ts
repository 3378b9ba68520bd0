/** One form for comparing what people type: full width, letter case, spaces and curly apostrophes do not matter. */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\u200b-\u200f\u2060\ufeff]/g, '')
    .replaceAll(/[’‘`´]/g, "'")
    .replaceAll(/\s+/g, ' ')
    .trim();
}

// What is said for politeness or rhythm and changes nothing.
const LEADING = /^(?:那就|那么|那|就|嗯+|哦+|噢+|啊+|呃+|唉+|额+|请|麻烦|还是|oh|uh|um|well|please|actually|hmm+|hey)[\s,]*(?=.)/u;
const TRAILING = /(?:[吧啦啊呀哦噢呢哈喔嘛]+|谢谢你?|谢了|多谢|,?\s*(?:please|thanks|thank you|thx|then|mate|sir|madam))$/u;

/** A clause without the fillers around it; never empty where the clause was not. */
export function stripFillers(clause: string): string {
  let plain = clause;
  for (let before = ''; before !== plain; ) {
    before = plain;
    plain = plain.replace(TRAILING, '').trim() || plain;
    plain = plain.replace(LEADING, '').trim() || plain;
  }
  return plain;
}

const POLITENESS = /^(?:谢谢你?|多谢|谢了|辛苦了|麻烦了|不好意思|抱歉|thanks|thank you|thx|sorry|please|sorry about that)$/u;

/** Whether a clause says nothing but thanks or sorry. */
export function isPoliteness(clause: string): boolean {
  return POLITENESS.test(clause);
}

/** Whether a clause is thanks; unlike "sorry", they take nothing back. */
export function isThanks(clause: string): boolean {
  return /^(?:谢谢你?|多谢|谢了|辛苦了|thanks|thank you|thx|please)$/u.test(clause);
}

/** Whether a clause is only a sound or a word of rhythm. "Hmm" is none: it hesitates. */
export function isFiller(clause: string): boolean {
  return /^(?:那|那么|哦+|噢+|啊+|oh|well|actually)$/u.test(clause);
}

/** The clauses of a message in plain form, without punctuation. */
export function splitClauses(text: string): string[] {
  return plainText(text)
    .split(/[,，.。!！?？;；:：、~…\n()（）"“”]+|\s-+\s/u)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '');
}

const QUESTION = /[?？]|吗|什么|怎么|怎样|如何|多少|多久|多长|为什么|为何|哪|谁|几(?:天|点|号|个|件|元)|是不是|能不能|可不可以|有没有|要不要/u;
// "Do that" is an order, not a question.
const QUESTION_EN = /\b(?:what|what's|how|why|when|where|which|who)\b|^(?!do (?:it|that|this)\b)(?:can|could|do|does|did|is|are|will|would|should|may|have|has) (?:i|you|we|it|they|the|this|that|there|my|your)\b/u;

/** Whether the message asks something. */
export function isQuestion(text: string): boolean {
  const plain = plainText(text);
  return QUESTION.test(plain) || QUESTION_EN.test(plain) || splitClauses(text).some((clause) => QUESTION_EN.test(clause));
}
