import { REGION_YEARS } from './data/region-years.js';

/** The year of the first list. Who was born before it was registered under codes that no list tells. */
const FIRST_LIST = 1980;
/** First two digits of permits, which name no region: 81–83 for residents of Hong Kong, Macau and Taiwan, 91 for foreigners. */
const PERMIT = /^(?:8[123]|91)/;

/** What the data holds of the codes that begin with the same four digits; split at the first question. */
let groups: ReadonlyMap<string, string> | undefined;

/**
 * The year in which a region's code of GB/T 2260 (six digits) first was in a list, of those of 1980 to 2025; 1980 is the
 * first. Undefined for a code that never was in one. A code of which no source tells the year, but a list of 2002 that it
 * was there, has the year of the oldest code of its city. Sources: data/NOTICE.md.
 */
export function regionBegan(code: string): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  groups ??= new Map(REGION_YEARS.split(';').map((entry) => [entry.slice(0, 4), entry.slice(5)]));
  const last = code.slice(4);
  for (const group of groups.get(code.slice(0, 4))?.split(',') ?? []) {
    const [year, ...ranges] = group.split(' ');
    for (const range of ranges) if (last >= range.slice(0, 2) && last <= range.slice(-2)) return Number(year) + (Number(year) < 80 ? 2000 : 1900);
  }
  return undefined;
}

/** How a region's code goes with a year of birth: in a list by then, in one only later, or in none ever. */
export type RegionFit = 'by birth' | 'later' | 'never';

/**
 * A code of the first list, or of a permit, goes with every year. "Later" is nothing odd: the number may have been given
 * to a grown person, or to one who had moved. "Never" is, as far as the lists are whole.
 *
 * @param number of a resident id, its 18 characters or the 15 of before 1999, whose year of birth has two digits
 */
export function regionFit(number: string): RegionFit {
  if (PERMIT.test(number)) return 'by birth';
  const birthYear = Number(number.length === 15 ? `19${number.slice(6, 8)}` : number.slice(6, 10));
  const began = regionBegan(number.slice(0, 6));
  if (began === undefined) return 'never';
  return began === FIRST_LIST || birthYear >= began ? 'by birth' : 'later';
}
