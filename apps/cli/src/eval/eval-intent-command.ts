import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { fail } from '../output.js';
import { IN_SCOPE_LOSS, PARTS, type Compared, type IntentReport, type Measured, type ScopeMeasured } from './intent/measure-intent.js';

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

function printMeasured(title: string, { train, test, labels, accuracy, calibrationError, trainSeconds, modelBytes, time }: Measured): void {
  print(`${title}: ${train} train and ${test} test rows, ${labels} labels`);
  print(`  accuracy ${percent(accuracy)}, calibration error ${calibrationError.toFixed(4)}`);
  print(`  trained in ${trainSeconds.toFixed(1)} s, ${(modelBytes / 1e6).toFixed(2)} MB; milliseconds for 60 characters: p50 ${time.p50Ms.toFixed(3)}  p99 ${time.p99Ms.toFixed(3)}`);
}

function printScope({ accuracyKept, kept, outOfScopeRecall, areaUnderCurve }: ScopeMeasured): void {
  print(`  threshold where ${percent(1 - IN_SCOPE_LOSS)} of the validation rows in scope are kept: ${percent(outOfScopeRecall)} of what is out of scope is found, ${percent(kept)} in scope are kept, ${percent(accuracyKept)} kept and right; AUROC ${areaUnderCurve.toFixed(4)}`);
}

function printCompared(title: string, { train, test, labels, accuracy, fastTextLike }: Compared): void {
  print(`${title}: ${train} train and ${test} test rows, ${labels} labels`);
  print(`  accuracy ${percent(accuracy)}; a fastText-like classifier ${percent(fastTextLike)}`);
}

type Step = (directory: string) => Promise<Partial<IntentReport>>;

function step<Part extends keyof IntentReport>(part: Part, show: (measured: IntentReport[Part]) => void): Step {
  return async (directory) => {
    process.stderr.write(`${part}…\n`);
    const measured = await PARTS[part](directory);
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
  crossWoz: step('crossWoz', (measured) => { printCompared('CrossWOZ, every fifth dialogue held out', measured); }),
  qaMatch: step('qaMatch', (measured) => { printCompared('qamatch58, three folds, questions not seen in training', measured); }),
};

const NAMES = Object.keys(STEPS) as (keyof IntentReport)[];

export function evalIntentCommand(): Command {
  return new Command('intent')
    .description('intent model: accuracy, calibration, out of scope, time and size on public sets')
    .requiredOption('--data <dir>', 'folder of evaluation data, with intent/')
    .addOption(new Option('--only <part>', 'measure one set').choices(NAMES))
    .option('--json <file>', 'write the report as JSON too')
    .action(async ({ data, only, json }: { data: string; only?: keyof IntentReport; json?: string }) => {
      try {
        let report: Partial<IntentReport> = {};
        for (const part of only === undefined ? NAMES : [only]) report = { ...report, ...(await STEPS[part](data)) };
        if (json !== undefined) await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
      } catch (error) {
        fail(error, false);
      }
    });
}
