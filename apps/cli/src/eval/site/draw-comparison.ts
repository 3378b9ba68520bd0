import { styleText } from 'node:util';
import type { RunComparison, Side } from './compare-runs.js';

const nameOf = ({ model, adapter }: Side): string => (adapter === undefined ? model : `${model} + ${adapter}`);
const ms = (value: number): string => `${Math.round(value)} ms`;

const ROWS: readonly (readonly [string, (side: Side) => string])[] = [
  ['', nameOf],
  ['passed', ({ passed, conversations }) => `${passed} of ${conversations}`],
  ['messages to it', ({ messages }) => String(messages)],
  ['passed on', ({ escalated }) => String(escalated)],
  ['calls', ({ calls }) => String(calls)],
  ['repaired', ({ repaired }) => String(repaired)],
  ['failed', ({ failed }) => String(failed)],
  ['tokens in', ({ tokensIn }) => String(tokensIn)],
  ['tokens out', ({ tokensOut }) => String(tokensOut)],
  ['a call, median', ({ p50Ms }) => ms(p50Ms)],
  ['a call, 95th of 100', ({ p95Ms }) => ms(p95Ms)],
];

/** Both sides as a table, and below it the conversations that came out otherwise. */
export function drawComparison({ base, canary, differing, problem }: RunComparison): string {
  const cells = ROWS.map(([title, of]) => [title, of(base), of(canary)] as const);
  const width = (column: 0 | 1): number => Math.max(...cells.map((row) => row[column].length)) + 3;
  const lines = cells.map(([title, left, right]) => `${title.padEnd(width(0))}${left.padEnd(width(1))}${right}`);
  const others = differing.map(({ name, base: was, canary: is }) => {
    const mark = was.passed === is.passed ? styleText('yellow', 'other way') : is.passed ? styleText('green', 'passes now') : styleText('red', 'fails now');
    const faults = [...was.faults, ...is.faults].length > 0 ? `  (${(is.passed ? was : is).faults.join('; ')})` : '';
    return `${mark} ${name}: ${was.turns.join(', ')} → ${is.turns.join(', ')}${faults}`;
  });
  return [...lines, ...others, ...(problem === undefined ? [] : [`${styleText('red', 'no comparison')}: ${problem}`]), ''].join('\n');
}
