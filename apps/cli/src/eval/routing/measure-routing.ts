import { trainIntentModel } from '@switchyard/intent';
import { MeshError } from '@switchyard/errors';
import { scoreOf, type Score } from '../pii/score-spans.js';
import { readRows } from '../read-rows.js';
import { accuracyAt, averageRecovered, byScore, cheapestThreshold, costAt, curveOf, shareFor, type Pair, type Prices } from './quality-curve.js';
import { hashOf, trainRouter, type RouterExample } from './train-router.js';

export const PAIRS_FILE = 'routing/routellm_mmlu.even.jsonl';
export const KNOWLEDGE_FILE = 'routing/dstc11t5_needs_knowledge.jsonl';
/** One of so many rows is measured on, the others train; by a hash of the text, so that the same text is never on both sides. */
const PARTS = 3;
const FOLDS = 3;
const SAMPLES = 1_000;
const SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;

const isMeasured = (text: string): boolean => hashOf(text) % PARTS === 0;
/** Other bits of the hash than those that choose what is measured. */
const foldOf = (text: string): number => (hashOf(text) >>> 8) % FOLDS;

/** The middle 95 % of what samples of the rows give (percentile bootstrap, Efron 1979). */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface RoutedBy {
  /** Average performance gap recovered; a random mix has 0.5. */
  readonly apgr: Interval;
  readonly shareFor50: number;
  readonly shareFor80: number;
  readonly accuracyAt: readonly number[];
}

export interface CheapestReport {
  readonly threshold: number;
  readonly strongShare: number;
  readonly costUsd: number;
  /** Less than the cheaper one of "all weak" and "all strong", a question; of the measured rows. */
  readonly saved: Interval;
  readonly allWeakUsd: number;
  readonly allStrongUsd: number;
}

export interface PairsReport {
  readonly train: number;
  readonly test: number;
  readonly weak: number;
  readonly strong: number;
  readonly shares: readonly number[];
  readonly random: readonly number[];
  readonly router: RoutedBy;
  /** The longer a question, the sooner it goes to the strong model: what a router must beat. */
  readonly length: RoutedBy;
  readonly gainOverLength: Interval;
  readonly cheapest?: CheapestReport;
}

interface PairRow {
  readonly prompt: string;
  readonly weak: number;
  readonly strong: number;
}

const isPairRow = ({ prompt, weak, strong }: Partial<PairRow>): boolean => typeof prompt === 'string' && (weak === 0 || weak === 1) && (strong === 0 || strong === 1);

/** @throws MeshError CONFIG_INVALID with the file and line of a row that is of another layout */
function requireRows<Row extends object>(file: string, rows: readonly Row[], fits: (row: Partial<Row>) => boolean): void {
  const bad = rows.findIndex((row) => !fits(row));
  if (bad !== -1) throw new MeshError('CONFIG_INVALID', `${file}: row ${bad + 1} is not of the layout that this measurement reads`, { field: file });
  if (rows.length < 100) throw new MeshError('CONFIG_INVALID', `${file}: ${rows.length} rows are too few to measure anything`, { field: file });
}

/** How often each row is drawn in samples with replacement; the same for every call. */
function* samplesOf(rows: number): Generator<Uint16Array> {
  let state = 42;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const times = new Uint16Array(rows);
    for (let draw = 0; draw < rows; draw++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      const row = (state >>> 0) % rows;
      times[row] = (times[row] ?? 0) + 1;
    }
    yield times;
  }
}

function intervalOf(value: number, drawn: readonly number[]): Interval {
  const sorted = drawn.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? value;
  return { value, low: at(0.025), high: at(0.975) };
}

/** The measured pairs in the order of a score, with the place of each in the file, so that samples are the same rows for every order. */
type Placed = Pair & { readonly place: number };
const placed = (rows: readonly PairRow[], score: (text: string) => number): Placed[] => byScore(rows.map(({ prompt, weak, strong }, place) => ({ weak, strong, place, score: score(prompt) })));
const timesFor = (pairs: readonly Placed[], times: Uint16Array): Uint16Array => Uint16Array.from(pairs, ({ place }) => times[place] ?? 0);

function routedBy(pairs: readonly Placed[], drawn: readonly number[]): RoutedBy {
  const curve = curveOf(pairs);
  return { apgr: intervalOf(averageRecovered(curve), drawn), shareFor50: shareFor(curve, 0.5), shareFor80: shareFor(curve, 0.8), accuracyAt: SHARES.map((share) => accuracyAt(curve, share)) };
}

const exampleOf = ({ prompt, weak, strong }: PairRow): RouterExample => ({ text: prompt, wins: strong > weak ? 1 : 0 });

/** Training rows with the score of a router that did not see them: what a threshold may be chosen on. */
function scoreHeldOut(rows: readonly PairRow[]): Pair[] {
  return Array.from({ length: FOLDS }, (_, fold) => fold).flatMap((fold) => {
    const router = trainRouter(rows.filter(({ prompt }) => foldOf(prompt) !== fold).map(exampleOf));
    return rows.filter(({ prompt }) => foldOf(prompt) === fold).map(({ prompt, weak, strong }) => ({ weak, strong, score: router(prompt) }));
  });
}

/** A router of questions between a weak and a strong model, on logged pairs of both models' answers. */
export async function measurePairs(directory: string, prices: Prices | undefined): Promise<PairsReport> {
  const rows = await readRows<PairRow>(directory, PAIRS_FILE);
  requireRows(PAIRS_FILE, rows, isPairRow);
  const train = rows.filter(({ prompt }) => !isMeasured(prompt));
  const test = rows.filter(({ prompt }) => isMeasured(prompt));
  const byRouter = placed(test, trainRouter(train.map(exampleOf)));
  const byLength = placed(test, (text) => text.length);
  const threshold = prices ? cheapestThreshold(scoreHeldOut(train), prices) : Infinity;
  const savedOf = (pairs: readonly Pair[], { weakUsd, strongUsd, wrongUsd }: Prices): number => {
    const all = { weakUsd, strongUsd, wrongUsd };
    return Math.min(costAt(pairs, Infinity, all), costAt(pairs, -Infinity, all)) - costAt(pairs, threshold, all);
  };
  const drawn = { router: [] as number[], length: [] as number[], gain: [] as number[], saved: [] as number[] };
  for (const times of samplesOf(test.length)) {
    const router = averageRecovered(curveOf(byRouter, timesFor(byRouter, times)));
    const length = averageRecovered(curveOf(byLength, timesFor(byLength, times)));
    drawn.router.push(router);
    drawn.length.push(length);
    drawn.gain.push(router - length);
    if (prices) drawn.saved.push(savedOf(byRouter.flatMap((pair) => Array.from({ length: times[pair.place] ?? 0 }, () => pair)), prices));
  }
  const { weak, strong } = curveOf(byRouter);
  const router = routedBy(byRouter, drawn.router);
  const length = routedBy(byLength, drawn.length);
  const cheapest = prices && {
    threshold,
    strongShare: byRouter.filter(({ score }) => score >= threshold).length / test.length,
    costUsd: costAt(byRouter, threshold, prices),
    saved: intervalOf(savedOf(byRouter, prices), drawn.saved),
    allWeakUsd: costAt(byRouter, Infinity, prices),
    allStrongUsd: costAt(byRouter, -Infinity, prices),
  };
  return {
    train: train.length,
    test: test.length,
    weak,
    strong,
    shares: SHARES,
    random: SHARES.map((share) => weak + share * (strong - weak)),
    router,
    length,
    gainOverLength: intervalOf(router.apgr.value - length.apgr.value, drawn.gain),
    ...(cheapest ? { cheapest } : {}),
  };
}

export interface KnowledgeReport {
  readonly train: number;
  readonly test: number;
  readonly accuracy: number;
  /** Standard error of the accuracy. */
  readonly accuracyError: number;
  readonly score: Score;
  /** Where every turn is given the label that most training turns have. */
  readonly majority: { readonly needsKnowledge: boolean; readonly accuracy: number; readonly score: Score };
}

function scoreSays(rows: readonly KnowledgeRow[], says: (text: string) => boolean): { accuracy: number; score: Score } {
  const count = { right: 0, wrong: 0, missed: 0 };
  let agreed = 0;
  for (const { text, needs_knowledge: needs } of rows) {
    const said = says(text);
    if (said === needs) agreed += 1;
    if (said && needs) count.right += 1;
    else if (said) count.wrong += 1;
    else if (needs) count.missed += 1;
  }
  return { accuracy: agreed / rows.length, score: scoreOf(count) };
}

interface KnowledgeRow {
  readonly text: string;
  readonly needs_knowledge: boolean;
}

/** Whether a turn needs the knowledge base or a tool, by the intent trainer, from the last turn alone. */
export async function measureKnowledge(directory: string): Promise<KnowledgeReport> {
  const rows = await readRows<KnowledgeRow>(directory, KNOWLEDGE_FILE);
  requireRows(KNOWLEDGE_FILE, rows, ({ text, needs_knowledge: needs }) => typeof text === 'string' && typeof needs === 'boolean');
  const train = rows.filter(({ text }) => !isMeasured(text));
  const test = rows.filter(({ text }) => isMeasured(text));
  const model = trainIntentModel(train.map(({ text, needs_knowledge: needs }) => ({ text, label: needs ? 'knowledge' : 'tool' })));
  const measured = scoreSays(test, (text) => model.classify(text).label === 'knowledge');
  const needsKnowledge = train.filter(({ needs_knowledge: needs }) => needs).length * 2 >= train.length;
  return {
    train: train.length,
    test: test.length,
    ...measured,
    accuracyError: Math.sqrt((measured.accuracy * (1 - measured.accuracy)) / test.length),
    majority: { needsKnowledge, ...scoreSays(test, () => needsKnowledge) },
  };
}
