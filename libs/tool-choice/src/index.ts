export type { GroundsInput } from './grounds.js';
export { hasToolsToOffer, offerTools } from './offer-tools.js';
export { schemaForGrammar } from './schema-for-grammar.js';
export { unfoundedArgument } from './unfounded-argument.js';
export { useTool, type ToolRefusal, type ToolSource, type ToolTurn, type ToolUseInput, type ToolWish } from './use-tool.js';
