import { isQuestion, splitClauses, stripFillers } from './split-message.js';

export type YesNo = 'yes' | 'no' | 'unclear';

const YES = new Set([
  '好', '好的', '好滴', '好嘞', '好哒', '好的好的', '行', '行的', '可以', '可以的', '是', '是的', '是啊', '是滴', '对', '对的', '对对', '对对对', '没错', '正确', '嗯', '嗯嗯', '恩', '嗯是的', '嗯好的', '确认', '我确认', '确定', '我确定',
  '同意', '我同意', '要', '要的', '我要', '需要', '没问题', '当然', '当然可以', '成', '中', '妥', '继续', '继续办理', '就这样', '就这样办', '办', '办理', '提交', '确认无误', '无误', '是这样', '是这个', '就是这个', '麻烦你了', '麻烦了',
  'y', 'yes', 'yes yes', 'yep', 'yeah', 'yup', 'ya', 'aye', 'ok', 'okay', 'k', 'okey', 'sure', 'sure thing', 'of course', 'certainly', 'absolutely', 'definitely', 'correct', "that's correct", 'that is correct', 'right', "that's right",
  'that is right', 'confirm', 'confirmed', 'i confirm', 'agreed', 'i agree', 'go ahead', 'do it', 'do that', 'please do', 'do', 'proceed', 'continue', 'fine', 'sounds good', 'looks good', 'all good', 'no problem', 'yes i do', 'yes i am', 'i do', 'submit', 'perfect', 'great',
]);
const NO = new Set([
  '不', '不不', '不不不', '不要', '不是', '不对', '不用', '不用了', '不行', '不可以', '不好', '不必', '不必了', '不需要', '不需要了', '不确认', '不同意', '不办了', '不办', '不了', '否', '别', '别办', '算了', '先不', '先不要', '先不用', '先不了', '暂时不', '暂时不要', '暂不', '没有', '错', '错了', '不正确',
  '不退了', '不改了', '不想要', '不想', '我不要', '我不同意', '取消办理', '等等', '等一下', '等下', '稍等', '先等等',
  'n', 'no', 'no no', 'no no no', 'nope', 'nah', 'nay', 'not', 'not now', 'not yet', 'not really', "don't", 'dont', 'do not', 'no thanks', 'no thank you', 'no way', 'negative', 'never', 'never mind', 'nevermind', 'forget it', 'incorrect', 'wrong',
  "that's wrong", 'that is wrong', "that's not right", 'stop', 'wait', 'hold on', 'i disagree', 'rather not', "i'd rather not", 'not correct', 'not right', 'no i do not', "no i don't", "i don't", 'i do not', "don't do it", 'do not do it', "please don't", "don't submit", 'no need',
]);

// A word that takes an agreement back or adds a condition to it.
const HEDGE = /[不没别否勿]|但|可是|不过|只是|如果|要是|除非|等|先|换|改|另外|还有|或者|而是|\b(?:not|no|never|but|however|except|instead|wait|hold|unless|if|first|before|although|though|change|different|other|another|wrong|or|later)\b|n't\b|\bdont\b/u;
// "确认退款" is an agreement; "确认一下地址" and "确认取消" are not, or not for certain.
const CONFIRMS_DEED = /^我?(?:确认|确定)(?:要)?(?:申请|提交|办理|退款|退货|退|换货|修改|更改|开票|开具|下单)(?:吧|了)?$/u;
const YES_THEN_MORE = /^(?:好的|是的|对的|行的|可以的|没错)[^\s]{1,10}$|^(?:yes|yep|yeah|yup|sure|ok|okay|correct|confirmed|absolutely) .{1,60}$/u;
const NO_THEN_MORE = /^(?:no|nope|nah|don't|dont|do not|not) .{1,60}$|^(?:不要|不用|不想|不是|不对|不同意|不需要|先不|别|我不)\S{1,12}$/u;
// Begins like a no and is none.
const NOT_A_NO = /^(?:不错|不知道|不清楚|不确定|不明白|不懂|不好意思|不太|不记得|别的|no problem|no worries|not sure|no idea|don't know|dont know|do not know|not bad|no doubt)/u;

function readClause(clause: string): YesNo {
  const bare = stripFillers(clause);
  if (NOT_A_NO.test(bare)) return YES.has(bare) ? 'yes' : 'unclear';
  if (YES.has(clause) || YES.has(bare) || CONFIRMS_DEED.test(bare)) return 'yes';
  if (NO.has(clause) || NO.has(bare)) return 'no';
  if (YES_THEN_MORE.test(bare) && !HEDGE.test(bare)) return 'yes';
  if (NO_THEN_MORE.test(bare)) return 'no';
  return 'unclear';
}

/**
 * Reads the reply to a yes/no question. `yes` only for an agreement that is said outright and not taken back in
 * the same breath; whatever could be either is `unclear` and is asked again, because a yes lets a tool act.
 */
export function readYesNo(text: string): YesNo {
  if (isQuestion(text)) return 'unclear';
  const clauses = splitClauses(text);
  const readings = clauses.map(readClause);
  if (readings.includes('yes')) {
    if (readings.includes('no')) return 'unclear';
    const others = clauses.filter((_, index) => readings[index] === 'unclear');
    return readings[0] === 'yes' && !others.some((clause) => HEDGE.test(clause)) ? 'yes' : 'unclear';
  }
  return readings[0] === 'no' ? 'no' : 'unclear';
}
