import { KEPT_EARLIER, KEPT_TURNS, type EarlierAsk, type Trail, type Turn } from '@switchyard/contracts';

/** What of a message is remembered once its turn is too old. */
export interface Remembering {
  /** Labels of what this message asks for. */
  readonly intents: readonly string[];
  /** Keywords of a text, none of them personal data. */
  readonly keywordsOf: (text: string) => readonly string[];
}

export interface Memory {
  readonly turns: Turn[];
  readonly earlier: EarlierAsk[];
}

/**
 * The last turns, and of those that they push out what was asked for: a running summary that needs no model, never grows
 * beyond `KEPT_EARLIER`, and holds no personal data that was found. Of turns of the mesh nothing is kept.
 */
export function remember(turns: readonly Turn[], earlier: readonly EarlierAsk[], keywordsOf: Remembering['keywordsOf']): Memory {
  const dropped = turns.slice(0, -KEPT_TURNS).filter(({ role }) => role === 'customer');
  const asks = dropped.map(({ text, intents = [] }): EarlierAsk => ({ intents: [...intents], keywords: [...keywordsOf(text)] }));
  const known = asks.filter(({ intents, keywords }) => intents.length + keywords.length > 0);
  return { turns: turns.slice(-KEPT_TURNS), earlier: [...earlier, ...known].slice(-KEPT_EARLIER) };
}

/** Labels of what a message asks for, as far as its trail knows. */
export const intentsOf = ({ intent, intents }: Pick<Trail, 'intent' | 'intents'>): string[] => intents ?? (intent === undefined || intent.source === 'none' ? [] : [intent.label]);
