import { writeFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { Command } from 'commander';
import { readSiteFolder } from '@switchyard/config';
import { MeshError } from '@switchyard/errors';
import { crossValidate, labelledExamples, serialiseModel, type Comparison, type IntentExample } from '@switchyard/intent';
import type { EmbeddedTexts } from '@switchyard/local-models';
import { placesOfSentences, requireSite, type Site } from '@switchyard/site';
import { fail } from '../output.js';
import { trainExportCommand } from './export/train-export-command.js';
import { writeRowsByWorker } from './export/write-rows.js';
import { scoreInThreads } from './router/score-in-threads.js';
import { trainRouterCommand } from './router/train-router-command.js';
import { trainInThreads } from './train-in-threads.js';
import { vectorsOfExamples } from './vectors-of-examples.js';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
/** Labels below this accuracy are listed: their sentences deserve a look. */
const WEAK_LABEL = 0.8;

/**
 * Vectors of the sentences where the site names an embedding model. Without its server the model is trained by words
 * alone, as the dispatcher would; a server that must not be asked is an error.
 */
async function vectorsWhereNamed(site: Site, examples: readonly IntentExample[], dataDirectory: string): Promise<EmbeddedTexts | undefined> {
  const model = site.settings.models.embedding?.model;
  if (model === undefined) return undefined;
  const egress = process.env['EGRESS'] === 'blocked' ? 'blocked' : site.settings.egress;
  try {
    return await vectorsOfExamples(examples, { model, onSiteOnly: egress === 'blocked', dataDirectory, environment: process.env });
  } catch (error) {
    if (!MeshError.is(error) || error.code === 'CONFIG_INVALID') throw error;
    process.stderr.write(`${error.code}: ${error.detail}; trained without vectors of ${model}\n`);
    return undefined;
  }
}

function describeVectors({ fingerprint, words, both, gain, gained, lost, used }: Comparison, computed: number): string {
  return (
    `with vectors of ${fingerprint} (${computed} made now): accuracy ${percent(both.accuracy)} instead of ${percent(words.accuracy)}, calibration error ${both.calibrationError.toFixed(3)} instead of ${words.calibrationError.toFixed(3)}\n` +
    `gain ${gain < 0 ? '' : '+'}${(gain * 100).toFixed(1)} points: ${gained} sentences are right only with them, ${lost} only without; ${used ? 'the model takes them' : 'not more than chance would do, the model goes by words alone'}\n`
  );
}

export function trainCommand(train = trainInThreads, scoreAll = scoreInThreads, writeRows = writeRowsByWorker): Command {
  return new Command('train')
    // Both have --site, --data, --out and --json: those behind `router` and `export` are their own.
    .enablePositionalOptions()
    .addCommand(trainRouterCommand(scoreAll))
    .addCommand(trainExportCommand(writeRows))
    .description("trains the intent model from the site's utterances and questions; prints cross-validated accuracy, what the vectors of the site's embedding model add, the confused pairs, and sentences that probably stand under the wrong label, with file and line")
    .option('--site <dir>', 'folder of the site', process.env['SITE_DIR'] ?? 'deploy/sites/shop')
    .option('--out <file>', 'write the model here')
    .option('--data <dir>', 'folder where vectors of sentences are kept', process.env['DATA_DIR'] ?? '.switchyard')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nWhere site.yaml names models.embedding.model, the sentences are embedded by OPENAI_COMPATIBLE_URL or OLLAMA_URL.\nWith egress blocked, by the site or by EGRESS, the server must be on a private network.')
    .action(async (options: { site: string; out?: string; data: string; json?: true }) => {
      try {
        const files = await readSiteFolder(options.site);
        const site = requireSite(files);
        const examples = labelledExamples(site);
        const inScopeLoss = site.settings.intent.inScopeLoss;
        const vectors = await vectorsWhereNamed(site, examples, options.data);
        const began = performance.now();
        const model = await train(examples, { inScopeLoss, vectors });
        const trainSeconds = (performance.now() - began) / 1_000;
        const file = serialiseModel(model);
        if (options.out !== undefined) await writeFile(options.out, file);
        const validated = crossValidate(examples, { inScopeLoss, vectors });
        const placeOf = placesOfSentences(files);
        const result = { ...validated, suspects: validated.suspects.map((suspect) => ({ ...suspect, ...placeOf(suspect.label, suspect.text) })) };
        if (options.json) {
          process.stdout.write(`${JSON.stringify({ siteVersion: site.version, trainSeconds, bytes: file.byteLength, ...result })}\n`);
          return;
        }
        process.stdout.write(`${result.examples} sentences, ${result.labels} labels (intents and curated answers), trained in ${trainSeconds.toFixed(1)} s, ${(file.byteLength / 1_048_576).toFixed(1)} MiB\n`);
        process.stdout.write(`cross-validated accuracy ${percent(result.accuracy)}, calibration error ${result.calibrationError.toFixed(3)}, taken for out of scope ${percent(result.inScopeLoss)}\n`);
        if (result.vectors) process.stdout.write(describeVectors(result.vectors, vectors?.computed ?? 0));
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
