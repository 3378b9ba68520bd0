export { addressKind, type AddressKind } from './address-kind.js';
export { describeVariables, loadConfig, parseEnvironment, type AppName } from './load-config.js';
export { eventLoop } from './event-loop.js';
export { loadSite } from './load-site.js';
export { readSealKeys, type SealKey } from './read-seal-keys.js';
export { readSiteFolder } from './read-site-folder.js';
export { TierEnv } from './tier-env.js';
export { readWordFiles, stampOfWordFiles } from './word-files.js';
export { runInThreads } from './run-in-threads.js';
