import { buildWordMatcher } from '@switchyard/guardrail';
import type { WordList } from '@switchyard/site';

/**
 * Allows what the matcher would still take for a disguised word in the site's own texts, as it is written there: "Taiwan"
 * of a shop that delivers there is no pinyin for a word of the list.
 */
export function allowOwnForms(list: WordList, ownTexts: Iterable<string>): WordList {
  const matcher = buildWordMatcher([list]);
  const forms = new Set<string>();
  for (const text of ownTexts) for (const { start, end } of matcher.find(text)) forms.add(text.slice(start, end).trim().toLowerCase());
  // A form with a break in a line, or longer than a word may be, could not be written into a list.
  const allowed = [...forms].filter((form) => form.length >= 2 && form.length < 100 && !/[\r\n]/.test(form));
  return allowed.length === 0 ? list : { ...list, allow: [...new Set([...list.allow, ...allowed.toSorted()])] };
}
