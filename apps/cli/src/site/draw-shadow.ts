import { styleText } from 'node:util';
import type { RuleChange, ShadowReport } from '@switchyard/routing';

export interface Shadow extends ShadowReport {
  /** Version of the candidate. */
  readonly candidate: string;
  /** Versions of the sites that made the recorded decisions. */
  readonly recordedSites: readonly string[];
  /** Absent where no call of the expert is recorded to estimate from. */
  readonly cost?: { readonly perDecisionUsd: number; readonly beforeUsd: number; readonly afterUsd: number };
}

const share = (part: number, whole: number): string => `${String(part).padStart(6)}  ${((part / whole) * 100).toFixed(1).padStart(5)} %`;
const way = ({ rule, to }: RuleChange['now']): string => (to === undefined ? rule : `${rule} -> ${to}`);

/** The report as a table; what changes most comes first. */
export function drawShadow(shadow: Shadow, hours: number): string {
  const { decisions, changes, missing, expert, cost } = shadow;
  if (decisions === 0) return `no decision of a rule is recorded in the last ${hours} hours: there is nothing to compare`;
  const lines = [
    `${decisions} decisions of ${shadow.requests} requests, made by site ${shadow.recordedSites.join(', ')}; asked: the rules of site ${shadow.candidate}`,
    `  decided the same          ${share(shadow.same, decisions)}`,
    `  would go elsewhere        ${share(shadow.changed - shadow.sameTarget, decisions)}`,
    `  another rule, same place  ${share(shadow.sameTarget, decisions)}`,
  ];
  if (shadow.moot > 0) lines.push(`  would not be asked        ${share(shadow.moot, decisions)}  (behind one that goes elsewhere)`);
  if (shadow.unknown > 0) lines.push(`  cannot be told            ${share(shadow.unknown, decisions)}  (not recorded: ${Object.keys(missing).join(', ')})`);
  if (changes.length > 0) {
    const width = (of: (change: RuleChange) => string): number => Math.max(...changes.map((change) => of(change).length));
    const [momentWidth, fromWidth, nowWidth] = [width(({ moment }) => moment), width(({ from }) => way(from)), width(({ now }) => way(now))];
    lines.push('');
    for (const { moment, from, now, count, examples } of changes) {
      lines.push(`${String(count).padStart(6)}  ${moment.padEnd(momentWidth)}  ${way(from).padEnd(fromWidth)}  ${styleText('yellow', `now ${way(now).padEnd(nowWidth)}`)}  ${styleText('gray', examples.join(' '))}`);
    }
    lines.push('');
  }
  const money = cost ? `; estimated cost $${cost.beforeUsd.toFixed(4)}, would be $${cost.afterUsd.toFixed(4)} at the recorded $${cost.perDecisionUsd.toFixed(5)} a decision` : '; no cost of one is recorded';
  lines.push(`to the expert: ${expert.before} (${((expert.before / decisions) * 100).toFixed(1)} %), would be ${expert.after} (${((expert.after / (decisions - shadow.moot)) * 100).toFixed(1)} %)${money}`);
  return lines.join('\n');
}
