import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { findPersonalData } from '@switchyard/guardrail';
import { fail } from '../output.js';
import { checkVectors, countAlarms, scoreTexts, type SpanReport } from './pii/measure-pii.js';
import type { Score } from './pii/score-spans.js';
import { readRows } from './read-rows.js';
import { timeMessages } from './time-messages.js';

/** Messages of customers: what the finder meets all day. */
const ORDINARY = ['intent/banking77.test.jsonl', 'intent/clinc150.test.jsonl', 'moderation/benign_zh.jsonl'];

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const row = (name: string, { precision, recall, f1, right, wrong, missed }: Score): string =>
  `  ${name.padEnd(20)} F1 ${f1.toFixed(3)}  precision ${precision.toFixed(3)}  recall ${recall.toFixed(3)}  right ${right}, wrong ${wrong}, missed ${missed}`;

function printSpans(title: string, { structured, all, byKind }: SpanReport): void {
  print(title);
  for (const [kind, score] of Object.entries(byKind)) print(row(kind, score));
  print(row('structured kinds', structured));
  print(row('all kinds', all));
}

export function evalPiiCommand(): Command {
  return new Command('pii')
    .description('personal data: found spans, check digits, false alarms on ordinary messages, milliseconds a message')
    .requiredOption('--data <dir>', 'folder of evaluation data, with pii/, intent/ and moderation/')
    .option('--json <file>', 'write the report as JSON too')
    .action(async ({ data, json }: { data: string; json?: string }) => {
      try {
        const rows = await readRows<Parameters<typeof scoreTexts>[0][number]>(data, 'pii/presidio_synth_v2_en.jsonl');
        const exact = scoreTexts(rows, 'exact');
        const overlap = scoreTexts(rows, 'overlap');
        const vectors = await checkVectors(data);
        const alarms = [];
        const messages: string[] = [];
        for (const file of ORDINARY) {
          alarms.push(await countAlarms(data, file));
          messages.push(...(await readRows<{ text: string }>(data, file)).map(({ text }) => text));
        }
        const speed = { ordinary: timeMessages(messages, findPersonalData), labelled: timeMessages(rows.map(({ text }) => text), findPersonalData) };
        printSpans('pii/presidio_synth_v2_en.jsonl, same offsets', exact);
        printSpans('pii/presidio_synth_v2_en.jsonl, common part at least half', overlap);
        print('check digits');
        for (const { name, right, total, wrong } of vectors) print(`  ${name.padEnd(38)} ${right}/${total}${wrong.length > 0 ? `  wrong: ${wrong.join(', ')}` : ''}`);
        print('ordinary messages with a finding');
        for (const { file, texts, withFinding, byKind } of alarms) print(`  ${file.padEnd(30)} ${withFinding}/${texts}  ${JSON.stringify(byKind)}`);
        print('milliseconds for 60 characters');
        for (const [name, { p50Ms, p99Ms }] of Object.entries(speed)) print(`  ${name.padEnd(10)} p50 ${p50Ms.toFixed(4)}  p99 ${p99Ms.toFixed(4)}`);
        if (json !== undefined) await writeFile(json, `${JSON.stringify({ exact, overlap, vectors, alarms, speed }, undefined, 2)}\n`);
      } catch (error) {
        fail(error, false);
      }
    });
}
