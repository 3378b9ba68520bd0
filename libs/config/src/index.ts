export { describeVariables, loadConfig, parseEnvironment, type AppName } from './load-config.js';
export { loadSite } from './load-site.js';
export { readSealKeys, type SealKey } from './read-seal-keys.js';
export { readSiteFolder } from './read-site-folder.js';
export { TierEnv } from './tier-env.js';
