import type { Interval } from './bootstrap.js';
import type { CheapestReport, Intervals, PairsReport, RoutedBy } from './measure-routing.js';

export const print = (line: string): boolean => process.stdout.write(`${line}\n`);
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const range = ({ low, high }: Interval, digits: number): string => `${low.toFixed(digits)} to ${high.toFixed(digits)}`;
const interval = ({ rows, subjects }: Intervals, digits: number): string => `${rows.value.toFixed(digits)} (95 %: ${range(rows, digits)} over rows, ${range(subjects, digits)} over subjects)`;

/** Whether a figure differs from what it is compared with, or may be chance. */
const verdict = ({ low, high }: Interval, than: number): string => (low > than ? 'a gain' : high < than ? 'a loss' : 'no more than noise');
const verdicts = ({ rows, subjects }: Intervals, than: number): string => {
  const [ofRows, ofSubjects] = [verdict(rows, than), verdict(subjects, than)];
  return ofRows === ofSubjects ? ofRows : `${ofRows} over rows, ${ofSubjects} over subjects`;
};

function printCheapest({ threshold, strongShare, costUsd, saved, allWeakUsd, allStrongUsd }: CheapestReport): void {
  print(`worth its price where the expected gain is ${threshold.toFixed(3)} or more (the difference of the prices, as a share of what a wrong answer costs):`);
  print(`  ${percent(strongShare)} to the strong model: $${costUsd.toFixed(5)} a question; all weak $${allWeakUsd.toFixed(5)}, all strong $${allStrongUsd.toFixed(5)}`);
  print(`  saved beside the cheaper of both: $${interval(saved, 5)}, ${verdicts(saved, 0)}`);
}

/** A report in lines, for people. */
export function printPairs({ trainedOn, rows, subjects, weak, strong, shares, random, router, settings, length, gainOverLength, cheapest }: PairsReport): void {
  print(`weak or strong model: ${rows} rows of ${subjects} subjects, each judged by a router that saw those of other subjects among ${trainedOn} rows; weak right on ${percent(weak)}, strong on ${percent(strong)}`);
  print(`  to the strong model  ${shares.map((share) => `${Math.round(share * 100)} %`.padStart(7)).join('')}`);
  const row = (title: string, accuracy: readonly number[]): boolean => print(`  ${title.padEnd(19)}  ${accuracy.map((one) => (one * 100).toFixed(1).padStart(7)).join('')}`);
  row('random mix, % right', random);
  row('longest first', length.accuracyAt);
  row('router', router.accuracyAt);
  const area = (title: string, { apgr, shareFor50, shareFor80 }: RoutedBy): boolean => print(`  ${title}: APGR ${interval(apgr, 3)}, beside a random mix (0.5) ${verdicts(apgr, 0.5)}; CPT50 ${percent(shareFor50)}, CPT80 ${percent(shareFor80)}`);
  area('longest first', length);
  area('router', router);
  print(`  router beside longest first: APGR ${interval(gainOverLength, 3)} more, ${verdicts(gainOverLength, 0)}`);
  print(`  settings, chosen for each group of subjects by the others: ${[...new Set(settings.map(({ leaves, leastRows, features }) => `${leaves} leaves of ${leastRows} rows, ${percent(features)} of the features`))].join('; ')}`);
  if (cheapest) printCheapest(cheapest);
}
