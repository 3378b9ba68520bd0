import { lastTurns, type EarlierAsk, type Turn } from '@switchyard/contracts';

/** Earlier turns that a model is sent; more cost time and money and change little. */
const MOST_TURNS = 6;
/** What they may take of a small model's window, beside the prompt and its passages. */
const MOST_TOKENS = 1_500;

const OF_ONE_TOKEN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;
/**
 * What a character takes of the budget, reckoned high, since every model cuts text in its own way: one token for a Chinese
 * character, a third of one for others (English has about four letters a token in the tokenisers in use).
 */
const tokensOf = (character: string): number => (OF_ONE_TOKEN.test(character) ? 1 : 1 / 3);

/** The last turns of a conversation for a model's prompt, within a budget of tokens. */
export const turnsForPrompt = (turns: readonly Turn[]): Turn[] => lastTurns(turns.slice(-MOST_TURNS), MOST_TOKENS, tokensOf);

/** Four bytes a character, three characters a token. */
const MOST_BYTES = MOST_TOKENS * 3 * 4;

/**
 * How many turns `turnsForPrompt` gives at most, and of how many bytes (UTF-8) together, whichever of the turns it is given and
 * whatever is replaced in them before. @param growthOf by how many bytes a text can grow then
 */
export function mostOfTurns(turns: readonly Turn[], growthOf: (text: string) => number): { readonly count: number; readonly bytes: number } {
  const sizes = turns.map(({ text }) => Buffer.byteLength(text) + growthOf(text)).toSorted((one, other) => other - one);
  const bytes = sizes.slice(0, MOST_TURNS).reduce((sum, size) => sum + size, 0);
  return { count: Math.min(MOST_TURNS, turns.length), bytes: Math.min(MOST_BYTES, bytes) };
}

/** Of what was asked before, as many labels as help. */
const MOST_LABELS = 8;

/**
 * A sentence for a model's orders on what was asked before the turns that it is sent, else empty. Labels of the site only: words
 * of a customer have no place among orders.
 */
export function earlierForPrompt(turns: readonly Turn[], earlier: readonly EarlierAsk[] = []): string {
  const unsent = turns.slice(0, turns.length - turnsForPrompt(turns).length);
  const labels = [...new Set([...earlier, ...unsent].flatMap(({ intents = [] }) => intents))].slice(-MOST_LABELS);
  return labels.length === 0 ? '' : `Earlier in the conversation the customer asked for: ${labels.join('; ')}.`;
}
