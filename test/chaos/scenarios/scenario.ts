import type { Finding } from '../check/finding.ts';
import type { Chance } from '@switchyard/testing';

export interface RunOptions {
  readonly chance: Chance;
  /** How long a load lasts, where a scenario has one. */
  readonly seconds: number;
  /** The long run has time for what the short one leaves out. */
  readonly isLong: boolean;
  /** Of what the mesh can do when nothing goes wrong; 0.7 is what the long run offers. */
  readonly load: number;
  /** Times may be so much longer than they must be: the short round runs on any machine, beside anything. */
  readonly slack: number;
  readonly say: (line: string) => void;
}

/** One thing that must hold. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** What it must be. */
  readonly limit: string;
  readonly holds: boolean;
  /** What speaks against it. */
  readonly findings?: readonly Finding[];
}

export interface Report {
  readonly figures: readonly Figure[];
  /** For whoever reads on: what was done, and what came of it. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Scenario<Rig> {
  /** For `--scenario`. */
  readonly name: string;
  readonly title: string;
  /** Why it cannot be run on this machine; undefined where it can. */
  readonly impossible?: () => string | undefined;
  run(rig: Rig, options: RunOptions): Promise<Report>;
}

const rounded = (value: number): number => (Math.abs(value) < 10 ? Math.round(value * 100) / 100 : Math.round(value));

export const atMost = (name: string, value: number, limit: number, unit = ''): Figure => ({ name, value: `${rounded(value)}${unit}`, limit: `at most ${limit}${unit}`, holds: value <= limit });
export const atLeast = (name: string, value: number, limit: number, unit = ''): Figure => ({ name, value: `${rounded(value)}${unit}`, limit: `at least ${limit}${unit}`, holds: value >= limit });
export const none = (name: string, findings: readonly Finding[]): Figure => ({ name, value: String(findings.length), limit: 'none', holds: findings.length === 0, findings });
export const told = (name: string, value: number | string): Figure => ({ name, value: typeof value === 'number' ? String(rounded(value)) : value, limit: '', holds: true });
