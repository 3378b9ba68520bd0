export { buildPrompt, promptWithout, requirePrompt, type PromptParts } from './build-prompt.js';
export { costOf, mostCostOf, mostTokensIn, mostTokensOf, type SentRequest } from './price-call.js';
export { estimateHold, mostMessages } from './estimate-hold.js';
export { describeTools, lookUpToolsFor, lookUpToolsOf, nameForModel, withToolWords } from './look-up-tools.js';
