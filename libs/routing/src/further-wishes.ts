import type { ReplyLanguage } from '@switchyard/contracts';
import type { CuratedAnswer, Site } from '@switchyard/site';

/** One of several things that a message asks for: an intent, or a curated answer. */
export interface Wish {
  readonly label: string;
  /** The intent's flow. */
  readonly flow?: string;
  readonly answer?: CuratedAnswer;
}

/** What a reply is about: the label of an intent or an answer, or the flow that runs. */
export type Answered = { readonly label: string } | { readonly flow: string };

/** What a reply leaves open of a message that asks for several things. */
export interface FurtherWishes {
  /** Curated answers that can be given along with it. */
  readonly answers: readonly CuratedAnswer[];
  /** Whether something else remains, which only a message of its own can have. */
  readonly others: boolean;
}

/** Used where a site has no text `further`. */
const FURTHER = { zh: '您还问了别的事，请另发一条消息告诉我，我接着处理。', en: 'You asked for something else as well: please send it as a message of its own, and I will see to it.' };

export function furtherWishes(wishes: readonly Wish[], answered: Answered): FurtherWishes {
  const further = wishes.filter((wish) => ('flow' in answered ? wish.flow !== answered.flow : wish.label !== answered.label));
  return { answers: further.flatMap(({ answer }) => answer ?? []), others: further.some(({ answer }) => answer === undefined) };
}

/** The texts for them, so that a reply never drops silently what it does not answer. */
export function wordsForFurther({ answers, others }: FurtherWishes, texts: Site['settings']['texts'], language: ReplyLanguage): string[] {
  return [...answers.map(({ answer }) => answer[language]), ...(others ? [(texts.further ?? FURTHER)[language]] : [])];
}

/** A sentence for a model's orders where a message asks for several things (`trail.intents`, labels of the site), else empty. */
export function wishesForPrompt(intents: readonly string[] = []): string {
  return intents.length < 2 ? '' : `The customer's message asks for several things (${intents.join('; ')}): answer each of them, and say which one you cannot answer.`;
}
