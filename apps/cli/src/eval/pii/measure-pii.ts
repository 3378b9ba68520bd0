import { findPersonalData, isEmail, isHongKongId, isIban, isOldResidentId, isResidentId, isTaiwanId, passesLuhn, paymentCardOf } from '@switchyard/guardrail';
import { readRows } from '../read-rows.js';
import { countSpans, scoreOf, sumCounts, type Agreement, type Count, type Score, type Span } from './score-spans.js';

/** Labels of presidio-research -> our kinds. Labels without an entry have no kind here and count as missed over all kinds. */
const KINDS: Readonly<Record<string, string>> = {
  CREDIT_CARD: 'card',
  PHONE_NUMBER: 'phone',
  EMAIL_ADDRESS: 'email',
  IBAN_CODE: 'iban',
  IP_ADDRESS: 'ip_address',
  DOMAIN_NAME: 'url',
  US_SSN: 'us_ssn',
  PERSON: 'person_name',
  STREET_ADDRESS: 'address',
};
export const STRUCTURED: ReadonlySet<string> = new Set(['card', 'phone', 'email', 'iban', 'ip_address', 'url', 'us_ssn']);

interface SpanRow {
  readonly text: string;
  readonly spans: readonly { readonly type: string; readonly start: number; readonly end: number }[];
}

const kindOf = (kind: string): string => (kind === 'bank_card' || kind === 'credit_card' ? 'card' : kind);

/** Offsets of the data count characters as Python does; ours count UTF-16 units. */
function inUnits(text: string, { type, start, end }: SpanRow['spans'][number]): Span {
  const characters = Array.from(text);
  const at = (index: number): number => characters.slice(0, index).join('').length;
  return { kind: KINDS[type] ?? type.toLowerCase(), start: at(start), end: at(end) };
}

export interface SpanReport {
  readonly structured: Score;
  readonly all: Score;
  readonly byKind: Readonly<Record<string, Score>>;
}

/** Scores what is found in labelled texts. */
export function scoreTexts(rows: readonly SpanRow[], agreement: Agreement): SpanReport {
  const counts = new Map<string, Count>();
  for (const { text, spans } of rows) {
    countSpans(spans.map((span) => inUnits(text, span)), findPersonalData(text).map(({ kind, start, end }) => ({ kind: kindOf(kind), start, end })), agreement, counts);
  }
  return {
    structured: scoreOf(sumCounts([...counts].filter(([kind]) => STRUCTURED.has(kind)).map(([, count]) => count))),
    all: scoreOf(sumCounts(counts.values())),
    byKind: Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => [kind, scoreOf(count)])),
  };
}

interface VectorRow {
  readonly kind?: string;
  readonly locale?: string;
  readonly value: string;
  readonly valid: boolean;
  readonly strict?: boolean;
}

const withoutGroups = (value: string): string => value.replace(/[ -]/g, '');
const isChineseId = (value: string): boolean => isResidentId(value) || isOldResidentId(value);
const isStrictChineseId = (value: string): boolean => isResidentId(value, { strict: true }) || isOldResidentId(value, { strict: true });
const IDENTITY = 'should validate identity cards';

/** The checks, and which vectors are theirs. */
const CHECKS: readonly { readonly name: string; readonly check: (value: string) => boolean; readonly is: (row: VectorRow) => boolean }[] = [
  { name: 'e-mail', check: isEmail, is: (row) => row.kind === 'isEmail' },
  { name: 'IBAN', check: (value) => isIban(value.replaceAll(' ', '').toUpperCase()), is: (row) => row.kind === 'isIBAN' },
  { name: 'payment card', check: (value) => paymentCardOf(withoutGroups(value)) !== undefined, is: (row) => row.kind === 'isCreditCard' },
  { name: 'Luhn', check: (value) => passesLuhn(withoutGroups(value)), is: (row) => row.kind === 'isLuhnNumber' },
  { name: 'resident id, China', check: isChineseId, is: (row) => row.kind === IDENTITY && row.locale === 'zh-CN' },
  { name: 'identity card, Hong Kong', check: isHongKongId, is: (row) => row.kind === IDENTITY && row.locale === 'zh-HK' },
  { name: 'identity card, Taiwan', check: isTaiwanId, is: (row) => row.kind === IDENTITY && row.locale === 'zh-TW' },
];

export interface VectorReport {
  readonly name: string;
  readonly right: number;
  readonly total: number;
  readonly wrong: readonly string[];
}

function vectorReport(name: string, rows: readonly VectorRow[], check: (value: string) => boolean): VectorReport {
  const wrong = rows.filter((row) => check(row.value) !== row.valid).map((row) => `${row.value}: ${row.valid ? 'valid' : 'invalid'}${row.strict ? ' (strict)' : ''}`);
  return { name, right: rows.length - wrong.length, total: rows.length, wrong };
}

/** Checks of single values against vectors. Strict rows ask that a county's code was in the list by the year of birth. */
export async function checkVectors(directory: string): Promise<VectorReport[]> {
  const chinese = await readRows<VectorRow>(directory, 'pii/cn_idcard_vectors.jsonl');
  const others = await readRows<VectorRow>(directory, 'pii/validatorjs_vectors.jsonl');
  return [
    vectorReport('resident id (id-validator, lenient)', chinese.filter((row) => !row.strict), isChineseId),
    vectorReport('resident id (id-validator, strict)', chinese.filter((row) => row.strict), isStrictChineseId),
    vectorReport('resident id (IDValidator)', await readRows<VectorRow>(directory, 'pii/cn_idcard_vectors_mczone.jsonl'), isChineseId),
    ...CHECKS.map(({ name, check, is }) => vectorReport(`${name} (validator.js)`, others.filter(is), check)),
  ];
}

export interface AlarmReport {
  readonly file: string;
  readonly texts: number;
  /** Texts with a finding, and findings by kind. The texts are ordinary; some do hold personal data. */
  readonly withFinding: number;
  readonly byKind: Readonly<Record<string, number>>;
}

/** What is found in ordinary messages, which hold hardly any personal data. */
export async function countAlarms(directory: string, file: string): Promise<AlarmReport> {
  const rows = await readRows<{ text: string }>(directory, file);
  const byKind: Record<string, number> = {};
  let withFinding = 0;
  for (const { text } of rows) {
    const found = findPersonalData(text);
    if (found.length > 0) withFinding += 1;
    for (const { kind } of found) byKind[kind] = (byKind[kind] ?? 0) + 1;
  }
  return { file, texts: rows.length, withFinding, byKind };
}
