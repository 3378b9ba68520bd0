export { canonicalJson } from './canonical-json.js';
export { CHAIN_START, chainHash, verifyChain, type ChainHead, type ChainRow, type ChainVerdict } from './hash-chain.js';
export { describeStep, describeTimeline } from './describe-step.js';
export { explainRequest } from './explain-request.js';
export { orderSteps } from './order-steps.js';
