import { MeshError } from '@switchyard/errors';

/** The first that reckons how rare a term is within one tenant (`params.idf`); older ones ignore that without a word. */
const LEAST = { major: 1, minor: 19 };

/** Returns the version where it is one that the adapter can work with. @throws MeshError CONFIG_INVALID */
export function requireVersion(version: string): string {
  const [major = Number.NaN, minor = Number.NaN] = version.split('.').map(Number);
  if (major === LEAST.major && minor >= LEAST.minor) return version;
  throw new MeshError('CONFIG_INVALID', `Qdrant ${version} is not supported: ${LEAST.major}.${LEAST.minor} or a later ${LEAST.major}.x is needed`, { field: 'QDRANT_URL' });
}
