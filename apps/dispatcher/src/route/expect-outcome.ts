import type { ExpectedOutcome } from '@switchyard/contracts';
import { predictOutcome, questionFeatures } from '@switchyard/intent';
import type { Site } from '@switchyard/site';

/** Digits behind the point, of shares and of USD: no rule needs more, and the record is read by people. */
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/**
 * What the site's router expects of a message: whether the local model will do, whether the expert will, and what the
 * expert would save. It saves what a wrong answer costs as often as it is right where the local model is not, and costs
 * the difference of their prices. Pure; undefined where the site has no router.
 */
export function expectOutcome({ router, settings }: Pick<Site, 'router' | 'settings'>, text: string): ExpectedOutcome | undefined {
  if (!router) return undefined;
  const { local, expert } = predictOutcome(router, questionFeatures(text));
  const gain = expert - local;
  const prices = settings.router;
  return {
    localRight: round(local, 4),
    expertRight: round(expert, 4),
    gain: round(gain, 4),
    savesUsd: prices ? round(gain * prices.wrongAnswerUsd - (prices.expertAnswerUsd - prices.localAnswerUsd), 6) : null,
  };
}
