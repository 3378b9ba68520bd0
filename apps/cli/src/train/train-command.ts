import { writeFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { Command } from 'commander';
import { readSiteFolder } from '@switchyard/config';
import { crossValidate, labelledExamples, serialiseModel } from '@switchyard/intent';
import { placesOfSentences, requireSite } from '@switchyard/site';
import { fail } from '../output.js';
import { trainInThreads } from './train-in-threads.js';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
/** Labels below this accuracy are listed: their sentences deserve a look. */
const WEAK_LABEL = 0.8;

export function trainCommand(): Command {
  return new Command('train')
    .description("trains the intent model from the site's utterances and questions; prints cross-validated accuracy, the confused pairs, and sentences that probably stand under the wrong label, with file and line")
    .option('--site <dir>', 'folder of the site', process.env['SITE_DIR'] ?? 'deploy/sites/shop')
    .option('--out <file>', 'write the model here')
    .option('--json', 'print JSON')
    .action(async (options: { site: string; out?: string; json?: true }) => {
      try {
        const files = await readSiteFolder(options.site);
        const site = requireSite(files);
        const examples = labelledExamples(site);
        const inScopeLoss = site.settings.intent.inScopeLoss;
        const began = performance.now();
        const model = await trainInThreads(examples, { inScopeLoss });
        const trainSeconds = (performance.now() - began) / 1_000;
        const file = serialiseModel(model);
        if (options.out !== undefined) await writeFile(options.out, file);
        const validated = crossValidate(examples, { inScopeLoss });
        const placeOf = placesOfSentences(files);
        const result = { ...validated, suspects: validated.suspects.map((suspect) => ({ ...suspect, ...placeOf(suspect.label, suspect.text) })) };
        if (options.json) {
          process.stdout.write(`${JSON.stringify({ siteVersion: site.version, trainSeconds, bytes: file.byteLength, ...result })}\n`);
          return;
        }
        process.stdout.write(`${result.examples} sentences, ${result.labels} labels (intents and curated answers), trained in ${trainSeconds.toFixed(1)} s, ${(file.byteLength / 1_048_576).toFixed(1)} MiB\n`);
        process.stdout.write(`cross-validated accuracy ${percent(result.accuracy)}, calibration error ${result.calibrationError.toFixed(3)}, taken for out of scope ${percent(result.inScopeLoss)}\n`);
        const weak = Object.entries(result.accuracyByLabel).filter(([, share]) => share < WEAK_LABEL);
        if (weak.length > 0) process.stdout.write(`below ${percent(WEAK_LABEL)}: ${weak.map(([label, share]) => `${label} ${percent(share)}`).join(', ')}\n`);
        for (const pair of result.confused.slice(0, 15)) {
          process.stdout.write(`  ${pair.label} ${styleText('yellow', '→')} ${pair.takenFor}  ${pair.count}×  ${styleText('gray', pair.examples.slice(0, 2).join(' | '))}\n`);
        }
        if (result.suspects.length > 0) process.stdout.write('probably under the wrong label, or under one that means the same as another:\n');
        for (const { text, label, takenFor, confidence, file, line } of result.suspects.slice(0, 20)) {
          process.stdout.write(`  ${file ?? ''}:${line ?? ''}: ${label} ${styleText('yellow', '→')} ${takenFor} (${percent(confidence)})  ${styleText('gray', text)}\n`);
        }
        if (options.out !== undefined) process.stdout.write(`written to ${options.out}\n`);
      } catch (error) {
        fail(error, options.json === true);
      }
    });
}
