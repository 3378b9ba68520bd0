import { styleText } from 'node:util';
import type { AuditEvent } from '@switchyard/contracts';
import { readDecision, replayDecision, type Replay } from '@switchyard/routing';
import type { Site } from '@switchyard/site';

export interface ReplayedDecision {
  readonly tier: string;
  readonly moment: string;
  readonly rule: string;
  readonly to: string | undefined;
  readonly siteVersion: string;
  /** The rules that were asked again are of the site version of then. */
  readonly sameSite: boolean;
  readonly verdict: Replay['verdict'];
  readonly now: { readonly rule: string; readonly to: string };
  readonly missing: readonly string[];
}

export interface ReplayedRequest {
  readonly siteVersion: string;
  readonly decisions: readonly ReplayedDecision[];
}

/** Every recorded decision of a request beside what the rules of a site decide from the same facts. */
export function replayRequest(steps: readonly AuditEvent[], site: Pick<Site, 'rules' | 'version'>): ReplayedRequest {
  const decisions = steps.flatMap((step): ReplayedDecision[] => {
    const recorded = readDecision(step);
    if (!recorded) return [];
    const { decided, verdict, missing } = replayDecision(recorded, site.rules);
    const { tier, moment, rule, to, siteVersion } = recorded;
    return [{ tier, moment, rule, to, siteVersion, sameSite: siteVersion === site.version, verdict, now: { rule: decided.rule, to: decided.to }, missing }];
  });
  return { siteVersion: site.version, decisions };
}

function verdictOf({ verdict, sameSite, now, missing, to }: ReplayedDecision): string {
  const because = sameSite ? styleText('red', 'though the site is that of then') : 'the site has changed';
  if (verdict === 'same') return styleText('green', 'same rule');
  if (verdict === 'unknown') return styleText('yellow', `cannot be told: ${missing.join(', ')} was not recorded`);
  const what = verdict === 'rule' ? `now ${now.rule} -> ${now.to}` : `same rule, which goes to ${now.to} now and not to ${to ?? ''}`;
  return `${styleText('yellow', what)}, ${because}`;
}

/** One line a decision, and the version of the site where it is another. */
export function drawReplays({ siteVersion, decisions }: ReplayedRequest): string {
  if (decisions.length === 0) return 'no decision of a rule is recorded for this request';
  return decisions
    .map((one) => `${one.tier.padEnd(10)} ${one.moment.padEnd(17)} ${styleText('bold', one.rule)}${one.to === undefined ? '' : ` -> ${one.to}`}: ${verdictOf(one)}${one.sameSite ? '' : styleText('gray', ` (site ${one.siteVersion} then, ${siteVersion} now)`)}`)
    .join('\n');
}
