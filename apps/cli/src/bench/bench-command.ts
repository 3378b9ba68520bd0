import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { repositoryRoot } from '../repository.js';

interface BenchOptions {
  readonly rate: string;
  readonly seconds: string;
  readonly rounds: string;
  readonly part?: string;
  readonly site?: string;
  readonly tier?: string;
  readonly words?: string;
  readonly intents?: string;
  readonly copies?: string;
  readonly threads?: string;
  readonly passages?: string;
  readonly dimensions?: string;
  readonly data?: string;
  readonly requests?: string;
  readonly answers?: string;
  readonly seed?: string;
  readonly memory?: true;
  readonly save?: true;
  readonly json?: true;
}

/** The benchmarks of `test/load`, with those of the options that each takes; each prints its figures beside a reference measured in the same run. */
const BENCHMARKS = {
  mesh: { file: 'mesh.ts', takes: ['rate', 'seconds', 'rounds', 'part', 'site', 'tier', 'save', 'json'] },
  decision: { file: 'decision.ts', takes: ['words', 'intents', 'memory', 'save', 'json'] },
  ingest: { file: 'ingest.ts', takes: ['copies', 'threads', 'json'] },
  model: { file: 'model.ts', takes: ['requests', 'answers', 'seed', 'part', 'save', 'json'] },
  retrieval: { file: 'retrieval.ts', takes: ['passages', 'dimensions', 'data', 'save', 'json'] },
} as const satisfies Record<string, { file: string; takes: readonly (keyof BenchOptions)[] }>;

/** The options as arguments: `--name value`, or `--name` where it is set. */
function argumentsOf(options: BenchOptions, takes: readonly (keyof BenchOptions)[]): string[] {
  return takes.flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : value === true ? [`--${name}`] : [`--${name}`, value];
  });
}

function positiveNumber(text: string): string {
  if (!(Number(text) > 0 && Number.isFinite(Number(text)))) throw new InvalidArgumentError('It must be a number above 0.');
  return text;
}

function wholeNumber(text: string): string {
  if (!/^[1-9]\d{0,8}$/u.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return text;
}

export function benchCommand(): Command {
  return new Command('bench')
    .description('the benchmarks of test/load, each beside its reference in the same run')
    .addArgument(new Argument('[name]', 'mesh: hops and the whole mesh; decision: one decision of the dispatcher; model: slots and first words of a model server; retrieval: the embedded store; ingest: documents into the knowledge base').choices([...Object.keys(BENCHMARKS), 'all']).default('all'))
    .option('--rate <number>', 'mesh: messages per second', positiveNumber, '20')
    .option('--seconds <number>', 'mesh: length of the measured part', positiveNumber, '60')
    .option('--rounds <number>', 'mesh: rounds of the comparison of hops', wholeNumber, '5')
    .addOption(new Option('--part <part>', 'mesh: only the comparison of hops, or only the whole mesh; model: only the busy slots, or only the first words').choices(['hops', 'whole', 'busy', 'first']))
    .option('--site <dir>', 'mesh: folder of the site')
    .option('--tier <tier>', 'mesh: only messages that the site\'s tests expect this tier to answer, such as retrieval')
    .option('--words <file>', 'decision: the words that are screened for, one a line; 65,000 are made up where it is not given')
    .option('--intents <file>', 'decision: JSONL rows {text, label} that the model is trained with; made up where it is not given')
    .option('--copies <number>', 'ingest: copies of the sample site\'s documents')
    .option('--threads <number>', 'ingest: threads that read', wholeNumber)
    .option('--passages <number>', 'retrieval: passages in the store', wholeNumber, '100000')
    .option('--dimensions <number>', 'retrieval: length of their vectors', wholeNumber, '384')
    .option('--data <dirs>', 'retrieval: test collections (corpus.jsonl, queries.jsonl) whose texts and questions are used, by commas; made up where it is not given')
    .option('--requests <number>', 'model: requests that wait for its slots at once', wholeNumber, '64')
    .option('--answers <number>', 'model: streamed answers that are timed one at a time', wholeNumber, '40')
    .option('--seed <text>', 'model: decides lengths, and who is cancelled', '1')
    .option('--memory', 'decision: the memory of a dispatcher process with these words and 150 intents, instead of the times')
    .option('--save', 'write the figures (and the chart of mesh) to docs/benchmarks')
    .option('--json', 'print JSON')
    .action(async (name: keyof typeof BENCHMARKS | 'all', options: BenchOptions) => {
      const chosen = name === 'all' ? Object.values(BENCHMARKS) : [BENCHMARKS[name]];
      for (const { file, takes } of chosen) {
        const args = [join(repositoryRoot(), 'test', 'load', file), ...argumentsOf(options, takes)];
        const code = await new Promise<number>((resolve) => spawn(process.execPath, args, { stdio: 'inherit' }).on('exit', (exit) => resolve(exit ?? 1)));
        if (code !== 0) process.exitCode = code;
      }
    });
}
