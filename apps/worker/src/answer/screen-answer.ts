import { mask, screen, showAsWritten, type ShowAsWritten, type WordScreen } from '@switchyard/guardrail';

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

/** Screens what a model writes with the same words that messages are screened with. */
export interface AnswerScreen {
  /** An answer as a whole. */
  whole(answer: string): ScreenedAnswer;
  /** One that is shown while it is written. */
  asWritten(): ShowAsWritten;
}

/** The words in force, for one answer from its first piece to its end. */
export type ScreenAnswer = () => AnswerScreen;

export function createScreenAnswer(words: Pick<WordScreen, 'current'>): ScreenAnswer {
  return () => {
    const matcher = words.current();
    const whole = (answer: string): ScreenedAnswer => {
      const { action, matches, categories } = screen(answer, matcher);
      const text = mask(answer, matches.filter((match) => match.action === 'mask'));
      return { blocked: action === 'refuse' || action === 'hand_over', text, masked: text !== answer, categories, words: matcher.version };
    };
    return { whole, asWritten: () => showAsWritten(matcher) };
  };
}
