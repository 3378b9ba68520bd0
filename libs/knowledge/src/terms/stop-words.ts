const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/u));

/**
 * Words that carry no subject of their own. Dropped from documents and questions alike: in a small knowledge base
 * they are rare enough for the inverse document frequency to take them for meaning.
 */
export const ENGLISH_STOP_WORDS = words(
  `a about actually become becomes after all already also am an and any are aren't as at be because been being both but by can can't cannot could couldn't
  did didn't do does doesn't doing don't else ever for from get got had has hasn't have haven't having he her here hers him his
  hello hi hey how i i'd i'll i'm i've if in into is isn't it it's its just know let like many may maybe me might mine more most much must my
  need no nor not of off ok okay on one or other our ours possible really still something anything mean means meaning thing things give gives given go goes going come comes take takes taking took make makes say says tell find look looking happen happens out over own please s say shall she should shouldn't so some such
  t tell than thank thanks that that's the their theirs them then there these they this those to too under until up us
  very want was wasn't we were weren't what what's when where whether which while who whom whose why will with won't would
  wouldn't yes yet you you'd you'll you're you've your yours`,
);

/** As above; single characters here are listed once more below where they break pairs. */
export const CHINESE_STOP_WORDS = words(
  `的 了 吗 呢 吧 啊 呀 嘛 么 哦 我的 你的 您的 他的 她的 它的 谁的 我们的 你们的 多少钱 多久 多长时间 几天 哈 是 我 你 您 他 她 它 我们 你们 他们 咱们 这 那 这个 那个 这些 那些 哪 哪个 哪些 哪里 什么 甚么 啥 怎么 怎样 怎么样 怎么办 如何 为什么 为何
  多少 几 谁 何时 何 吗 请 请问 问 一下 想 想要 想问 知道 告诉 可以 能 能够 能不能 可不可以 是否 是不是 有没有 会 会不会 要 需要 应该 应当 和 与 及 或 或者 以及 并 且 而 但 但是 如果 因为 所以
  在 于 从 到 对 把 被 让 给 为 以 由 向 就 都 也 还 又 再 才 只 很 太 更 最 不 没 没有 有 个 一个 些 一些 的话 你好 您好 谢谢 麻烦 帮 帮我 之 其 该 此 着 过 时候 啥时候 什么时候 之后 以后 后 前 里 上 下 中 关于 有关 介绍 告知 了解 情况 东西 怎么回事 一般 大概 通常 具体 如果 假如 还是 还能 就是 那么 需不需要 用不用 意思 什么意思 怎么弄 怎么用`,
);

/** Characters that hold words together and never make one: no bigram spans them. */
export const CHINESE_GLUE = words('的 了 吗 呢 吧 啊 呀 嘛 哦 我 你 您 他 她 它 是 在 请 谁 这 那 哪 啥 么 几 怎 和 与 及 或 把 被');
