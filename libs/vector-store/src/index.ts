export { openEmbeddedStore, type EmbeddedStoreOptions } from './embedded/open-embedded-store.js';
export { eachDocument } from './each-document.js';
export { RRF_K, fuseRankings } from './fuse-rankings.js';
export { requireSpace, UNNAMED_SPACE } from './require-space.js';
export { requireQuery, requireValidity, validityOf, type Validity } from './validity.js';
export { openQdrantStore, type QdrantStoreOptions } from './qdrant/open-qdrant-store.js';
export type { QdrantStore } from './qdrant/qdrant-store.js';
