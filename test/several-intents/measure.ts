/** How many messages of one and of two wishes to the sample shop are told right: `node test/several-intents/measure.ts` after a build. */
import { performance } from 'node:perf_hooks';
import { readSiteFolder } from '@switchyard/config';
import { labelledExamples, trainIntentModel } from '@switchyard/intent';
import { requireSite } from '@switchyard/site';
import { Recogniser } from '../../apps/dispatcher/dist/classify/recognise.js';
import { ONE, TWO, type SeveralCase } from './messages.ts';

const TODAY = '2026-11-10';
const ROUNDS = 40;

const site = requireSite(await readSiteFolder('deploy/sites/shop'));
const recogniser = new Recogniser(site, trainIntentModel(labelledExamples(site), { inScopeLoss: site.settings.intent.inScopeLoss }));

const isRight = ({ wishes }: SeveralCase, intents: readonly string[]): boolean => intents.length === wishes.length && wishes.every((labels) => intents.some((one) => labels.includes(one)));
const isChinese = ({ text }: SeveralCase): boolean => /\p{Script=Han}/u.test(text);

function measure(name: string, cases: readonly SeveralCase[]): void {
  const read = cases.map((one) => ({ one, ...recogniser.recognise(one.text, TODAY) }));
  const several = read.filter(({ intents }) => intents.length > 1);
  const right = several.filter(({ one, intents }) => isRight(one, intents));
  process.stdout.write(`${name}: ${cases.length} messages, told as several ${several.length}, of them with the right labels ${right.length}\n`);
  for (const { one, intents, finding } of read) {
    const isWrong = one.wishes.length > 1 ? !isRight(one, intents) : intents.length > 1;
    if (isWrong) process.stdout.write(`  ${one.text}  ->  ${intents.join(', ')} (${finding.confidence.toFixed(2)})\n`);
  }
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const { text } of cases) {
      const began = performance.now();
      recogniser.recognise(text, TODAY);
      if (round >= ROUNDS / 2) times.push(performance.now() - began);
    }
  }
  process.stdout.write(`  recognition p50 ${(times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0).toFixed(3)} ms\n`);
}

for (const [language, of] of [['Chinese', isChinese], ['English', (one: SeveralCase) => !isChinese(one)]] as const) {
  measure(`two wishes, ${language}`, TWO.filter(of));
  measure(`one wish, ${language}`, ONE.filter(of));
}
