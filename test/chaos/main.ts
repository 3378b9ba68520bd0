/**
 * `npm run chaos`: faults against the real processes, and what came of them. Exit code 1 where a figure is not met.
 *
 * Arguments: --minutes N (10; of load under kills and under mixed faults) --seed S (repeats a run) --scenario NAME (repeatable)
 * --load N (0.7; what is offered under kills, of what the mesh answers on a calm day) --json FILE --list
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { allNames, isGood, lineOf, runScenarios, type Result } from './run-scenarios.ts';

/** Of the messages that speak against a figure, so many are shown; the file holds them all. */
const SHOWN = 5;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) }, scenario: { type: 'string', multiple: true, default: [] }, load: { type: 'string', default: '0.7' }, json: { type: 'string' }, list: { type: 'boolean', default: false } },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

// What ends the processes of a mesh is done at `exit`, which a signal by itself does not come to.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

function show({ scenario, seconds, report, skipped, broken }: Result): void {
  if (skipped !== undefined) return say(`  skipped: ${skipped}`);
  if (broken !== undefined) return say(`  ✗ broken after ${seconds} s: ${broken}`);
  for (const figure of report?.figures ?? []) {
    say(lineOf(figure));
    for (const { key, requestId, why } of (figure.findings ?? []).slice(0, SHOWN)) say(`      ${requestId} (${key}): ${why}`);
  }
  say(`  ${scenario} took ${seconds} s`);
}

const unknown = values.scenario.filter((name) => !allNames.includes(name));
const minutes = Number(values.minutes);
const load = Number(values.load);
if (values.list) {
  for (const name of allNames) say(name);
} else if (unknown.length > 0 || !(minutes > 0) || !(load > 0)) {
  say(`Not understood: ${[...unknown, ...(minutes > 0 ? [] : [`--minutes ${values.minutes}`]), ...(load > 0 ? [] : [`--load ${values.load}`])].join(', ')}. Scenarios: ${allNames.join(', ')}`);
  process.exitCode = 2;
} else {
  const began = Date.now();
  const results = await runScenarios({ seed: values.seed, minutes, load, names: values.scenario, say }, show);
  const bad = results.filter((result) => !isGood(result));
  const file = values.json ?? `chaos-${values.seed}.json`;
  await writeFile(file, `${JSON.stringify({ seed: values.seed, minutes, load, at: new Date(began).toISOString(), node: process.version, cores: cpus().length, results }, null, 2)}\n`);
  say(`\nseed ${values.seed}, ${Math.round((Date.now() - began) / 1_000)} s, written to ${file}`);
  say(bad.length === 0 ? `${results.length} scenarios, all figures met` : `not met: ${bad.map(({ scenario }) => scenario).join(', ')}`);
  process.exitCode = bad.length === 0 ? 0 : 1;
}
