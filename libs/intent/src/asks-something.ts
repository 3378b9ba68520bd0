// Question words, particles, and what introduces a wish; not where it is denied ("不想要了").
const CHINESE = /[吗么呢]|怎|如何|多少|多久|多长|哪|谁|几|是不是|是否|有没有|(?<!不|不想)(?:想|要|请|能|可以|帮|麻烦|给我|让我)/u;
const ENGLISH =
  /\b(?:what|how|why|where|which|who|please)\b|\bi(?:'d| would)? (?:also )?(?:want|need|like) (?!it\b)|^(?:(?:when|and|but|so) )?(?:can|could|do|does|did|is|are|will|would|should|may|have|has) |^(?:cancel|change|check|give|let|return|refund|send|show|tell|track)\b/iu;

/** Whether a clause sounds like a question or a wish, and not only like what led to one ("I bought the wrong one"). */
export function asksSomething(clause: string): boolean {
  return CHINESE.test(clause) || ENGLISH.test(clause.trim().replaceAll('’', "'"));
}
