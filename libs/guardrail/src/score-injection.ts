import { simplify } from './simplified-characters.js';

interface Sign {
  readonly weight: number;
  readonly pattern: RegExp;
}

// Gaps are bounded and no repetition holds another, so every pattern takes time in proportion to the text.
// Orders have to be aimed at rules or prompts: "ignore my last message" and "忽略刚才那条" are what customers write.
const RULES_EN = '(?:instructions?|rules?|prompts?|directions?|directives?|guidelines?|orders you|programming|training|restrictions?|polic(?:y|ies)|commands?|assignments?|tasks?|constraints?)';
const BEFORE_EN = '(?:previous|prior|earlier|above|preceding|original|existing|initial|system|safety|your|these|those|all|any|the|everything)';
const RULES_ZH = '(?:指令|指示|规则|提示词|系统提示|设定|安全限制|内容限制|任何限制|一切限制|所有限制|命令|系统消息|说过的一切|学到的一切|告诉你的一切)';

const SIGNS: readonly Sign[] = [
  { weight: 0.85, pattern: new RegExp(`\\b(?:ignore|disregard|forget|override|bypass|overlook|drop|neglect)\\b.{0,20}\\b${BEFORE_EN}\\b.{0,30}\\b${RULES_EN}\\b`) },
  { weight: 0.7, pattern: /\b(?:ignore|disregard|forget) (?:about )?(?:everything|all|anything)(?: of)?(?: that)?(?: (?:was|you|i|we))?.{0,20}\b(?:said|told|learned|before|above|previous|previously|prior|know|written)\b/ },
  { weight: 0.85, pattern: new RegExp(`(?:忽略|无视|忘记|忘掉|不要理会|不用理会|不要遵守|不再遵守|绕过|跳过|覆盖|抛弃|别管).{0,24}${RULES_ZH}`) },
  { weight: 0.8, pattern: /\b(?:reveal|repeat|print|output|display|leak|expose|recite|ignore)\b.{0,12}\byour (?:instructions|rules|guidelines|configuration)\b/ },
  { weight: 0.8, pattern: /\b(?:reveal|show|print|repeat|output|display|tell me|give me|share|leak|expose|what (?:is|are|was|were)|write out|return|list)\b.{0,30}\b(?:system prompt|system message|hidden prompt|initial prompt|original prompt|initial instructions|prompt texts?|hidden instructions|secret instructions|your (?:entire |full )?prompts?)\b/ },
  { weight: 0.8, pattern: /(?:显示|输出|打印|告诉我|展示|说出|泄露|透露|重复|复述|给我看?|列出|翻译).{0,12}(?:系统提示|系统指令|系统消息|提示词|初始指令|隐藏指令|内部指令|你的指令|你的提示|你的设定)/ },
  { weight: 0.55, pattern: /\b(?:you are now|you're now|from now on,? you|pretend (?:to be|you are|that you)|role-?play as|take on the role|you (?:will|must|should|shall|are going to) (?:now )?(?:act|behave|respond) as|simulate being|imagine you are|i want you to act)\b|(?:^|[.!?:] )(?:please )?act as\b/ },
  { weight: 0.55, pattern: /(?:你现在是|从现在(?:开始|起),?你|现在起,?你|假装你?是|你(?:要|将|来)?扮演|请扮演|充当一?个?|模拟成).{0,30}/ },
  { weight: 0.5, pattern: /\b(?:no|without(?: any)?|free (?:of|from)|ignor\w{2,4}|lift(?:ed)?|remove)(?: all| any| your| the)? (?:filters?|censorship|ethics|ethical|moral|guardrails|safeguards|content policy|safety (?:rules|restrictions|limits))\b/ },
  { weight: 0.5, pattern: /(?:没有|不受|解除|去掉|取消|突破|不考虑).{0,8}(?:审查|道德|伦理|内容过滤|安全限制|内容限制|任何限制|一切限制)/ },
  { weight: 0.8, pattern: /\b(?:jailbreak|jailbroken|do anything now|developer mode|god mode|dan mode|prompt injection|unfiltered ai|uncensored ai|evil confidant)\b/ },
  { weight: 0.8, pattern: /(?:越狱模式|开发者模式|上帝模式|提示词?注入|无限制模式|dan模式)/ },
  { weight: 0.6, pattern: /(?:<\|?(?:im_start|im_end|system|endoftext)\|?>|\[\/?inst\]|\[system\]|###? ?(?:system|instruction)s?\b|<\/?system>|\bsystem ?: ?you\b|begin system|end of (?:system )?prompt)/ },
  { weight: 0.5, pattern: /\b(?:new|next|actual|real|updated) (?:instructions?|task|directive|prompt|orders?) ?(?::|is\b|are\b|follow)/ },
  { weight: 0.5, pattern: /(?:新的?|真正的?)(?:指令|任务|命令|规则)(?:是|如下|:)/ },
  { weight: 0.25, pattern: /\b(?:as an? (?:ai|language model)|language model|chatgpt|gpt-?[345]|openai|large language model)\b/ },
  { weight: 0.4, pattern: /\b(?:say|write|print|repeat|answer|respond|reply|output) (?:exactly|verbatim|only with|with only)\b/ },
];
const MOST_CHARACTERS = 8_000;

function flat(text: string): string {
  return simplify(text.slice(0, MOST_CHARACTERS).normalize('NFKC').toLowerCase().replace(/[\p{Cf}\p{M}]+/gu, '').replace(/\s+/gu, ' '));
}

/**
 * How much a text looks like an attempt to override a model's orders, reveal its prompt or change its role: 0 (no
 * sign) to 1. Signs add up as independent evidence. Rules only: it knows wordings, not meanings, so a low score is no
 * proof of innocence, and what a model may do must not hang on it alone.
 */
export function scoreInjection(text: string): number {
  const plain = flat(text);
  let innocent = 1;
  for (const sign of SIGNS) {
    if (!sign.pattern.test(plain)) continue;
    innocent *= 1 - sign.weight;
  }
  return Math.round((1 - innocent) * 1_000) / 1_000;
}
