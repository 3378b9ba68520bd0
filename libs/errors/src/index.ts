export { errorCatalogue, errorEntry, isErrorCode, type ErrorCode, type ErrorEntry } from './error-catalogue.js';
export { MeshError, toMeshError, type MeshErrorOptions } from './mesh-error.js';
