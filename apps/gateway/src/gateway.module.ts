import { Module, type DynamicModule } from '@nestjs/common';
import {
  AUDIT_LOG, BACKLOG, CLOCK, DeadlineSweeper, DocumentLedger, FileSpool, ENDINGS, HUMAN_TAKEOVER, IDEMPOTENCY, MESH_CLIENT, MESH_STORE, MeshModule, REDIS, REPLY_READER, REQUEST_STORE, SEALER,
  type AuditLog, type Backlog, type Endings, type HumanTakeover, type IdempotencyKeys, type MeshClient, type MeshStore, type RedisClock, type RedisConnection, type ReplyReader, type RequestStore, type Sealer,
} from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import type { Logger } from '@switchyard/telemetry';
import { Admission } from './admit/admission.js';
import { RedisMemory } from './admit/read-memory.js';
import { GATEWAY_MESH, type Mesh } from './ask/mesh.js';
import { QueueMesh } from './ask/queue-mesh.js';
import { RequestsController } from './ask/requests.controller.js';
import { Submission } from './ask/submission.js';
import { SweepDeadlines } from './ask/sweep-deadlines.js';
import { ChatwootController } from './chatwoot/chatwoot.controller.js';
import { ChatwootDesk } from './chatwoot/chatwoot-desk.js';
import { ConversationsController } from './conversation/conversations.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import type { Edge } from './edge/create-edge.js';
import { DOOR, GATEWAY_CONFIG, LOGGER, ROUTES, SITE, type GatewayConfig } from './gateway.config.js';
import { KNOWLEDGE_QUEUE, KnowledgeController, type KnowledgeQueue } from './knowledge/knowledge.controller.js';
import { ChatController } from './openai/chat.controller.js';
import { OperateController } from './operate/operate.controller.js';
import { PageController } from './page/page.controller.js';
import { RecordController } from './record/record.controller.js';
import { RepliesController } from './reply/replies.controller.js';
import { ReviewsController } from './reviews/reviews.controller.js';
import { VariantsController } from './variants/variants.controller.js';

@Module({ controllers: [ChatController, RequestsController, RepliesController, ConversationsController, ChatwootController, KnowledgeController, VariantsController, OperateController, DeadLettersController, ReviewsController, RecordController, PageController] })
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
        {
          provide: Admission,
          inject: [REDIS, BACKLOG, MESH_STORE],
          useFactory: (redis: RedisConnection, backlog: Backlog, store: MeshStore) => new Admission({ backlog, memory: new RedisMemory(redis), usage: () => store.usage(), tenants: site.settings.tenants }),
        },
        { provide: Submission, inject: [GATEWAY_MESH, REDIS, Admission, IDEMPOTENCY], useFactory: (mesh: Mesh, redis: RedisConnection, admission: Admission, keys: IdempotencyKeys) => new Submission(mesh, redis, admission, keys) },
        {
          provide: ChatwootDesk,
          inject: [Submission, HUMAN_TAKEOVER, MESH_CLIENT, CLOCK],
          useFactory: (submission: Submission, takeover: HumanTakeover, client: MeshClient, clock: RedisClock) => new ChatwootDesk(submission, takeover, client, site, () => clock.now()),
        },
        {
          provide: KNOWLEDGE_QUEUE,
          inject: [REDIS, SEALER],
          useFactory: (redis: RedisConnection, sealer: Sealer): KnowledgeQueue => ({ ledger: new DocumentLedger(redis), spool: new FileSpool(redis, sealer), memory: new RedisMemory(redis) }),
        },
        {
          provide: SweepDeadlines,
          inject: [REDIS, MESH_STORE, ENDINGS, REPLY_READER],
          useFactory: (redis: RedisConnection, store: MeshStore, endings: Endings, reader: ReplyReader) => new SweepDeadlines(new DeadlineSweeper(redis, store, endings, logger), reader),
        },
      ],
    };
  }
}
