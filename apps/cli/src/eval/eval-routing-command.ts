import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { MeshError } from '@switchyard/errors';
import { fail } from '../output.js';
import { measureKnowledge, type KnowledgeReport } from './routing/measure-knowledge.js';
import { measurePairs, type CheapestReport, type Interval, type PairsReport, type RoutedBy } from './routing/measure-routing.js';
import type { Prices } from './routing/quality-curve.js';

interface RoutingOptions {
  readonly data: string;
  readonly wrongAnswerUsd?: number;
  readonly weakUsd?: number;
  readonly strongUsd?: number;
  readonly json?: string;
}

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const interval = ({ value, low, high }: Interval, digits: number): string => `${value.toFixed(digits)} (95 %: ${low.toFixed(digits)} to ${high.toFixed(digits)})`;

/** Whether a figure differs from what it is compared with, or may be chance. */
const verdict = ({ low, high }: Interval, than: number): string => (low > than ? 'a gain' : high < than ? 'a loss' : 'no more than noise');

function printCheapest({ threshold, strongShare, costUsd, saved, allWeakUsd, allStrongUsd }: CheapestReport): void {
  print(`cheapest threshold, chosen on training rows by routers that did not see them: ${threshold === Infinity ? 'none goes to the strong model' : threshold.toFixed(3)}`);
  print(`  ${percent(strongShare)} to the strong model: $${costUsd.toFixed(5)} a question; all weak $${allWeakUsd.toFixed(5)}, all strong $${allStrongUsd.toFixed(5)}`);
  print(`  saved beside the cheaper of both: $${interval(saved, 5)}, ${verdict(saved, 0)}`);
}

function printPairs({ train, test, weak, strong, shares, random, router, length, gainOverLength, cheapest }: PairsReport): void {
  print(`weak or strong model: ${train} train and ${test} test rows; weak right on ${percent(weak)}, strong on ${percent(strong)}`);
  print(`  to the strong model  ${shares.map((share) => `${Math.round(share * 100)} %`.padStart(7)).join('')}`);
  const row = (title: string, accuracy: readonly number[]): boolean => print(`  ${title.padEnd(19)}  ${accuracy.map((one) => (one * 100).toFixed(1).padStart(7)).join('')}`);
  row('random mix, % right', random);
  row('longest first', length.accuracyAt);
  row('router', router.accuracyAt);
  const area = (title: string, { apgr, shareFor50, shareFor80 }: RoutedBy): boolean => print(`  ${title}: APGR ${interval(apgr, 3)}, beside a random mix (0.5) ${verdict(apgr, 0.5)}; CPT50 ${percent(shareFor50)}, CPT80 ${percent(shareFor80)}`);
  area('longest first', length);
  area('router', router);
  print(`  router beside longest first: APGR ${interval(gainOverLength, 3)} more, ${verdict(gainOverLength, 0)}`);
  if (cheapest) printCheapest(cheapest);
}

function printKnowledge({ train, test, accuracy, accuracyError, score, majority }: KnowledgeReport): void {
  print(`does the turn need the knowledge base: ${train} train and ${test} test rows, the last turn alone`);
  print(`  classifier  accuracy ${percent(accuracy)} ± ${percent(accuracyError)} (standard error), F1 ${score.f1.toFixed(3)}  precision ${score.precision.toFixed(3)}  recall ${score.recall.toFixed(3)}`);
  print(`  always "${majority.needsKnowledge ? 'yes' : 'no'}"  accuracy ${percent(majority.accuracy)}, F1 ${majority.score.f1.toFixed(3)}`);
}

function usd(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('It must be an amount in USD, 0 or more.');
  return value;
}

/** @throws MeshError CONFIG_INVALID where some of the prices are given and not all */
function pricesOf({ wrongAnswerUsd, weakUsd, strongUsd }: RoutingOptions): Prices | undefined {
  if (wrongAnswerUsd === undefined && weakUsd === undefined && strongUsd === undefined) return undefined;
  if (wrongAnswerUsd !== undefined && weakUsd !== undefined && strongUsd !== undefined) return { wrongUsd: wrongAnswerUsd, weakUsd, strongUsd };
  throw new MeshError('CONFIG_INVALID', '--wrong-answer-usd, --weak-usd and --strong-usd go together: the cheapest threshold follows from all three');
}

export function evalRoutingCommand(): Command {
  return new Command('routing')
    .description('cost against quality on logged pairs of a weak and a strong model; which turns need the knowledge base')
    .requiredOption('--data <dir>', 'folder of evaluation data, with routing/')
    .option('--wrong-answer-usd <amount>', 'what a wrong answer costs you; with both prices, the cheapest threshold is shown', usd)
    .option('--weak-usd <amount>', 'price of an answer of the weak model', usd)
    .option('--strong-usd <amount>', 'price of an answer of the strong model', usd)
    .option('--json <file>', 'write the report as JSON too')
    .action(async (options: RoutingOptions) => {
      try {
        const prices = pricesOf(options);
        const pairs = await measurePairs(options.data, prices);
        printPairs(pairs);
        const knowledge = await measureKnowledge(options.data);
        printKnowledge(knowledge);
        if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify({ pairs, knowledge }, undefined, 2)}\n`);
      } catch (error) {
        fail(error, false);
      }
    });
}
