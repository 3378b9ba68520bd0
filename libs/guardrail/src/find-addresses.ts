import type { Finding } from './personal-data.js';

/** A house, a block or a room: where an address in Chinese gets exact. */
const HOUSE = /[0-9〇一二三四五六七八九十百]{1,6}(?:[-—－][0-9]{1,5}){0,3}(?:号楼|号院|号|弄|栋|幢|座|单元|室|层)/g;
const AREA_BEFORE_HOUSE = /(?:路|街|道|巷|胡同|弄|村|镇|乡|里|苑|园|城|府|湾|庄|小区|花园|公寓|大厦|广场|大院|新区|社区|家园|号|院|区)[东西南北中]?[一二三四五六七八九十]?段?$/;
const REST = /^(?:[\s,，]?[A-Za-z0-9一二三四五六七八九十-]{1,6}(?:号楼|号院|号|弄|栋|幢|座|单元|层|楼|室|户|房)|[\s,，]?[\u4e00-\u9fff]{2,12}?(?:大厦|小区|花园|公寓|广场|中心|家园|宿舍|楼|园|苑)){1,6}/;
/** Where the words ahead of an address end. */
const INTRODUCTION = /(?:地址|住址|住在|家住|收货|寄到|寄往|寄至|送到|送至|发到|发往|改成|改为|换成|位于|就在|邮寄|在|到|是|为|我家|公司|麻烦|请)(?:是|为|在|到|填)?$/;
const REGION = /[省市区县旗州盟镇乡村]/;
const LONGEST_BEFORE = 36;
/** Ahead of an address: longer than a postcode, so the number or the account of something else. */
const CODE_AHEAD = /^[A-Za-z0-9]{7,}(?=[\u4e00-\u9fff])/;

function findChinese(text: string, found: Finding[]): void {
  let covered = 0;
  for (const { 0: house, index } of text.matchAll(HOUSE)) {
    if (index < covered || !AREA_BEFORE_HOUSE.test(text.slice(Math.max(covered, index - 6), index))) continue;
    let start = index;
    while (start > covered && index - start < LONGEST_BEFORE && /[\u4e00-\u9fff0-9A-Za-z]/.test(text[start - 1] ?? '')) start--;
    // What introduces the address is not part of it; the last such word counts.
    for (let at = index; at > start; at--) {
      if (!INTRODUCTION.test(text.slice(start, at))) continue;
      // "在" and "到" also stand inside names of places, so a region must still follow, or nothing be lost by it.
      if (at < index - 1) start = at;
      break;
    }
    start += CODE_AHEAD.exec(text.slice(start, index))?.[0].length ?? 0;
    const area = text.slice(start, index);
    if (area.length < 2) continue;
    let end = index + house.length;
    end += REST.exec(text.slice(end, end + 60))?.[0].length ?? 0;
    const confidence = REGION.test(area) ? 0.85 : 0.65;
    const last = found.at(-1);
    // "88号SOHO现代城3号楼" is one address: what follows a house without a border goes on with it.
    if (last && last.end === start) found[found.length - 1] = { ...last, end, confidence: Math.max(last.confidence, confidence) };
    else found.push({ kind: 'address', start, end, confidence });
    covered = end;
  }
}

const UNIT = "(?:,?\\s{1,3}(?:Apt|Apartment|Suite|Unit|Ste|Flat|Room|#)\\.? ?[A-Za-z0-9-]{1,6})?";
const STREET_WORD = 'Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Highway|Hwy|Parkway|Pkwy|Circle|Close|Crescent|Cres|Trail';
const PLACE_NAME = "\\p{Lu}[\\p{L}'’.]{1,20}(?:[ -]\\p{Lu}[\\p{L}'’.]{1,20}){0,2}";
/** What goes on with a sentence, and not with the address. */
const NO_TOWN = "(?!(?:I|I['’]m|My|This|It|Is|And|Or|Please|Thanks|Call|IBAN|IP|ID|QQ|SSN|Tel|Phone|Mail|Card)(?![\\p{L}]))";
const TOWN = `(?:,?\\s{1,3}${NO_TOWN}${PLACE_NAME})?(?:,?\\s{1,3}[A-Z]{2}\\b)?(?:,?\\s{1,3}(?:\\d{5}(?:-\\d{4})?|[A-Z]{1,2}\\d[A-Z0-9]? \\d[A-Z]{2}))?`;
const ENGLISH = new RegExp(`(?<![\\p{L}\\d.])\\d{1,6}[A-Z]?(?: \\d{1,5})?(?: (?:[NSEW]|North|South|East|West)\\.?)?(?: (?:\\p{Lu}[\\p{L}'’.]{1,20}|\\d{1,3}(?:st|nd|rd|th))){1,4}? (?:${STREET_WORD})\\b\\.?${UNIT}${TOWN}`, 'gu');
const BOX = /\b(?:P\.? ?O\.? Box|PSC|Unit) \d{1,6}(?:,? ?Box \d{1,6})?(?:\s(?:APO|FPO|DPO) A[AEP] \d{5})?/gi;
/** Street words of the continent, ahead of the name or grown together with it, and a house number behind. */
const EUROPEAN = /(?<![\p{L}\d])(?:\d{1,6} )?(?:(?:Rua|Rue|Via|Viale|Calle|Avenida|Avenue|Piazza|Plaza) (?:[\p{L}'’.]{1,20} ){1,4}\d{1,5}|\p{Lu}[\p{L}]{2,24}(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|laan|straat|vej|gade|gatan|vägen|vegur|katu|tie|utca) \d{1,5})(?![\p{L}\d])/gu;

/** Postal addresses: Chinese ones from region to room, English and continental ones by the word for a street. */
export function findAddresses(text: string): Finding[] {
  const found: Finding[] = [];
  if (/[号弄栋幢座室层元]/.test(text)) findChinese(text, found);
  if (!/\p{Lu}/u.test(text) || !/\d/.test(text)) return found;
  for (const [pattern, confidence] of [[ENGLISH, 0.8], [EUROPEAN, 0.7], [BOX, 0.75]] as const) {
    for (const { 0: value, index } of text.matchAll(pattern)) if (pattern !== BOX || /box/i.test(value)) found.push({ kind: 'address', start: index, end: index + value.trimEnd().length, confidence });
  }
  return found;
}
