import { leavesFlow } from './leave-words.js';
import { isPlainNo } from './read-yes-no.js';
import { isFiller, isPoliteness, isQuestion, plainText, splitClauses, stripFillers } from './split-message.js';

// "No" and its like before the words that matter. Longest first: "不" must not eat the half of "不对".
const LEADING = /^(?:(?:(?:no|nope|nah|actually|sorry|wait|well|oh|but|wrong|not correct|not right|that'?s (?:wrong|not right)|i mean(?:t)?)\b|不对|不是的?|不好意思|抱歉|错了|写错了|等一下|等等|不)[\s,，。.!！;；:：、-]*)+/iu;
// What stands between a complaint and the value: "the title is wrong, it is …", "地址是…". The last one counts.
const BEFORE_VALUE = /^.*(?:\b(?:it['’]?s|it is|should be|should read|change it to|make it|(?:address|title|name) is(?! (?:wrong|not|incorrect)))\b|应该是|应为|改成|改为|换成|(?<![不但可还就若])是(?!的))[\s:：,，]*/isu;
// The stop of an abbreviation belongs to the name.
const TRAILING = /(?:[\s。！!；;]|(?<!\b(?:ltd|inc|co|corp|llc|st|rd|ave|jr|sr))\.)+$/iu;
// What is left is talk about the value and not the value.
const NO_VALUE = /^(?:(?:that|this|the|these|i|i'm|you|we|it|they|my|your|because|please|keep|leave|don't|do not|not|wrong|incorrect|old|maybe)\b|[这那我你您他她它请别没不先还再等]|地址|抬头|名字|名称|姓名|错|旧|原来)|(?:错了?|不对|\bwrong|\bincorrect)$/iu;

/** Whether a correction is in the message at all: a marker that something was wrong, or that gives the right value. */
const MARKER = /^(?:no|nope|nah|actually|sorry|wait)\b|\b(?:it's|it is|should be|should read|change it to|make it|i meant?)\b|不对|不是|应该是|应为|改成|改为|换成|错了|^不[\s,，]|是/iu;

/**
 * The text that a customer puts in the place of the one shown: "no, it is Jane Smith" -> "Jane Smith". Undefined where
 * the message has no such text, or it cannot be told from the words around it; nothing is lost, it is asked again.
 */
export function readCorrection(text: string): string | undefined {
  const whole = text.replaceAll(/[’‘`´]/g, "'").trim();
  if (isQuestion(whole) || !MARKER.test(plainText(whole))) return undefined;
  const rest = whole.replace(LEADING, '');
  const value = rest.replace(BEFORE_VALUE, '').replace(TRAILING, '').trim();
  return value === '' || value === whole || NO_VALUE.test(value) ? undefined : value;
}

const REFUSES = /^(?:(?:no|please) )*(?:(?:don't|dont|do not|not) (?:do|change|issue|make|submit|send|want|need)(?: (?:it|that|this|anything|the address|an invoice|any))?|(?:keep|leave) (?:it|the (?:old|same|current) (?:one|address))(?: as it is)?)$|^(?:不要|不用|不想|先不|别|我不|就不)(?:要)?(?:退|改|开|办|取消|提交|修改|申请)?(?:地址|发票)?(?:了)?$/u;

/** Whether a message that begins with a no, or leaves, says nothing else: no further words that could be a correction. */
export function onlyDeclines(text: string, own: readonly string[]): boolean {
  const isNo = (clause: string): boolean => isPlainNo(clause) || REFUSES.test(stripFillers(clause)) || leavesFlow(clause, { own, at: 'confirm' });
  const clauses = splitClauses(text).filter((clause) => !isPoliteness(clause) && !isFiller(clause));
  return leavesFlow(text, { own, at: 'text' }) || (clauses.length > 0 && clauses.every(isNo));
}
