import { writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { MeshError } from '@switchyard/errors';
import { fail } from '../output.js';
import { scoreInThreads } from '../train/router/score-in-threads.js';
import { measureKnowledge, type KnowledgeReport } from './routing/measure-knowledge.js';
import { measureRouter, readPairs } from './routing/measure-routing.js';
import { percent, print, printPairs } from './routing/print-pairs.js';
import type { Prices } from './routing/quality-curve.js';

interface RoutingOptions {
  readonly data?: string;
  readonly cases?: string;
  readonly wrongAnswerUsd?: number;
  readonly weakUsd?: number;
  readonly strongUsd?: number;
  readonly json?: string;
}

/** The best of RouteLLM's routers for MMLU, by its own measurement of the same pairs of answers (arXiv 2406.18665). */
const PUBLISHED = 'best published router (RouteLLM, trained with answers of this set): APGR 0.603; CPT50 35.4 %, CPT80 70.3 %';

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
  throw new MeshError('CONFIG_INVALID', '--wrong-answer-usd, --weak-usd and --strong-usd go together: what is worth its price follows from all three');
}

export function evalRoutingCommand(scoreAll = scoreInThreads): Command {
  return new Command('routing')
    .description('cost against quality of a trained router on logged pairs of a weak and a strong model; which turns need the knowledge base')
    .option('--data <dir>', 'folder of evaluation data, with routing/')
    .option('--cases <file>', 'pairs to judge instead, JSON lines: {"subject", "prompt", "weak": 0|1, "strong": 0|1}; by routers that are trained on those of --data, or where it is absent on the others of the file')
    .option('--wrong-answer-usd <amount>', 'what a wrong answer costs you; with both prices, what is saved is shown', usd)
    .option('--weak-usd <amount>', 'price of an answer of the weak model', usd)
    .option('--strong-usd <amount>', 'price of an answer of the strong model', usd)
    .option('--json <file>', 'write the report as JSON too')
    .addHelpText('after', '\nEvery subject is judged by a router that was trained and tuned on other subjects: a few minutes for thousands of rows.')
    .action(async (options: RoutingOptions) => {
      try {
        const prices = pricesOf(options);
        const training = options.data === undefined ? undefined : await readPairs(options.data);
        const cases = options.cases === undefined ? undefined : await readPairs(dirname(options.cases), basename(options.cases));
        const first = training ?? cases;
        if (!first) throw new MeshError('CONFIG_INVALID', 'name what is measured: --data DIR, --cases FILE, or both');
        const pairs = await measureRouter(first, prices, scoreAll, cases);
        printPairs(pairs);
        print(`  ${PUBLISHED}`);
        const knowledge = options.data === undefined ? undefined : await measureKnowledge(options.data);
        if (knowledge) printKnowledge(knowledge);
        if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify({ pairs, knowledge }, undefined, 2)}\n`);
      } catch (error) {
        fail(error, false);
      }
    });
}
