// Fits the constants of src/answer/answerable.ts. Run after a build:
//   node libs/knowledge/tools/fit-gate.mjs DIR…
// Each DIR holds corpus.jsonl, queries.jsonl and qrels.tsv (BEIR). A query with an `entity` is asked of the documents of
// that title only. Every question is taken twice: as it is (kept where the first passage is a right one), and with all
// passages that answer it taken out. Odd questions fit, even ones test; sets and cases weigh the same.
import { readFileSync } from 'node:fs';
import { chunkDocument, gateFeatures, inverseDocumentFrequency, parseDocument, passageOf, queryVector, rankForAnswer, searchText, weighQuestion } from '../dist/index.js';

const KEYS = ['coverage', 'sentence', 'margin'];
const MAX_FALSE = 0.15;
const lines = (dir, file) => readFileSync(`${dir}/${file}`, 'utf8').trim().split('\n');
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function load(dir) {
  const passages = lines(dir, 'corpus.jsonl').map((line) => JSON.parse(line)).flatMap(({ _id: documentId, title, text }) =>
    chunkDocument(parseDocument({ fileName: 'a.txt', content: new TextEncoder().encode(text) }), title).map((chunk, position) => ({ ...passageOf(chunk, position, { scope: { tenant: 't', collection: 'c' }, documentId, metadata: {} }), venue: title })));
  const right = new Map();
  for (const [query, document] of lines(dir, 'qrels.tsv').slice(1).map((line) => line.split('\t'))) right.set(query, (right.get(query) ?? new Set()).add(document));
  const postings = new Map();
  passages.forEach(({ sparse }, at) => sparse.indices.forEach((id, n) => postings.set(id, [...(postings.get(id) ?? []), [at, sparse.values[n]]])));
  const byVenue = Map.groupBy(passages.keys(), (at) => passages[at].venue);
  const everything = [...passages.keys()];

  return lines(dir, 'queries.jsonl').map((line) => JSON.parse(line)).flatMap(({ _id: id, ...query }, number) => [true, false].map((present) => {
    const answers = right.get(id) ?? new Set();
    const pool = new Set((query.entity ? query.entity.split(/;\s*/).flatMap((venue) => byVenue.get(venue) ?? []) : everything).filter((at) => present || !answers.has(passages[at].documentId)));
    const { indices, values } = queryVector(searchText(query.text));
    const scores = new Map();
    const frequencies = indices.map((term, n) => {
      const found = (postings.get(term) ?? []).filter(([at]) => pool.has(at));
      const idf = inverseDocumentFrequency(pool.size, found.length);
      for (const [at, weight] of found) scores.set(at, (scores.get(at) ?? 0) + weight * values[n] * idf);
      return found.length;
    });
    const hits = [...scores].toSorted((left, right) => right[1] - left[1]).slice(0, 12).map(([at, score]) => ({ passage: passages[at], score, lexical: score }));
    const question = weighQuestion(query.text, { passages: pool.size, frequencies });
    const ranked = rankForAnswer(question, hits);
    return { number, present, kept: !present || answers.has(ranked[0]?.passage.documentId), x: gateFeatures(question, ranked) };
  })).filter(({ kept }) => kept);
}

const probability = (weights, x) => 1 / (1 + Math.exp(-KEYS.reduce((sum, key, at) => sum + weights[at + 1] * x[key], weights[0])));

function fit(sets) {
  const rows = sets.flatMap((set) => set.map((row) => ({ ...row, weight: 1 / (2 * sets.length * set.filter(({ present }) => present === row.present).length) })));
  const weights = [0, ...KEYS.map(() => 0)];
  for (let round = 0; round < 4_000; round++) {
    const gradient = weights.map(() => 0);
    for (const { x, present, weight } of rows) {
      const error = weight * (probability(weights, x) - Number(present));
      gradient[0] += error;
      KEYS.forEach((key, at) => (gradient[at + 1] += error * x[key]));
    }
    weights.forEach((value, at) => (weights[at] -= 2 * (gradient[at] + (at > 0 ? 0.0005 * value : 0))));
  }
  return weights;
}

function areaUnderCurve(set, weights) {
  const [yes, no] = [true, false].map((present) => set.filter((row) => row.present === present).map(({ x }) => probability(weights, x)));
  return mean(yes.map((one) => mean(no.map((other) => (one > other ? 1 : one === other ? 0.5 : 0)))));
}
const share = (set, weights, threshold, present) => mean(set.filter((row) => row.present === present).map(({ x }) => Number(probability(weights, x) >= threshold)));

const dirs = process.argv.slice(2);
if (dirs.length === 0) throw new Error('name the folders of the data sets');
const loaded = dirs.map(load);
const [fitted, tested] = [0, 1].map((half) => loaded.map((set) => set.filter(({ number }) => number % 2 === half)));
const weights = fit(fitted).map((value) => Math.round(value * 100) / 100);
const threshold = Array.from({ length: 19 }, (_, at) => (at + 1) / 20).find((one) => mean(fitted.map((set) => share(set, weights, one, false))) <= MAX_FALSE);
console.log({ bias: weights[0], ...Object.fromEntries(KEYS.map((key, at) => [key, weights[at + 1]])), threshold });
tested.forEach((set, at) => console.log(dirs[at], { auc: areaUnderCurve(set, weights).toFixed(3), answered: share(set, weights, threshold, true).toFixed(3), falselyAnswered: share(set, weights, threshold, false).toFixed(3) }));
