import { stripFillers } from './split-message.js';

// What a customer may repeat of the question after a yes. A closed list: any other word is content of its own.
const ENGLISH = /^(?:(?:please|just|go ahead and|do|you can|you may) )*(refund|return|cancel|change|submit|send|issue|make|go ahead|do it|do that)(?: (?:it|that|this|me|them|(?:the|my|this|that) (?:order|refund|return|money|address|invoice|request)))?(?: (?:please|now|then))*$/u;
const CHINESE = /^(?:请|麻烦你?|帮我|给我|就|直接|那就)*(?:申请|办理|提交)?(退货退款|退款|退货|退钱|退|取消|换货|修改|更改|改|提交|办理|办|开具|开发票|开票|开|下单|申请|继续)(?:这个)?(?:订单|地址|发票)?(?:掉|了)?$/u;

/** Words that name the same deed, in a reply and in a question. Deeds of no family ("do it", "提交") fit any question. */
const FAMILIES: readonly { readonly said: RegExp; readonly asked: RegExp }[] = [
  { said: /refund|return|退/u, asked: /refund|return|退/iu },
  { said: /cancel|取消/u, asked: /cancel|取消/iu },
  { said: /change|改/u, asked: /chang|改/iu },
  { said: /换/u, asked: /exchange|换/iu },
  { said: /issue|make|开/u, asked: /invoice|issue|开/iu },
];

/**
 * Whether a clause, in plain form, says again what was asked and nothing else: "refund it", "帮我退款". `asked` is the
 * question's text, in any of its languages; undefined lets every deed pass but "取消", which alone may mean "stop this".
 */
export function restatesDeed(clause: string, asked: string | undefined): boolean {
  const bare = stripFillers(clause);
  const deed = (ENGLISH.exec(bare) ?? CHINESE.exec(bare))?.[1];
  if (deed === undefined) return false;
  const family = FAMILIES.find(({ said }) => said.test(deed));
  if (asked === undefined) return deed !== '取消';
  return family === undefined || family.asked.test(asked);
}
