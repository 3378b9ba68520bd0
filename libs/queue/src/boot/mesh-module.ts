import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Mesh, type MeshConfig } from './mesh.js';
import type { MeshSite } from './mesh-site.js';
import { ANSWER_CACHE, AUDIT_LOG, AVAILABILITY, BACKLOG, CLOCK, CLOUD_CALLS, DEAD_LETTERS, DURABILITY_PROFILE, ENDINGS, HUMAN_TAKEOVER, IDEMPOTENCY, MESH, MESH_CLIENT, MESH_STATE, MESH_STORE, REDIS, REPLY_READER, REQUEST_STORE, REVIEWS, SEALER } from './tokens.js';

const parts: readonly (readonly [symbol, (mesh: Mesh) => unknown])[] = [
  [REDIS, (mesh) => mesh.redis],
  [SEALER, (mesh) => mesh.sealer],
  [CLOCK, (mesh) => mesh.clock],
  [AVAILABILITY, (mesh) => mesh.availability],
  [BACKLOG, (mesh) => mesh.backlog],
  [MESH_STATE, (mesh) => mesh.state],
  [MESH_CLIENT, (mesh) => mesh.client],
  [REQUEST_STORE, (mesh) => mesh.requests],
  [REPLY_READER, (mesh) => mesh.replies],
  [ANSWER_CACHE, (mesh) => mesh.answers],
  [REVIEWS, (mesh) => mesh.reviews],
  [AUDIT_LOG, (mesh) => mesh.audit],
  [DEAD_LETTERS, (mesh) => mesh.deadLetters],
  [IDEMPOTENCY, (mesh) => mesh.idempotency],
  [HUMAN_TAKEOVER, (mesh) => mesh.human],
  [CLOUD_CALLS, (mesh) => mesh.cloudCalls],
  [ENDINGS, (mesh) => mesh.endings],
  [MESH_STORE, (mesh) => mesh.store],
  [DURABILITY_PROFILE, (mesh) => mesh.durability],
];

/** The mesh as Nest providers: import it once, in the app's module; the tokens are in `tokens.ts`. */
@Module({})
export class MeshModule {
  /**
   * Opens the process's connections while Nest starts, and closes them with the app. `site`: a `Site` as it is.
   * @throws (from Nest's start) MeshError QUEUE_UNAVAILABLE or CONFIG_INVALID.
   */
  static register(config: MeshConfig, site: MeshSite): DynamicModule {
    const providers: Provider[] = [
      { provide: MESH, useFactory: () => Mesh.open(config, site) },
      ...parts.map(([provide, pick]): Provider => ({ provide, useFactory: pick, inject: [MESH] })),
    ];
    return { module: MeshModule, providers, exports: [MESH, ...parts.map(([token]) => token)] };
  }
}
