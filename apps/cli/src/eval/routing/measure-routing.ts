import { MeshError } from '@switchyard/errors';
import { accuracyAt, averageRecovered, byScore, cheapestThreshold, costAt, curveOf, shareFor, type Pair, type Prices } from './quality-curve.js';
import { readSplitRows } from './split-rows.js';
import { hashOf, trainRouter, type RouterExample } from './train-router.js';

const PAIRS_FILE = 'routing/routellm_mmlu.even.jsonl';
const FOLDS = 3;
const SAMPLES = 1_000;
const SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;

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

/**
 * A router of questions between a weak and a strong model, on logged pairs of both models' answers.
 * @throws MeshError CONFIG_INVALID where the rows cannot be read, or show no gap between the models
 */
export async function measurePairs(directory: string, prices: Prices | undefined): Promise<PairsReport> {
  const { train, test } = await readSplitRows(directory, PAIRS_FILE, isPairRow, ({ prompt }) => prompt);
  const rightOf = (model: 'weak' | 'strong'): number => test.reduce((sum, row) => sum + row[model], 0);
  if (rightOf('strong') <= rightOf('weak')) throw new MeshError('CONFIG_INVALID', `${PAIRS_FILE}: the strong model is right no more often than the weak one, so there is no gap to recover`, { field: PAIRS_FILE });
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
