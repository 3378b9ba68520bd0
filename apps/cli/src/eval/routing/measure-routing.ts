import { MeshError } from '@switchyard/errors';
import { questionFeatures, type RouterSettings } from '@switchyard/intent';
import type { ScoreAll } from '../../train/router/score-outcomes.js';
import { LEAST_SUBJECTS, validateRouter, type SubjectOutcome } from '../../train/router/validate-router.js';
import { readRows } from '../read-rows.js';
import { bootstrap, intervalOf, type Interval } from './bootstrap.js';
import { accuracyAt, averageRecovered, byScore, costAt, curveOf, shareFor, type Pair, type Prices } from './quality-curve.js';

const PAIRS_FILE = 'routing/routellm_mmlu.even.jsonl';
const LEAST_ROWS = 100;
const SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;

/** The middle 95 % of samples of the rows, and of samples of whole subjects: how sure a figure is for other questions, and for other subjects. */
export interface Intervals {
  readonly rows: Interval;
  readonly subjects: Interval;
}

export interface RoutedBy {
  /** Average performance gap recovered; a random mix has 0.5. */
  readonly apgr: Intervals;
  readonly shareFor50: number;
  readonly shareFor80: number;
  readonly accuracyAt: readonly number[];
}

export interface CheapestReport {
  /** What an answer of the strong model must gain to be worth its price. */
  readonly threshold: number;
  readonly strongShare: number;
  readonly costUsd: number;
  /** Less than the cheaper one of "all weak" and "all strong", a question. */
  readonly saved: Intervals;
  readonly allWeakUsd: number;
  readonly allStrongUsd: number;
}

export interface PairsReport {
  /** Rows of which a router saw those of other subjects. */
  readonly trainedOn: number;
  readonly rows: number;
  readonly subjects: number;
  readonly weak: number;
  readonly strong: number;
  readonly shares: readonly number[];
  readonly random: readonly number[];
  readonly router: RoutedBy;
  /** What was chosen for each group of subjects, by the others. */
  readonly settings: readonly RouterSettings[];
  /** The longer a question, the sooner it goes to the strong model: what a router must beat. */
  readonly length: RoutedBy;
  readonly gainOverLength: Intervals;
  readonly cheapest?: CheapestReport;
}

/** A question that both models answered: 1 where the model's answer was right. */
export interface PairRow {
  /** Questions of one subject are alike; a router that is judged on them saw none of them. */
  readonly subject: string;
  readonly prompt: string;
  readonly weak: 0 | 1;
  readonly strong: 0 | 1;
}

const isPairRow = ({ subject, prompt, weak, strong }: Partial<PairRow>): boolean => typeof subject === 'string' && typeof prompt === 'string' && (weak === 0 || weak === 1) && (strong === 0 || strong === 1);

const problemOf = (file: string, reason: string): MeshError => new MeshError('CONFIG_INVALID', `${file}: ${reason}`, { field: file });

/** @throws MeshError CONFIG_INVALID where there are too few rows or subjects to train on */
function requireSubjects(rows: readonly PairRow[], file: string): void {
  if (rows.length < LEAST_ROWS) throw problemOf(file, `${rows.length} rows are too few to measure anything: ${LEAST_ROWS} at least`);
  const subjects = new Set(rows.map(({ subject }) => subject)).size;
  if (subjects < LEAST_SUBJECTS) throw problemOf(file, `has ${subjects} subjects, and a router that is trained on other subjects needs ${LEAST_SUBJECTS} at least`);
}

/** @throws MeshError CONFIG_INVALID where the strong model gains nothing */
function requireGap(rows: readonly PairRow[], file: string): void {
  const rightOf = (model: 'weak' | 'strong'): number => rows.reduce((sum, row) => sum + row[model], 0);
  if (rightOf('strong') <= rightOf('weak')) throw problemOf(file, 'the strong model is right no more often than the weak one, so there is no gap to recover');
}

/** The pairs in the order of a score, with the place of each in the file, so that samples are the same rows for every order. */
type Placed = Pair & { readonly place: number };
const placed = (rows: readonly PairRow[], scoreAt: (place: number) => number): Placed[] => byScore(rows.map(({ weak, strong }, place) => ({ weak, strong, place, score: scoreAt(place) })));

export const outcomesOf = (rows: readonly PairRow[]): SubjectOutcome[] => rows.map(({ subject, prompt, weak, strong }) => ({ subject, features: questionFeatures(prompt), local: weak, expert: strong }));

/** Pairs of a file, and where they are from, for problems. */
export interface PairsFile {
  readonly file: string;
  readonly rows: readonly PairRow[];
}

/** @throws MeshError CONFIG_INVALID with file and row of what is of another layout */
export async function readPairs(directory: string, file: string = PAIRS_FILE): Promise<PairsFile> {
  const rows = await readRows<PairRow>(directory, file);
  const bad = rows.findIndex((row) => !isPairRow(row));
  if (bad !== -1) throw problemOf(file, `row ${bad + 1} is not of the layout that this measurement reads`);
  return { file, rows };
}

/**
 * A router of questions between a weak and a strong model, on logged pairs of both models' answers, every subject judged
 * by a router that was trained and tuned on the others.
 * @param judged pairs to judge, where they are not those to train on
 * @throws MeshError CONFIG_INVALID where the pairs are too few, or show no gap between the models
 */
export async function measureRouter(training: PairsFile, prices: Prices | undefined, scoreAll: ScoreAll, judged: PairsFile = training): Promise<PairsReport> {
  requireSubjects(training.rows, training.file);
  requireGap(judged.rows, judged.file);
  const { rows } = judged;
  const { gains, chosen } = await validateRouter(outcomesOf(training.rows), scoreAll, judged === training ? undefined : outcomesOf(rows));
  const byRouter = placed(rows, (place) => gains[place] ?? 0);
  const byLength = placed(rows, (place) => rows[place]?.prompt.length ?? 0);

  const areaOf = (pairs: readonly Placed[], times?: Uint16Array): number => averageRecovered(curveOf(pairs, times && Uint16Array.from(pairs, ({ place }) => times[place] ?? 0)));
  const threshold = prices ? (prices.strongUsd - prices.weakUsd) / prices.wrongUsd : Infinity;
  const savedOf = (pairs: readonly Pair[], all: Prices): number => Math.min(costAt(pairs, Infinity, all), costAt(pairs, -Infinity, all)) - costAt(pairs, threshold, all);
  const figures = (times?: Uint16Array): { router: number; length: number; saved: number } => {
    const drawn = times ? byRouter.flatMap((pair) => Array.from({ length: times[pair.place] ?? 0 }, () => pair)) : byRouter;
    return { router: areaOf(byRouter, times), length: areaOf(byLength, times), saved: prices ? savedOf(drawn, prices) : 0 };
  };
  const whole = figures();
  const samples = { rows: [...bootstrap(rows.map((_, place) => place))].map(figures), subjects: [...bootstrap(rows.map(({ subject }) => subject))].map(figures) };
  const intervals = (figure: (of: typeof whole) => number): Intervals => ({ rows: intervalOf(figure(whole), samples.rows.map(figure)), subjects: intervalOf(figure(whole), samples.subjects.map(figure)) });
  const routedBy = (pairs: readonly Placed[], apgr: Intervals): RoutedBy => {
    const curve = curveOf(pairs);
    return { apgr, shareFor50: shareFor(curve, 0.5), shareFor80: shareFor(curve, 0.8), accuracyAt: SHARES.map((share) => accuracyAt(curve, share)) };
  };

  const { weak, strong } = curveOf(byRouter);
  const cheapest = prices && {
    threshold,
    strongShare: byRouter.filter(({ score }) => score >= threshold).length / rows.length,
    costUsd: costAt(byRouter, threshold, prices),
    saved: intervals(({ saved }) => saved),
    allWeakUsd: costAt(byRouter, Infinity, prices),
    allStrongUsd: costAt(byRouter, -Infinity, prices),
  };
  return {
    trainedOn: training.rows.length,
    rows: rows.length,
    subjects: new Set(rows.map(({ subject }) => subject)).size,
    weak,
    strong,
    shares: SHARES,
    random: SHARES.map((share) => weak + share * (strong - weak)),
    router: routedBy(byRouter, intervals(({ router }) => router)),
    settings: chosen,
    length: routedBy(byLength, intervals(({ length }) => length)),
    gainOverLength: intervals(({ router, length }) => router - length),
    ...(cheapest ? { cheapest } : {}),
  };
}
