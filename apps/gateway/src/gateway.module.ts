import { Module, type DynamicModule } from '@nestjs/common';
import { AUDIT_LOG, BACKLOG, CLOCK, DeadlineSweeper, MESH_CLIENT, MeshModule, REDIS, REPLY_READER, REQUEST_STORE, type AuditLog, type Backlog, type MeshClient, type RedisClock, type ReplyReader, type RequestStore } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import type { Logger } from '@switchyard/telemetry';
import type { Redis } from 'ioredis';
import { GATEWAY_MESH, type Mesh } from './ask/mesh.js';
import { QueueMesh } from './ask/queue-mesh.js';
import { RequestsController } from './ask/requests.controller.js';
import { Submission } from './ask/submission.js';
import { SweepDeadlines } from './ask/sweep-deadlines.js';
import type { Edge } from './edge/create-edge.js';
import { DOOR, GATEWAY_CONFIG, LOGGER, ROUTES, SITE, type GatewayConfig } from './gateway.config.js';
import { KnowledgeController } from './knowledge/knowledge.controller.js';
import { ChatController } from './openai/chat.controller.js';
import { OperateController } from './operate/operate.controller.js';
import { PageController } from './page/page.controller.js';
import { RepliesController } from './reply/replies.controller.js';

@Module({ controllers: [ChatController, RequestsController, RepliesController, KnowledgeController, OperateController, PageController] })
export class GatewayModule {
  static register(config: GatewayConfig, site: Site, logger: Logger, { routes, door }: Pick<Edge, 'routes' | 'door'>): DynamicModule {
    return {
      module: GatewayModule,
      imports: [MeshModule.register(config, site)],
      providers: [
        { provide: GATEWAY_CONFIG, useValue: config },
        { provide: SITE, useValue: site },
        { provide: LOGGER, useValue: logger },
        { provide: ROUTES, useValue: routes },
        { provide: DOOR, useValue: door },
        {
          provide: GATEWAY_MESH,
          inject: [MESH_CLIENT, REQUEST_STORE, REPLY_READER, AUDIT_LOG, CLOCK],
          useFactory: (client: MeshClient, store: RequestStore, reader: ReplyReader, audit: AuditLog, clock: RedisClock) => new QueueMesh(client, store, reader, audit, () => clock.now(), site.version),
        },
        { provide: Submission, inject: [GATEWAY_MESH, REDIS, BACKLOG], useFactory: (mesh: Mesh, redis: Redis, backlog: Backlog) => new Submission(mesh, redis, backlog) },
        {
          provide: SweepDeadlines,
          inject: [REDIS, REQUEST_STORE, CLOCK, REPLY_READER],
          useFactory: (redis: Redis, store: RequestStore, clock: RedisClock, reader: ReplyReader) => new SweepDeadlines(new DeadlineSweeper(redis, store, clock, logger), reader),
        },
      ],
    };
  }
}
