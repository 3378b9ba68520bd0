import { isPoliteness, plainText, splitClauses, stripFillers } from './split-message.js';

/** What leaves any flow, said on its own. Kept to phrases that mean nothing else in a conversation about an order. */
const LEAVE = new Set([
  '算了', '算了算了', '不用了', '不用', '不需要', '不需要了', '不办了', '不弄了', '不想办了', '不想弄了', '不查了', '不退了', '不改了', '不开了', '不要了',
  '取消办理', '停止办理', '退出', '退出办理', '结束', '没事了', '当我没说', '先不办了', '先不用了', '先不了', '不了', '放弃', '取消', '取消吧', '下次再说', '以后再说',
  'never mind', 'nevermind', 'nvm', 'forget it', 'forget about it', 'cancel', 'cancel that', 'cancel it', 'cancel this', 'stop', 'stop it', 'stop this', 'quit', 'exit',
  'leave it', 'drop it', 'no need', 'not needed', "i changed my mind", 'changed my mind', 'abort', 'no longer needed', "i don't want this anymore", 'let it be',
]);

/**
 * Said at a question of a flow that may itself be about cancelling, these can mean "yes, cancel the order":
 * at a confirmation they decide nothing.
 */
const AMBIGUOUS_AT_CONFIRM = new Set(['取消', '取消吧', 'cancel', 'cancel that', 'cancel it', 'cancel this', '不要了', '结束']);

export interface LeaveOptions {
  /** The flow's own words. */
  readonly own?: readonly string[];
  /** What was asked: a text takes any words, so there the message must be a leave word as a whole. */
  readonly at: 'slot' | 'text' | 'confirm';
}

/** Whether the customer wants out of the flow. */
export function leavesFlow(text: string, { own = [], at }: LeaveOptions): boolean {
  const ownWords = new Set(own.map(plainText));
  const leaves = (clause: string): boolean => {
    const bare = stripFillers(clause);
    if (ownWords.has(clause) || ownWords.has(bare)) return true;
    return (LEAVE.has(clause) || LEAVE.has(bare)) && !(at === 'confirm' && AMBIGUOUS_AT_CONFIRM.has(bare));
  };
  const clauses = splitClauses(text).filter((clause) => !isPoliteness(clause));
  if (clauses.length === 0) return false;
  if (ownWords.has(plainText(text))) return true;
  return at === 'text' ? clauses.every(leaves) : clauses.some(leaves);
}
