import type { ReplyLanguage } from '@switchyard/contracts';

/** Dates of a backend are shown in this zone where a filter names no other (`date:Europe/Berlin`). */
export const TIME_ZONE = 'Asia/Shanghai';

type FilterFunction = (value: unknown, argument: string | undefined, language: ReplyLanguage) => string | undefined;

const LOCALE: Record<ReplyLanguage, string> = { zh: 'zh-CN', en: 'en' };
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;

function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** ISO 8601 text, or milliseconds since 1970. */
function toDate(value: unknown): Date | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function formatDate(value: unknown, zone: string | undefined, language: ReplyLanguage, withTime: boolean): string | undefined {
  const date = toDate(value);
  if (!date) return undefined;
  // A day without a time is that day everywhere; a zone would move it.
  const timeZone = typeof value === 'string' && DATE_ONLY.test(value) ? 'UTC' : (zone ?? TIME_ZONE);
  const dateStyle = language === 'zh' ? 'long' : 'medium';
  return new Intl.DateTimeFormat(LOCALE[language], withTime ? { dateStyle, timeStyle: 'short', hourCycle: 'h23', timeZone } : { dateStyle, timeZone }).format(date);
}

function money(value: unknown, currency: string | undefined, language: ReplyLanguage): string | undefined {
  const amount = toNumber(value);
  if (amount === undefined || currency === undefined) return undefined;
  return new Intl.NumberFormat(LOCALE[language], { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(amount);
}

/** `a=甲,b=乙`: the word for the value; the value itself where the list has none. */
function words(value: unknown, list: string | undefined): string {
  const text = String(value);
  for (const pair of (list ?? '').split(',')) {
    const [key, ...word] = pair.split('=');
    if (key?.trim() === text) return word.join('=').trim();
  }
  return text;
}

/** `item,items`: the word that goes with the number, without the number. */
function plural(value: unknown, forms: string | undefined): string | undefined {
  const number = toNumber(value);
  const [one, other] = (forms ?? '').split(',').map((form) => form.trim());
  return number === undefined ? undefined : number === 1 ? one : other;
}

/** What may follow a bar. A filter answers undefined where it cannot make a text of the value. */
export const FILTERS: Readonly<Record<string, FilterFunction>> = {
  money,
  date: (value, zone, language) => formatDate(value, zone, language, false),
  datetime: (value, zone, language) => formatDate(value, zone, language, true),
  words,
  plural,
};

/** `default:"…"` stands for a missing value and is handled where the value is looked up. */
export const FILTER_NAMES: ReadonlySet<string> = new Set([...Object.keys(FILTERS), 'default']);

const currencies = new Set(Intl.supportedValuesOf('currency'));

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Why a filter cannot work as written, or undefined. */
export function problemOfFilter(name: string, argument: string | undefined): string | undefined {
  if (!FILTER_NAMES.has(name)) return `there is no filter "${name}"`;
  if (name === 'money' && !currencies.has(argument ?? '')) return 'money needs a currency: money:CNY';
  if ((name === 'date' || name === 'datetime') && argument !== undefined && !isTimeZone(argument)) return `${name} names a time zone that does not exist`;
  if (name === 'plural' && argument?.split(',').length !== 2) return 'plural needs two words: plural:"item,items"';
  if (name === 'words' && !argument?.includes('=')) return 'words needs pairs: words:"shipped=on its way"';
  if (name === 'default' && argument === undefined) return 'default needs a text: default:"none"';
  return undefined;
}
