import { Lane, Language, TaskType } from '@switchyard/contracts';
import type { Condition, Test } from '../schema/common.js';
import { isAlternatives } from '../schema/condition-names.js';
import type { RuleDefinition } from '../schema/rule-file.js';
import type { Site } from '../site.js';
import { confirmationName } from '../confirmation-name.js';
import { didYouMean } from './nearest-name.js';

type Known = ReadonlyMap<string, ReadonlySet<string>>;

/** What the facts of a rule can be, of those that are names; kinds of personal data are not known here. */
function knownValues(site: Omit<Site, 'version'>): Known {
  const flows = new Set(site.flows.keys());
  const intents = ['oos', ...site.intents.map(({ label }) => label)];
  const answers = site.answers.map(({ id }) => id);
  return new Map<string, ReadonlySet<string>>([
    ['intent', new Set(intents)],
    ['intents', new Set([...intents, ...answers])],
    ['task', new Set(TaskType.options)],
    ['language', new Set(Language.options)],
    ['lane', new Set(Lane.options)],
    ['tenant', new Set(site.settings.tenants.map(({ id }) => id))],
    ['flow', flows],
    ['open.flow', new Set([...flows, ...[...site.tools.values()].filter(({ confirm }) => confirm !== undefined).map(confirmationName)])],
    ['slots', new Set(site.intents.flatMap(({ slots }) => Object.keys(slots)))],
    ['curated.id', new Set(answers)],
    ['screening.action', new Set(['none', 'refuse', 'mask', 'hand_over', 'flag'])],
    ['screening.categories', new Set(site.words.map(({ category }) => category))],
    ['egress', new Set(['allowed', 'blocked'])],
  ]);
}

/** The values that a test compares with whole. */
function wantedBy(test: Test): readonly unknown[] {
  if (Array.isArray(test)) return test;
  if (typeof test !== 'object' || test === null) return [test];
  return [test.is, test.not, test.in, test.contains].flat();
}

function* testsOf(condition: Condition): Generator<readonly [string, Test]> {
  for (const [name, test] of Object.entries(condition)) {
    if (isAlternatives(name, test)) for (const one of test) yield* testsOf(one);
    else yield [name, test];
  }
}

/** Values that a fact never has, in the conditions of rules: such a test is decided for ever. */
export function checkRuleValues(site: Omit<Site, 'version'>): { readonly rule: RuleDefinition; readonly reason: string }[] {
  const known = knownValues(site);
  return site.rules.flatMap((rule) =>
    [...testsOf(rule.when)].flatMap(([fact, test]) => {
      const values = known.get(fact);
      if (!values) return [];
      return wantedBy(test).flatMap((value) => (typeof value !== 'string' || values.has(value) ? [] : [{ rule, reason: `the rule ${rule.name} compares ${fact} with "${value}", which it never is${didYouMean(value, values)}` }]));
    }),
  );
}
