import { buildWordMatcher, mask, screen } from '@switchyard/guardrail';
import type { Site } from '@switchyard/site';

export interface ScreenedAnswer {
  /** The answer may not be given at all. */
  readonly blocked: boolean;
  /** The answer, with what must be masked replaced. */
  readonly text: string;
  readonly masked: boolean;
}

/** Screens what a model wrote with the same words that messages are screened with. */
export type ScreenAnswer = (answer: string) => ScreenedAnswer;

export function createScreenAnswer(site: Pick<Site, 'words'>): ScreenAnswer {
  const matcher = buildWordMatcher(site.words);
  return (answer) => {
    const { action, matches } = screen(answer, matcher);
    const text = mask(answer, matches.filter((match) => match.action === 'mask'));
    return { blocked: action === 'refuse' || action === 'hand_over', text, masked: text !== answer };
  };
}
