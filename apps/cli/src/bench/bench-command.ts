import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { repositoryRoot } from '../repository.js';

/** The benchmarks of `test/load`; each prints its figures beside a reference measured in the same run. */
const BENCHMARKS = { mesh: 'mesh.ts' } as const;

export function benchCommand(): Command {
  return new Command('bench')
    .description('the benchmarks of test/load, each beside its reference in the same run')
    .addArgument(new Argument('[name]', 'which').choices([...Object.keys(BENCHMARKS), 'all']).default('all'))
    .option('--rate <number>', 'messages per second', '20')
    .option('--seconds <number>', 'length of the measured part', '60')
    .option('--rounds <number>', 'rounds of the comparison of hops', '5')
    .addOption(new Option('--part <part>', 'only the comparison of hops, or only the whole mesh').choices(['hops', 'whole']))
    .option('--site <dir>', 'folder of the site')
    .option('--save', 'write the figures and their chart to docs/benchmarks')
    .option('--json', 'print JSON')
    .action(async (name: keyof typeof BENCHMARKS | 'all', options: { rate: string; seconds: string; rounds: string; part?: string; site?: string; save?: true; json?: true }) => {
      const files = name === 'all' ? Object.values(BENCHMARKS) : [BENCHMARKS[name]];
      for (const file of files) {
        const args = [join(repositoryRoot(), 'test', 'load', file), '--rate', options.rate, '--seconds', options.seconds, '--rounds', options.rounds, ...(options.part ? ['--part', options.part] : []), ...(options.save ? ['--save'] : []), ...(options.site ? ['--site', options.site] : []), ...(options.json ? ['--json'] : [])];
        const code = await new Promise<number>((resolve) => spawn(process.execPath, args, { stdio: 'inherit' }).on('exit', (exit) => resolve(exit ?? 1)));
        if (code !== 0) process.exitCode = code;
      }
    });
}
