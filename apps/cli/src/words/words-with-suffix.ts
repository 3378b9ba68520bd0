/** A word with a suffix behind it, and how often the word stands in the dictionary's text. */
export interface Suffixed {
  readonly text: string;
  readonly count: number;
}

/** Rarer words are not worth a place in a list of what is allowed: count among 60 million words of text. */
const LEAST_COUNT = 20;
/** Characters that make a new word of almost any: places, people, things, food, sums, kinds. */
const SUFFIXES = '店馆楼院园场站路街区市县村镇省州山河湖岛桥门厅室间层号码费价票卡证单表机器车船员者家师生工学式型类种版款套件箱包袋杯瓶盒汤饭面菜粥饼糕茶酒油酱片块';

/**
 * For each string, where its beginning is the end of an ordinary word and its last character a suffix of that word:
 * "鸭店" in "烤鸭店".
 * @param words the dictionary's words with their counts
 * @param isOrdinary whether a word may stand in what is allowed
 */
export function wordsWithSuffix(strings: readonly string[], words: Iterable<readonly [string, number]>, isOrdinary: (word: string) => boolean): Suffixed[][] {
  const found: Suffixed[][] = strings.map(() => []);
  const sought = new Map<string, number[]>();
  for (const [index, text] of strings.entries()) {
    if (text.length < 2 || !SUFFIXES.includes(text.slice(-1))) continue;
    const beginning = text.slice(0, -1);
    sought.set(beginning, [...(sought.get(beginning) ?? []), index]);
  }
  for (const [word, count] of words) {
    if (count < LEAST_COUNT) continue;
    for (let size = 1; size < word.length; size++) {
      const those = sought.get(word.slice(-size));
      if (!those || !isOrdinary(word)) continue;
      for (const index of those) found[index]?.push({ text: word + (strings[index] ?? '').slice(-1), count });
    }
  }
  return found;
}
