export { createCloudModel } from './create-cloud-model.js';
export { neverConnected } from './as-model-error.js';
export { USUAL_KEY_VARIABLES, type CloudModelSettings, type CloudProvider } from './providers.js';
