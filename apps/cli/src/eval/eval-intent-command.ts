import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { fail } from '../output.js';
import { trainInThreads } from '../train/train-in-threads.js';
import { vectorsOfExamples } from '../train/vectors-of-examples.js';
import { IN_SCOPE_LOSS, PARTS, type Compared, type Measuring, type IntentReport, type Measured, type ScopeMeasured } from './intent/measure-intent.js';

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

function printVectors(accuracy: number, vectors: Compared['vectors']): void {
  if (!vectors) return;
  const gain = (accuracy - vectors.words.accuracy) * 100;
  print(`  vectors of ${vectors.fingerprint}: ${vectors.used ? `by words alone accuracy ${percent(vectors.words.accuracy)}, gain ${gain < 0 ? '' : '+'}${gain.toFixed(2)} points` : 'not used, since they made the model no better on its train rows'}`);
}

function printMeasured(title: string, { train, test, labels, accuracy, calibrationError, trainSeconds, modelBytes, time, vectors }: Measured): void {
  print(`${title}: ${train} train and ${test} test rows, ${labels} labels`);
  print(`  accuracy ${percent(accuracy)}, calibration error ${calibrationError.toFixed(4)}`);
  print(`  trained in ${trainSeconds.toFixed(1)} s, ${(modelBytes / 1e6).toFixed(2)} MB; milliseconds for 60 characters: p50 ${time.p50Ms.toFixed(3)}  p99 ${time.p99Ms.toFixed(3)}`);
  printVectors(accuracy, vectors);
}

function printScope({ accuracyKept, kept, outOfScopeRecall, areaUnderCurve }: ScopeMeasured): void {
  print(`  threshold where ${percent(1 - IN_SCOPE_LOSS)} of the validation rows in scope are kept: ${percent(outOfScopeRecall)} of what is out of scope is found, ${percent(kept)} in scope are kept, ${percent(accuracyKept)} kept and right; AUROC ${areaUnderCurve.toFixed(4)}`);
}

function printCompared(title: string, { train, test, labels, accuracy, fastTextLike, folds, vectors }: Compared): void {
  print(`${title}: ${train} train and ${test} test rows, ${labels} labels`);
  print(`  accuracy ${percent(accuracy)}; a fastText-like classifier ${percent(fastTextLike)}`);
  print(`  of each fold: ${folds.map((one) => `${percent(one.accuracy)} and ${percent(one.fastTextLike)}`).join(', ')}`);
  printVectors(accuracy, vectors);
}

type Step = (directory: string, measuring: Measuring) => Promise<Partial<IntentReport>>;

function step<Part extends keyof IntentReport>(part: Part, show: (measured: IntentReport[Part]) => void): Step {
  return async (directory, measuring) => {
    process.stderr.write(`${part}…\n`);
    const measured = await PARTS[part](directory, measuring);
    show(measured);
    return { [part]: measured };
  };
}

const STEPS: Readonly<Record<keyof IntentReport, Step>> = {
  banking: step('banking', (measured) => { printMeasured('BANKING77', measured); }),
  banking10: step('banking10', (measured) => { printMeasured('BANKING77, 10 examples a label', measured); }),
  banking5: step('banking5', (measured) => { printMeasured('BANKING77, 5 examples a label', measured); }),
  clinc: step('clinc', (measured) => {
    printMeasured('CLINC150, full', measured);
    printScope(measured);
  }),
  crossWoz: step('crossWoz', (measured) => { printCompared('CrossWOZ, five folds by dialogue', measured); }),
  qaMatch: step('qaMatch', (measured) => { printCompared('qamatch58, three folds, questions not seen in training', measured); }),
};

const NAMES = Object.keys(STEPS) as (keyof IntentReport)[];

export function evalIntentCommand(train = trainInThreads): Command {
  return new Command('intent')
    .description('intent model: accuracy, calibration, out of scope, time and size on public sets')
    .requiredOption('--data <dir>', 'folder of evaluation data, with intent/')
    .addOption(new Option('--only <part>', 'measure one set').choices(NAMES))
    .option('--embedder <model>', 'embedding model of OPENAI_COMPATIBLE_URL or OLLAMA_URL: train and test with its vectors, and print the gain')
    .option('--json <file>', 'write the report as JSON too')
    .action(async ({ data, only, embedder, json }: { data: string; only?: keyof IntentReport; embedder?: string; json?: string }) => {
      try {
        // The rows are of a public set: a server outside is refused only where nothing at all may leave.
        const settings = { onSiteOnly: process.env['EGRESS'] === 'blocked', dataDirectory: process.env['DATA_DIR'] ?? '.switchyard', environment: process.env };
        const measuring: Measuring = { train, ...(embedder === undefined ? {} : { embed: (rows) => vectorsOfExamples(rows, { model: embedder, ...settings }) }) };
        let report: Partial<IntentReport> = {};
        for (const part of only === undefined ? NAMES : [only]) report = { ...report, ...(await STEPS[part](data, measuring)) };
        if (json !== undefined) await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
      } catch (error) {
        fail(error, false);
      }
    });
}
