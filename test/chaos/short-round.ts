import { lineOf } from './run-scenarios.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { Chance } from '@switchyard/testing';

/** The same in every run, so that a failure can be looked into; `CHAOS_SEED` names another. */
const SEED = process.env['CHAOS_SEED'] ?? 'short';
/** Of what the mesh can do on a calm day: kills leave a small machine little for anything else. */
const LOAD = 0.15;
/** For a machine that is slow and has other things to do. */
const SLACK = 3;

/** A scenario as short as it can be. @returns the figures that are not met */
export async function unmet<Rig>(scenario: Scenario<Rig>, rig: Rig, seconds: number): Promise<unknown[]> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const began = performance.now();
  const { figures } = await scenario.run(rig, { chance: new Chance(SEED).fork(scenario.name), seconds, isLong: false, load: LOAD, slack: SLACK, say });
  // In one piece, since others run at the same time.
  console.log([`${scenario.name} (seed ${SEED}, ${Math.round((performance.now() - began) / 1_000)} s): ${scenario.title}`, ...lines, ...figures.map(lineOf)].join('\n'));
  return figures.filter(({ holds }) => !holds).map(({ name, value, limit, findings }) => ({ name, value, limit, findings: findings?.slice(0, 5) }));
}
