export { matches } from './matches.js';
export { factsFromTrail, routerFacts, type FurtherFacts, type RouterFacts, type RuleFacts } from './rule-facts.js';
export { BUILTIN_RULES, chooseRoute, type RecordedFacts, type RouteDecision } from './choose-route.js';
export { readDecision, replayDecision, type RecordedDecision, type Replay } from './replay-decision.js';
export { shadowRules, type RuleChange, type ShadowReport } from './shadow-rules.js';
export { passOn, type PassOnInput } from './pass-on.js';
export { carryOut, type CarryOutInput, type Consultation, type Passage } from './carry-out.js';
export { furtherWishes, wishesForPrompt, wordsForFurther, type FurtherWishes, type Wish } from './further-wishes.js';
export { isInCanary } from './is-in-canary.js';
