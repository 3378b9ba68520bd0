import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { fail } from '../output.js';
import { FALSE_ALARMS, measureInjection, type AlarmRate } from './injection/measure-injection.js';
import type { Score } from './pii/score-spans.js';

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const percent = (part: number, whole: number): string => (whole === 0 ? 'none' : `${((part / whole) * 100).toFixed(2)} %`);
const scored = ({ f1, precision, recall, right, wrong, missed }: Score): string => `F1 ${f1.toFixed(3)}  precision ${precision.toFixed(3)}  recall ${recall.toFixed(3)}  right ${right}, wrong ${wrong}, missed ${missed}`;

function printAlarms(title: string, rates: readonly AlarmRate[]): void {
  print(`  ${title}`);
  for (const { file, texts, alarms } of rates) print(`    ${file.padEnd(42)} ${percent(alarms, texts)}  (${alarms} of ${texts})`);
}

export function evalInjectionCommand(): Command {
  return new Command('injection')
    .description('prompt injection: attacks found, false alarms on ordinary messages, instructions planted into documents')
    .requiredOption('--data <dir>', 'folder of evaluation data, with injection/, intent/, moderation/ and retrieval/')
    .option('--json <file>', 'write the report as JSON too')
    .action(async ({ data, json }: { data: string; json?: string }) => {
      try {
        const report = await measureInjection(data, (step) => process.stderr.write(`${step}…\n`));
        const { crossValidated, shipped, rulesOnly, planted, cleanMarked, time } = report;
        print(`the training procedure, on folds of injection/deepset_prompt_injections.train.jsonl; threshold at ${FALSE_ALARMS * 100} % of held-out ordinary messages`);
        print(`  ${scored(crossValidated.score)}`);
        printAlarms('false alarms, worst fold', crossValidated.worstAlarms);
        print(`the shipped classifier, trained on ${shipped.examples} examples of its own; threshold ${shipped.threshold} (${FALSE_ALARMS * 100} % of held-out ordinary messages lie above ${shipped.thresholdOfHeldOut.toFixed(3)})`);
        print(`  deepset    ${scored(shipped.deepset)}`);
        print(`  DAN        ${shipped.dan.found} of ${shipped.dan.attacks}`);
        printAlarms('false alarms', shipped.alarms);
        print('rules alone (reference)');
        print(`  deepset    ${scored(rulesOnly.deepset)}`);
        printAlarms('false alarms', rulesOnly.alarms);
        print(`injection/bipia_attacks.train.jsonl planted into passages: ${planted.found} of ${planted.attacks} marked (${percent(planted.found, planted.attacks)})`);
        for (const [kind, { attacks, found }] of Object.entries(planted.byKind)) print(`    ${kind.padEnd(8)} ${found} of ${attacks}`);
        printAlarms('untouched passages with a mark', cleanMarked);
        print(`milliseconds for 60 characters, rules and classifier: p50 ${time.p50Ms.toFixed(4)}  p99 ${time.p99Ms.toFixed(4)}`);
        if (json !== undefined) await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
      } catch (error) {
        fail(error, false);
      }
    });
}
