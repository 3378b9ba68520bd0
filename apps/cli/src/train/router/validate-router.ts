import type { LoggedOutcome, RouterSettings } from '@switchyard/intent';
import { hashOf } from '../../eval/routing/hash-of.js';
import { averageRecovered, byScore, curveOf } from '../../eval/routing/quality-curve.js';
import type { ScoreAll, ScoringTask } from './score-outcomes.js';

/** An outcome, and what it is about: questions of one subject are alike, so that one of them tells of another. */
export interface SubjectOutcome extends LoggedOutcome {
  readonly subject: string;
}

/** Groups of whole subjects by which settings are chosen. More leave more to train on, and take longer by the square. */
const GROUPS = 6;
/** With fewer, nothing is left to train on where settings are chosen. */
export const LEAST_SUBJECTS = 3;
const TREES = { trees: 200, rate: 0.03, members: 1 } as const;
/** Members of a router that is used; those that settings are compared with have one. */
const MEMBERS = 3;

/** What is tried. Which of them is taken, the outcomes at hand say. */
const CANDIDATES: readonly RouterSettings[] = [8, 16].flatMap((leaves) => [40, 100].flatMap((leastRows) => [0.15, 0.3].map((features) => ({ ...TREES, leaves, leastRows, features }))));
const settingsAt = (choice: number): RouterSettings => ({ ...(CANDIDATES[choice] as RouterSettings), members: MEMBERS });

/** The group of each subject: they are dealt out in the order of a hash, so that neighbours in a file do not stand together. */
function groupsOf(outcomes: readonly SubjectOutcome[]): ReadonlyMap<string, number> {
  const subjects = [...new Set(outcomes.map(({ subject }) => subject))].toSorted((a, b) => hashOf(a) - hashOf(b) || (a < b ? -1 : 1));
  return new Map(subjects.map((subject, index) => [subject, index % GROUPS]));
}

const placesOf = <Item>(items: readonly Item[], holds: (item: Item) => boolean): number[] => [...items.keys()].filter((place) => holds(items[place] as Item));

/** The candidate whose scores of these outcomes recover most (APGR); the first of equals. */
function bestOf(scores: readonly Float64Array[], outcomes: readonly LoggedOutcome[], places: readonly number[]): number {
  const areas = scores.map((ofCandidate) => averageRecovered(curveOf(byScore(places.map((place) => ({ weak: outcomes[place]?.local ?? 0, strong: outcomes[place]?.expert ?? 0, score: ofCandidate[place] ?? 0 }))))));
  return areas.reduce((best, area, index) => (area > (areas[best] ?? 0) ? index : best), 0);
}

/** The settings that do best on outcomes of subjects that the router did not see. */
export async function chooseSettings(outcomes: readonly SubjectOutcome[], scoreAll: ScoreAll): Promise<RouterSettings> {
  const groups = groupsOf(outcomes);
  const group = outcomes.map(({ subject }) => groups.get(subject));
  const judged = Array.from({ length: GROUPS }, (_, one) => placesOf(group, (of) => of === one)).filter(({ length }) => length > 0);
  const results = await scoreAll(judged.map((places) => taskWithout(outcomes, places, CANDIDATES)));
  const scores = CANDIDATES.map(() => new Float64Array(outcomes.length));
  for (const [at, places] of judged.entries()) scatter(results[at] ?? [], places, scores);
  return settingsAt(bestOf(scores, outcomes, [...outcomes.keys()]));
}

export interface RouterValidation {
  /** Expected gain of each judged outcome, by a router that saw nothing of its subject, in training or in choosing settings. */
  readonly gains: Float64Array;
  /** Settings that were chosen for the groups, each without the group. */
  readonly chosen: readonly RouterSettings[];
}

/**
 * Nested cross-validation by subject (Varma and Simon, "Bias in error estimation when using cross-validation for model
 * selection", BMC Bioinformatics 7:91, 2006): the settings for a group of subjects are those that do best among the other
 * groups, each scored by routers that saw neither it nor the first; then every subject is scored by a router that was
 * trained with those settings on all the other subjects.
 * @param outcomes to train on, of `LEAST_SUBJECTS` subjects at least
 * @param judged what is scored; of the same subjects or of others
 */
export async function validateRouter(outcomes: readonly SubjectOutcome[], scoreAll: ScoreAll, judged: readonly SubjectOutcome[] = outcomes): Promise<RouterValidation> {
  const groups = groupsOf([...outcomes, ...judged]);
  const group = outcomes.map(({ subject }) => groups.get(subject));
  const numbers = [...new Set(groups.values())].toSorted((a, b) => a - b);
  // A router that saw neither of two groups tells of each while the other one is left out: half the trainings.
  const pairs = numbers.flatMap((one) => numbers.filter((other) => other > one).map((other) => [one, other] as const));
  const places = pairs.map(([one, other]) => placesOf(group, (of) => of === one || of === other));
  const results = await scoreAll(places.map((own) => taskWithout(outcomes, own, CANDIDATES)));
  const choices = new Map(numbers.map((left) => {
    const scores = CANDIDATES.map(() => new Float64Array(outcomes.length));
    for (const [at, pair] of pairs.entries()) if (pair.includes(left)) scatter(results[at] ?? [], places[at] ?? [], scores);
    return [left, bestOf(scores, outcomes, placesOf(group, (of) => of !== left))];
  }));

  const subjects = [...new Set(judged.map(({ subject }) => subject))];
  const ofSubject = subjects.map((subject) => placesOf(judged, (outcome) => outcome.subject === subject));
  const last = await scoreAll(subjects.map((subject, at) => ({
    train: outcomes.filter((outcome) => outcome.subject !== subject).map(bare),
    judge: (ofSubject[at] ?? []).map((place) => bare(judged[place] as SubjectOutcome)),
    settings: [settingsAt(choices.get(groups.get(subject) ?? 0) ?? 0)],
  })));
  const gains = new Float64Array(judged.length);
  for (const [at, own] of ofSubject.entries()) scatter(last[at] ?? [], own, [gains]);
  return { gains, chosen: numbers.map((one) => settingsAt(choices.get(one) ?? 0)) };
}

const bare = ({ features, local, expert }: SubjectOutcome): LoggedOutcome => ({ features, local, expert });

/** To score some of the outcomes by what the others teach. */
function taskWithout(outcomes: readonly SubjectOutcome[], own: readonly number[], settings: readonly RouterSettings[]): ScoringTask {
  const left = new Set(own);
  return { train: outcomes.filter((_, place) => !left.has(place)).map(bare), judge: own.map((place) => bare(outcomes[place] as SubjectOutcome)), settings };
}

function scatter(results: readonly Float64Array[], places: readonly number[], into: readonly Float64Array[]): void {
  for (const [candidate, scores] of results.entries()) for (const [at, place] of places.entries()) (into[candidate] as Float64Array)[place] = scores[at] ?? 0;
}
