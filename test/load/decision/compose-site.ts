/** A site as large as a decision is measured with: a long word list, many intents, 50 rules. */
import { readFileSync } from 'node:fs';
import { Chance } from '@switchyard/testing';

export interface Row {
  readonly text: string;
  readonly label: string;
}

export interface SiteParts {
  /** File with one word a line; made up where it is not given. */
  readonly words?: string | undefined;
  /** JSONL rows {text, label}; made up where it is not given. */
  readonly intents?: string | undefined;
  /** How many intents are made up. */
  readonly classes: number;
}

export interface ComposedSite {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly words: number;
  readonly classes: number;
  /** Sentences of the intents that the model is not trained with. */
  readonly held: readonly string[];
}

/** What no list of a site may hold. */
// oxlint-disable-next-line no-control-regex -- those are what is sought
const REFUSED = /[\u0000-\u001f\u007f\ufffd]/;
const MADE_UP_WORDS = 65_000;
const SENTENCES_A_CLASS = 40;
/** Every tenth sentence is kept for the messages. */
const HELD_EACH = 10;
const RULES = 50;

/** Words of two to five of 2,500 Han characters, distinct: as dense as a list that has grown over years. */
function madeUpWords(): string[] {
  const chance = new Chance(1);
  const words = new Set<string>();
  while (words.size < MADE_UP_WORDS) words.add(String.fromCharCode(...Array.from({ length: 2 + chance.below(4) }, () => 0x4e00 + chance.below(2_500))));
  return [...words];
}

/** Sentences of made-up words, of which each class has some of its own. */
function madeUpIntents(classes: number): Row[] {
  const chance = new Chance(2);
  const syllables = ['ba', 'ke', 'lo', 'mi', 'nu', 'ra', 'se', 'ti', 'vo', 'za', 'fer', 'gan', 'hol', 'jin', 'pel', 'wex'];
  const word = (): string => Array.from({ length: 2 + chance.below(2) }, () => chance.pick(syllables)).join('');
  const common = Array.from({ length: 400 }, word);
  const rows = new Map<string, Row>();
  for (let at = 0; at < classes; at++) {
    const own = Array.from({ length: 12 }, word);
    while (rows.size < (at + 1) * SENTENCES_A_CLASS) {
      const text = Array.from({ length: 7 + chance.below(6) }, () => chance.pick(chance.next() < 0.3 ? own : common)).join(' ');
      rows.set(text, { text, label: `intent_${at}` });
    }
  }
  return [...rows.values()];
}

function readRows(file: string): Row[] {
  const seen = new Map<string, Row>();
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line.trim() === '') continue;
    let row: Partial<Row>;
    try {
      row = JSON.parse(line) as Partial<Row>;
    } catch {
      row = {};
    }
    const { text, label } = row;
    if (typeof text !== 'string' || typeof label !== 'string') throw new Error(`${file}:${index + 1}: must be a JSON object with a "text" and a "label"`);
    // A site refuses a sentence that stands in two intents, so the first row of a sentence counts.
    const plain = text.normalize('NFKC').toLowerCase().trim();
    if (label !== 'oos' && plain !== '' && !seen.has(plain)) seen.set(plain, { text, label: label.replace(/[^A-Za-z0-9_.-]+/g, '_') });
  }
  if (seen.size === 0) throw new Error(`${file}: holds no row`);
  return [...seen.values()];
}

const same = (text: string): { zh: string; en: string } => ({ zh: text, en: text });
const SLOTS = {
  order: { kind: 'pattern', pattern: '(?<![A-Z0-9])HG[\\s-]*\\d{8}', normalise: 'upper' },
  phone: { kind: 'pattern', pattern: '(?<!\\d)1\\d{10}(?!\\d)' },
  product: { kind: 'choice', values: { kettle: ['水壶', 'kettle'], lamp: ['台灯', 'lamp'], fan: ['风扇', 'fan'] } },
  count: { kind: 'number', min: 1, max: 99 },
  day: { kind: 'date' },
  price: { kind: 'amount' },
  wait: { kind: 'duration' },
  note: { kind: 'text' },
};

const tenantOf = (id: string, at: number): object => ({ id, collection: 'site', keys: [{ id: `bench-${id}`, hash: `sha256:${String(at).repeat(64)}`, scopes: ['ask'] }] });

function rulesFor(labels: readonly string[]): object[] {
  // Shaped as a site's own rules are, on what a site's rules ask. None of the first 49 decides, so that each message asks all 50.
  const asked = Array.from({ length: RULES - 1 }, (_, at) => ({
    name: `rule_${at}`,
    when: [
      { 'screening.categories': { contains: 'unused' } },
      { tenant: 'other', intent: labels[at % labels.length] },
      { 'open.flow': { not: null }, task: ['complaint', 'small_talk'] },
      { 'curated.id': { not: null }, confidence: { gte: 0.55 } },
      { any: [{ injection: { gte: 2 } }, { pii: { contains: 'nothing' } }] },
    ][at % 5],
    then: { to: 'human' },
  }));
  return [...asked, { name: 'last', when: {}, then: { to: 'say', text: same('Read.') } }];
}

/** @throws Error naming file and line of what cannot be read. */
export function composeSite({ words: wordFile, intents: intentFile, classes }: SiteParts): ComposedSite {
  const words = wordFile === undefined ? madeUpWords() : readFileSync(wordFile, 'utf8').split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !/^[#!=]/.test(line) && line.length <= 100 && !REFUSED.test(line));
  const rows = intentFile === undefined ? madeUpIntents(classes) : readRows(intentFile);
  const held = rows.filter((_, at) => at % HELD_EACH === 0).map(({ text }) => text);
  const byLabel = Map.groupBy(rows.filter((_, at) => at % HELD_EACH !== 0), ({ label }) => label);
  const intents = [...byLabel].map(([label, own]) => ({ label, description: same(label), task: 'structured', slots: SLOTS, utterances: { en: own.map(({ text }) => text) } }));
  const texts = Object.fromEntries(['refused', 'handedOver', 'unknown', 'failed', 'expired', 'cancelled'].map((name) => [name, same(name)]));
  const settings = { name: 'bench', title: same('Bench'), languages: ['zh', 'en'], defaultLanguage: 'en', egress: 'blocked', tenants: ['demo', 'other'].map(tenantOf), models: {}, texts };
  const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  return {
    files: new Map([
      ['site.yaml', json(settings)],
      ['intents/all.yaml', json(intents)],
      ['rules/all.yaml', json({ rules: rulesFor([...byLabel.keys()]) })],
      // Recorded only: a message that a word ends would ask no rule.
      ['words/list.txt', new TextEncoder().encode(`# category: list\n# action: flag\n${words.join('\n')}\n`)],
      // For rules to ask for: a word of no message.
      ['words/unused.txt', new TextEncoder().encode('# category: unused\n# action: flag\n龘龘龘龘\n')],
    ]),
    words: new Set(words).size,
    classes: byLabel.size,
    held,
  };
}
