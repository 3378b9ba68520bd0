import { TierEnv, type AppName } from '@switchyard/config';
import { z } from 'zod';

export const GATEWAY: AppName = { name: 'gateway', summary: 'takes requests over HTTP, puts them into the mesh and streams the replies back' };

/** The variables of the gateway, beyond those that every tier takes. */
export const GatewayEnv = TierEnv.extend({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080).describe('Port of the HTTP interface; 0 takes a free one.'),
  CONSOLE_KEY: z.string().min(1).optional().describe('API key that the console page is filled in with. For demonstrations only: everybody who opens the page can read it.'),
  HEARTBEAT_MS: z.coerce.number().int().min(10).max(120_000).default(15_000).describe('Silence on an event stream after which a comment is sent, in ms.'),
  DRAIN_MS: z.coerce.number().int().min(0).max(120_000).default(10_000).describe('Time that open requests and streams get to finish when the gateway stops, in ms.'),
  CALL_TIMEOUT_MS: z.coerce.number().int().min(100).max(120_000).default(10_000).describe('Time that another tier has to answer a search, a list or an explain, in ms.'),
  INGEST_TIMEOUT_MS: z.coerce.number().int().min(100).max(600_000).default(60_000).describe('Time that a document has to be indexed, in ms.'),
});
export type GatewayConfig = z.infer<typeof GatewayEnv>;

/** Injection tokens of what `main.ts` reads at start. */
export const GATEWAY_CONFIG = Symbol('gateway.config');
export const SITE = Symbol('gateway.site');
export const LOGGER = Symbol('gateway.logger');
export const ROUTES = Symbol('gateway.routes');
export const DOOR = Symbol('gateway.door');
