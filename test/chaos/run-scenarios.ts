import { alone, smallMesh, wholeMesh, type Group, type Rig } from './catalogue.ts';
import type { Figure, Report, RunOptions } from './scenarios/scenario.ts';
import { Chance } from '@switchyard/testing';

export interface LongRun {
  readonly seed: string;
  readonly minutes: number;
  readonly load: number;
  /** All of them where none is named. */
  readonly names: readonly string[];
  readonly say: (line: string) => void;
}

export interface Result {
  readonly scenario: string;
  readonly title: string;
  readonly seconds: number;
  /** Absent where it could not be run, or broke. */
  readonly report?: Report;
  readonly skipped?: string;
  readonly broken?: string;
}

export const isGood = ({ report, broken }: Result): boolean => broken === undefined && (report?.figures ?? []).every(({ holds }) => holds);
export const allNames = [...wholeMesh.scenarios, ...smallMesh.scenarios, ...alone.scenarios].map(({ scenario }) => scenario.name);

async function runGroup<Around extends Rig | undefined>(group: Group<Around>, { seed, minutes, load, names, say }: LongRun, show: (result: Result) => void): Promise<Result[]> {
  const results: Result[] = [];
  let rig: { readonly around: Around } | undefined;
  const close = async (): Promise<void> => {
    await rig?.around?.close();
    rig = undefined;
  };
  try {
    for (const { scenario, seconds } of group.scenarios) {
      const { name, title } = scenario;
      if (names.length > 0 && !names.includes(name)) continue;
      say(`\n${name}: ${title} (seed ${seed})`);
      const began = performance.now();
      const tell = (part: Partial<Result>): void => {
        const result = { scenario: name, title, seconds: Math.round((performance.now() - began) / 1_000), ...part };
        results.push(result);
        show(result);
      };
      const skipped = scenario.impossible?.();
      if (skipped !== undefined) {
        tell({ skipped });
        continue;
      }
      const options: RunOptions = { chance: new Chance(seed).fork(name), seconds: seconds(minutes), isLong: true, load, slack: 1, say };
      try {
        rig ??= { around: await group.open(say) };
        tell({ report: await scenario.run(rig.around, options) });
      } catch (error) {
        tell({ broken: error instanceof Error ? (error.stack ?? error.message) : String(error) });
        // What it left behind is nobody's measure.
        await close();
      }
    }
  } finally {
    await close();
  }
  return results;
}

/** Scenarios one after the other, each as long as its figures want. @param show told of each result as it comes */
export async function runScenarios(run: LongRun, show: (result: Result) => void): Promise<Result[]> {
  return [...(await runGroup(wholeMesh, run, show)), ...(await runGroup(smallMesh, run, show)), ...(await runGroup(alone, run, show))];
}

/** One figure as a line. */
export function lineOf({ name, value, limit, holds }: Figure): string {
  return `  ${limit === '' ? ' ' : holds ? '✓' : '✗'} ${name}: ${value}${limit === '' ? '' : ` (${limit})`}`;
}
