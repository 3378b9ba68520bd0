import { createInterface } from 'node:readline';
import { TrainingMaterial } from '@switchyard/contracts';
import { eventLoop, readSiteFolder } from '@switchyard/config';
import { createWordScreen } from '@switchyard/guardrail';
import { requireSite } from '@switchyard/site';
import { openTrainingTier, trainingRow } from './training-row.js';

// `yard train export` runs it: the folder of the site as its argument, a line of material for each line of result.
const site = requireSite(await readSiteFolder(process.argv[2] ?? ''));
const words = createWordScreen(site.words, eventLoop);
const tier = openTrainingTier(site, words);
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== '') process.stdout.write(`${JSON.stringify(trainingRow(tier, TrainingMaterial.parse(JSON.parse(line))))}\n`);
}
