import { mask, screen, type WordScreen } from '@switchyard/guardrail';

export interface ScreenedAnswer {
  /** The answer may not be given at all. */
  readonly blocked: boolean;
  /** The answer, with what must be masked replaced. */
  readonly text: string;
  readonly masked: boolean;
  /** Categories of the site's words that were found. */
  readonly categories: readonly string[];
  /** Names the lists that it was screened with. */
  readonly words: string;
}

/** Screens what a model wrote with the same words that messages are screened with. */
export type ScreenAnswer = (answer: string) => ScreenedAnswer;

export function createScreenAnswer(words: Pick<WordScreen, 'current'>): ScreenAnswer {
  return (answer) => {
    const matcher = words.current();
    const { action, matches, categories } = screen(answer, matcher);
    const text = mask(answer, matches.filter((match) => match.action === 'mask'));
    return { blocked: action === 'refuse' || action === 'hand_over', text, masked: text !== answer, categories, words: matcher.version };
  };
}
