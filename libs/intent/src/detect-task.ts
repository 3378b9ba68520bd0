import type { TaskType } from '@switchyard/contracts';

/**
 * What kind of thing a message wants, told by words that belong to the language and to no trade. Asked where no intent of
 * the site fits; one that fits names its own kind. The first pattern that holds decides, the surest ones first.
 */
const SIGNS: readonly (readonly [TaskType, RegExp])[] = [
  // Nothing but a greeting, thanks, a farewell or a word of agreement; or a question about the one who answers.
  ['small_talk', /^(?:(?:你好|您好|哈喽|哈啰|嗨|嘿|在吗|在不在|有人吗|早上好|上午好|中午好|下午好|晚上好|早安|晚安|早|谢谢|多谢|感谢|辛苦|再见|拜拜|回见|哈哈|嘻嘻|好的|好嘞|嗯+|行|ok|知道|明白|收到|没事)(?:[你您了啊呀哦吧呢吗啦的们大家各位]|再见|哈|亲|了解){0,6} ?){1,4}$/iu],
  ['small_talk', /^(?:hi|hiya|hello|hey|yo|howdy|good (?:morning|afternoon|evening|day|night)|greetings|thanks?|thank you|thx|ta|cheers|bye|goodbye|see you|see ya|ok|okay|great|cool|nice|lol|ha(?:ha)+|welcome)(?: (?:there|all|everyone|again|so much|very much|a lot|you|for your help|for now|later|then|team|mate|bot))*$/iu],
  ['small_talk', /你(?:是谁|叫什么|(?:是|是不是)(?:机器人|真人|人工智能)|多大|几岁|吃(?:饭|过)|住哪|累不累|会聊天|心情)|(?:聊聊天|陪我聊|今天天气|好无聊)|\b(?:how are you|how(?:'s| is) it going|who are you|are you (?:a |an )?(?:robot|bot|human|real|machine|person|ai)|what(?:'s| is) your name|how old are you|nice to meet you|have a (?:nice|good|great)|i'?m bored|what'?s up)\b/iu],
  ['creative', /(?:写|编|作|创作|拟|起草)(?:一?[首篇段封个份句条则]|诗|文案|贺卡|祝福)|翻译成|翻译一下|起一?个.{0,4}名字?|想一?[个句些]|出出?主意|给[我点些]{1,2}(?:建议|灵感|创意)|有什么(?:好的)?(?:建议|推荐|想法)|推荐(?:一|几|个|下|点|什么|吗)|送.{0,8}什么(?:好|礼物|合适)|哪[个款种一]{1,2}.{0,6}(?:更好|好一?[点些]|更适合|更合适|比较好)|怎么搭配|怎么选|讲个|比较一下|对比一下/u],
  ['creative', /\b(?:write|compose|draft|invent|rewrite|paraphrase) (?:me |us )?(?:an?|the|some|my|this|it)\b|\b(?:poem|slogan|haiku|short story)\b|\btranslate\b|\b(?:suggest|recommend)(?:ation|ations|ions?|s)?\b|\b(?:any|some|give me|need) (?:ideas|advice|inspiration|tips)\b|\bbrainstorm\b|\bcome up with\b|\bwhat (?:should|would|could) (?:i|you|we) (?:get|buy|give|choose|pick|wear)\b|\bwhich (?:one |of (?:them|these|the two) )?(?:is|would be|are|do you think is) (?:better|best|nicer)\b|\btell me a (?:story|joke)\b|\bcompare\b/iu],
  ['complaint', /投诉|举报|差评|气死|太(?:差|坑|烂|慢|过分|失望|离谱|气人|让人失望)|失望|垃圾|骗(?:子|人|我|钱)|忽悠|坑人|恶劣|不像话|没人(?:管|理|回|接|处理)|怎么(?:还没|还不|又|搞|回事|这样|这么)|凭什么|(?:等|催|打|说|问|找)了?.{0,8}(?:还没|还是没|也没|都没|没人)|坏(?:了|的)|碎了|破(?:了|损)|裂(?:了|开)|漏(?:水|了)|用不了|打不开|没反应|发错|少发|漏发|质量(?:有|太|好)?(?:问题|差)|再也不|不满意|什么(?:破|烂)|搞什么|受够/u],
  ['complaint', /\b(?:complain|complaint|terrible|awful|horrible|worst|unacceptable|disappoint(?:ed|ing)|disgust(?:ed|ing)|ridiculous|rude|scam|rip-?off|ripped off|fed up|furious|angry|annoyed|useless|rubbish|pathetic|joke of|broken|damaged|faulty|defective|cracked|leaking|missing parts?|waste of)\b|\b(?:doesn'?t|does not|won'?t|isn'?t|not|never|stopped) (?:work|working|turn on|charge|charging|arrived|come|been answered)\b|\bstill (?:waiting|not|nothing|haven'?t|hasn'?t|no)\b|\b(?:no ?one|nobody) (?:answers|helps|replies|cares|has)\b|\bnot (?:happy|satisfied|good enough|what i ordered)\b|\bsick of\b|\bwrong (?:item|size|colou?r|product|order)\b/iu],
  // "How do I cancel it?" asks, "cancel it" orders.
  ['knowledge', /^(?:请问|那|我想(?:问|知道|了解)一?下?|想问一?下?)?.{0,10}(?:怎么(?:样|才能)?(?!还|又|搞|回事)|如何|怎样|为什么|为啥|什么是|是什么|什么意思|啥意思|有什么(?:区别|不同|要求|条件|规定)|需要(?:什么|哪些|带)|哪些(?:条件|材料|方式|情况))/u],
  ['knowledge', /^(?:please |so |and |hi,? |hello,? )?(?:how (?:do|can|should|would|does|to|is|are) (?!much|many)|why |what(?:'s| is| are) (?:the |your )?(?:policy|policies|difference|rules?|process|procedure|requirements?|warranty|meaning|conditions)|what (?:does|do|happens|documents|counts)|explain\b|can you explain|is it (?:possible|allowed|safe|ok)|am i (?:allowed|able|entitled))/iu],
  ['action', /(?:帮|给|替|为)(?:我|忙|我们).{0,8}(?:取消|退|换|改|开|申请|办|注销|绑|预约|预订|订|下单|催|寄|补|关|激活|冻结|挂失|转|发|更新|重置|充|提现|续|升级|加|删|设置|登记|安排|查封)|(?:我要|我想要?|我需要|想|麻烦|请|需要|要求|申请)(?:你们?|您)?.{0,6}(?:取消|退|换|修改|改成?|开(?:具|通|发|票|个)|办理|办|注销|绑定|解绑|预约|预订|订|下单|催|补发|补开|关闭|激活|冻结|挂失|转人工|重置|充值|提现|转账|续费|升级|删除|安排)|^(?:取消|退款|退货|换货|修改|改成|开通|关闭|注销|解绑|绑定|预约|预订|重置|激活|冻结|挂失|转人工|补发|删除)/u],
  ['action', /^(?:(?:hi|hello|hey|please|pls|ok|and|then|now|just|kindly),? )*(?:(?:can|could|would|will) you (?:please |kindly )?|i(?:'d| would) (?:like|love) (?:you )?to |i (?:want|need|wish) (?:you )?to |i'?m (?:trying|looking) to |help me (?:to )?|let(?:'s| me) |let us )?(?:cancel|return|refund|exchange|replace|change|update|reset|book|reserve|order|buy|send|resend|activate|deactivate|block|unblock|freeze|close|open|delete|remove|add|transfer|renew|upgrade|downgrade|schedule|reschedule|register|unsubscribe|subscribe|stop|start|set up|set|move|pay|switch|connect me|call me|email me|put me)\b/iu],
  ['structured', /查(?:一?下|询|查|看|个)|到哪(?:了|儿|里|一步)?|多少(?:钱|件|个|分|元|块)?|几(?:点|号|天|个|件|折|块)|余额|积分|库存|有(?:没有)?(?:货|现货)|(?:什么时候|啥时候|何时|多久).{0,6}(?:到|发|送|能|开门|关门|发货|退)|状态|进度|单号|价格|地址是|电话是|营业时间|还剩/u],
  ['structured', /\bwhere(?:'s| is| are) (?:my|the|it)\b|\b(?:status|track|tracking|balance|in stock|out of stock|opening hours|due date)\b|\bhow (?:much|many)\b|\bwhen (?:will|does|do|is|are|can) (?:my|it|the|you|i)\b|\bhas (?:my|it|the) .{0,30}\b(?:shipped|arrived|left|been)\b|\bwhat time\b|\b(?:price|cost) of\b|\bcheck (?:my|the|if|on|whether)\b|\blook up\b|\bdo you have (?:any|the|it|this|size|more)\b/iu],
  ['knowledge', /[吗么呢][？?]?$|[？?]$|什么|哪[里些个种]|能不能|可不可以|是不是|有没有|支持|规定|政策|流程|条件|区别/u],
  ['knowledge', /\?$|^(?:what|which|who|when|where|how|why|can|could|do|does|did|is|are|am|will|would|should|may) /iu],
];

/** A message longer than this says many things; its beginning is taken. */
const SEES = 500;

/** The kind of task of a message in Chinese or English; `unknown` where nothing tells. */
export function detectTask(text: string): TaskType {
  const plain = text.slice(0, SEES).normalize('NFKC').replaceAll('’', "'").replaceAll(/\s+/g, ' ').trim();
  const bare = plain.replaceAll(/[\p{P}\p{S}~\s]+/gu, (signs) => (/['-]/.test(signs) && signs.length === 1 ? signs : ' ')).trim();
  if (bare === '') return 'unknown';
  return SIGNS.find(([task, sign]) => sign.test(task === 'small_talk' ? bare : plain))?.[0] ?? 'unknown';
}
