/** Cyrillic and Greek letters, and a few others, that look like a Latin one; lower case. */
const LOOK_ALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    a: 'аαɑ',
    b: 'вьβЬ',
    c: 'сϲ',
    d: 'ԁ',
    e: 'еєεҽ',
    g: 'ɡԍ',
    h: 'һнη',
    i: 'іιɩ',
    j: 'јϳ',
    k: 'кκ',
    l: 'ӏ',
    m: 'мμ',
    n: 'ո',
    o: 'оοσօө',
    p: 'рρ',
    q: 'ԛ',
    r: 'гѓ',
    s: 'ѕ',
    t: 'тτ',
    u: 'υս',
    v: 'ѵν',
    w: 'ԝωш',
    x: 'хχ',
    y: 'уүγ',
    z: 'ʐ',
  }).flatMap(([latin, others]) => Array.from(others).map((other) => [other, latin])),
);

/** First code points of the alphabets in enclosed forms that NFKC leaves alone. */
const ENCLOSED_ALPHABETS = [0x1f150, 0x1f170, 0x1f1e6];
const LATIN_A = 0x61;

/** The Latin letter that the character stands for, or the character itself. */
export function latinOf(character: string): string {
  const plain = LOOK_ALIKES[character];
  if (plain !== undefined) return plain;
  const code = character.codePointAt(0) ?? 0;
  const start = ENCLOSED_ALPHABETS.find((first) => code >= first && code < first + 26);
  return start === undefined ? character : String.fromCharCode(LATIN_A + code - start);
}
