import { namesInCondition } from '../schema/condition-names.js';
import type { RuleDefinition } from '../schema/rule-file.js';
import type { Site } from '../site.js';

/** Rules that ask what no router of the site tells: no comparison would ever hold. */
export function checkRouterFacts({ rules, settings }: Pick<Site, 'rules' | 'settings'>, hasRouter: boolean): { readonly rule: RuleDefinition; readonly reason: string }[] {
  return rules.flatMap((rule) => {
    const asked = [...namesInCondition(rule.when)].map(({ name }) => name).filter((name) => name.startsWith('router.'));
    const [first] = asked;
    if (first !== undefined && !hasRouter) return [{ rule, reason: `the rule ${rule.name} asks for ${first}, and the site has no router.json (yard train router)` }];
    if (asked.includes('router.savesUsd') && !settings.router) return [{ rule, reason: `the rule ${rule.name} asks for router.savesUsd, and site.yaml has no prices to reckon with (router.wrongAnswer, router.expertAnswer)` }];
    return [];
  });
}
