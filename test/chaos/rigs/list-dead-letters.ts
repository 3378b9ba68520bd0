import { Mesh, type DeadLetter, type MeshSite } from '@switchyard/queue';
import type { SmallMesh } from './small-mesh.ts';

const text = { zh: '无', en: 'none' };
const site: MeshSite = { version: 'observer', settings: { defaultLanguage: 'en', texts: { refused: text, handedOver: text, failed: text, expired: text, cancelled: text }, retention: { requestHours: 1, conversationHours: 1 } } };

/** The dead letters of a tenant, as an operator lists them. */
export async function listDeadLetters({ redisUrl, sealKeyFile }: Pick<SmallMesh, 'redisUrl' | 'sealKeyFile'>, tenant: string): Promise<DeadLetter[]> {
  const mesh = await Mesh.open({ REDIS_URL: redisUrl, SEAL_KEY_FILE: sealKeyFile, INSTANCE: 'chaos-observer', LOG_LEVEL: 'silent' }, site);
  try {
    return await mesh.deadLetters.list(tenant, 1_000);
  } finally {
    await mesh.onApplicationShutdown();
  }
}
