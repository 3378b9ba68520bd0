export { openEmbeddedStore, type EmbeddedStoreOptions } from './embedded/open-embedded-store.js';
export { RRF_K, fuseRankings } from './fuse-rankings.js';
export { requireSpace, UNNAMED_SPACE } from './require-space.js';
export { requireQuery, requireValidity, validityOf, type Validity } from './validity.js';
