import { isFiller, isQuestion, isThanks, splitClauses, stripFillers } from './split-message.js';
import { restatesDeed } from './restate-deed.js';

export type YesNo = 'yes' | 'no' | 'unclear';

const YES = new Set([
  '好', '好的', '好滴', '好嘞', '好哒', '好的好的', '行', '行的', '可以', '可以的', '是', '是的', '是啊', '是滴', '对', '对的', '对对', '对对对', '没错', '正确', '嗯', '嗯嗯', '恩', '嗯是的', '嗯好的', '确认', '我确认', '确定', '我确定',
  '同意', '我同意', '要', '要的', '我要', '需要', '没问题', '当然', '当然可以', '成', '中', '妥', '继续', '继续办理', '就这样', '就这样办', '办', '办理', '提交', '确认无误', '无误', '是这样', '是这个', '就是这个', '麻烦你了', '麻烦了',
  'y', 'yes', 'yes yes', 'yep', 'yeah', 'yup', 'ya', 'aye', 'ok', 'okay', 'k', 'okey', 'sure', 'sure thing', 'of course', 'certainly', 'absolutely', 'definitely', 'correct', "that's correct", 'that is correct', 'right', "that's right",
  'that is right', 'confirm', 'confirmed', 'i confirm', 'agreed', 'i agree', 'go ahead', 'do it', 'do that', 'please do', 'do', 'proceed', 'continue', 'fine', 'sounds good', 'looks good', 'no problem', 'yes i do', 'yes i am', 'i do', 'submit', 'perfect', 'great',
]);
const NO = new Set([
  '不', '不不', '不不不', '不要', '不是', '不对', '不用', '不用了', '不行', '不可以', '不好', '不必', '不必了', '不需要', '不需要了', '不确认', '不同意', '不办了', '不办', '不了', '否', '别', '别办', '算了', '先不', '先不要', '先不用', '先不了', '暂时不', '暂时不要', '暂不', '没有', '错', '错了', '不正确',
  '不退了', '不改了', '不想要', '不想', '我不要', '我不同意', '取消办理', '等等', '等一下', '等下', '稍等', '先等等',
  'n', 'no', 'no no', 'no no no', 'nope', 'nah', 'nay', 'not', 'not now', 'not yet', 'not really', "don't", 'dont', 'do not', 'no thanks', 'no thank you', 'no way', 'negative', 'never', 'never mind', 'nevermind', 'forget it', 'incorrect', 'wrong',
  "that's wrong", 'that is wrong', "that's not right", 'stop', 'wait', 'hold on', 'i disagree', 'rather not', "i'd rather not", 'not correct', 'not right', 'no i do not', "no i don't", "i don't", 'i do not', "don't do it", 'do not do it', "please don't", "don't submit", 'no need',
]);

const NO_THEN_MORE = /^(?:no|nope|nah|don't|dont|do not|not) .{1,60}$|^(?:不要|不用|不想|不是|不对|不同意|不需要|先不|别|我不)\S{1,12}$/u;
// Begins like a no and is none.
const NOT_A_NO = /^(?:不错|不知道|不清楚|不确定|不明白|不懂|不好意思|不太|不记得|别的|no problem|no worries|not sure|no idea|don't know|dont know|do not know|not bad|no doubt)/u;
// "没问题吧" and "行吧" ask or waver; these few stay an agreement with the particle behind them.
const WAVERS = /[吧嘛么]$/u;
const FIRM_WITH_PARTICLE = new Set(['好', '好的', '确认', '提交', '继续', '办', '办理', '就这样', '就这样办']);
const AGREES_THEN = /^(?:yes|yep|yeah|yup|sure|ok|okay|correct|confirmed|absolutely|of course) (.+)$|^(?:ok|好的|好|是的|是|对的|对|行的|行|可以的|可以|没错|没问题|同意|我同意|嗯嗯|嗯|我?确认|我?确定)(?:要)?(.+)$/u;

function isAgreement(clause: string): boolean {
  const bare = stripFillers(clause);
  return (YES.has(clause) || YES.has(bare)) && (!WAVERS.test(clause) || FIRM_WITH_PARTICLE.has(bare));
}

/** An agreement and, with no break between, another one or what will be done: "ok do it", "好的退吧". */
function agreesAndRestates(clause: string, asked: string | undefined): boolean {
  const match = AGREES_THEN.exec(stripFillers(clause));
  const rest = match?.[1] ?? match?.[2];
  return rest !== undefined && (restatesDeed(rest, asked) || (isAgreement(rest) && !WAVERS.test(clause)));
}

/** What one clause says: `deed` restates what was asked and decides nothing on its own; `polite` says nothing at all. */
type ClauseReading = YesNo | 'deed' | 'polite';

function readClause(clause: string, asked: string | undefined): ClauseReading {
  const bare = stripFillers(clause);
  if (isThanks(clause) || isFiller(clause)) return 'polite';
  if (NOT_A_NO.test(bare)) return isAgreement(clause) ? 'yes' : 'unclear';
  if (isAgreement(clause)) return 'yes';
  if (isPlainNo(clause)) return 'no';
  if (agreesAndRestates(clause, asked)) return 'yes';
  if (restatesDeed(clause, asked)) return 'deed';
  return NO_THEN_MORE.test(bare) ? 'no' : 'unclear';
}

/** Whether a clause is a no and nothing more: "不对", but not "不对是 19 号". */
export function isPlainNo(clause: string): boolean {
  return NO.has(clause) || NO.has(stripFillers(clause));
}

/** Whether the message begins with an agreement, whatever follows. */
export function beginsWithYes(text: string): boolean {
  const [first] = splitClauses(text);
  return first !== undefined && (isAgreement(first) || AGREES_THEN.test(stripFillers(first)));
}

/**
 * Reads the reply to a yes/no question. `yes` only where every part of the message agrees, or repeats after an
 * agreement what will be done; any other word beside a yes makes it `unclear`, and it is asked again, because a
 * yes lets a tool act. `asked` is the question: what is repeated must be what was asked, so that "yes, cancel it"
 * agrees to no new address; without it any deed will do.
 */
export function readYesNo(text: string, asked?: string): YesNo {
  if (isQuestion(text)) return 'unclear';
  const readings = splitClauses(text)
    .map((clause) => readClause(clause, asked))
    .filter((reading) => reading !== 'polite');
  if (readings.includes('yes')) return readings.every((reading) => reading === 'yes' || reading === 'deed') ? 'yes' : 'unclear';
  return readings[0] === 'no' ? 'no' : 'unclear';
}
