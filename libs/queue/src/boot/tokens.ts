/** Tokens of what `MeshModule.register` provides; the type behind each is named beside it. */

/** `Redis` or `Cluster` of ioredis: the process's command connection; fails at once when Redis is away. */
export const REDIS = Symbol('switchyard.redis');
/** `Sealer` */
export const SEALER = Symbol('switchyard.sealer');
/** `RedisClock` */
export const CLOCK = Symbol('switchyard.clock');
/** `Availability` */
export const AVAILABILITY = Symbol('switchyard.availability');
/** `Backlog` */
export const BACKLOG = Symbol('switchyard.backlog');
/** `MeshState` */
export const MESH_STATE = Symbol('switchyard.mesh-state');
/** `MeshClient` */
export const MESH_CLIENT = Symbol('switchyard.mesh-client');
/** `RequestStore` */
export const REQUEST_STORE = Symbol('switchyard.request-store');
/** `ReplyReader` */
export const REPLY_READER = Symbol('switchyard.reply-reader');
/** `AnswerCache` */
export const ANSWER_CACHE = Symbol('switchyard.answer-cache');
/** `Reviews` */
export const REVIEWS = Symbol('switchyard.reviews');
/** `AuditLog` */
export const AUDIT_LOG = Symbol('switchyard.audit-log');
/** `DeadLetters` */
export const DEAD_LETTERS = Symbol('switchyard.dead-letters');
/** `IdempotencyKeys` */
export const IDEMPOTENCY = Symbol('switchyard.idempotency');
/** `HumanTakeover` */
export const HUMAN_TAKEOVER = Symbol('switchyard.human-takeover');
/** `CloudCalls` */
export const CLOUD_CALLS = Symbol('switchyard.cloud-calls');
/** `Endings` */
export const ENDINGS = Symbol('switchyard.endings');
/** `DurabilityProfile`: how what is accepted survives a power cut. */
export const DURABILITY_PROFILE = Symbol('switchyard.durability');
/** `MeshStore` */
export const MESH_STORE = Symbol('switchyard.mesh-store');
/** `Mesh`: the parts that the transport itself is built from. */
export const MESH = Symbol('switchyard.mesh');
