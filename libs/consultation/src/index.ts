export { buildPrompt, requirePrompt, type PromptParts } from './build-prompt.js';
export { costOf, mostCostOf, mostTokensIn, mostTokensOf } from './price-call.js';
export { estimateHold, mostMessages } from './estimate-hold.js';
