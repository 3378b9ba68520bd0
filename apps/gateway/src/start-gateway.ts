import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { toMeshError } from '@switchyard/errors';
import type { Site } from '@switchyard/site';
import { collectProcessMetrics, createLogger, settleStart } from '@switchyard/telemetry';
import { createEdge } from './edge/create-edge.js';
import { GATEWAY, type GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { ProblemFilter } from './problem/problem.filter.js';

export interface RunningGateway {
  readonly url: string;
  /** Takes no more requests, gives the open ones `DRAIN_MS` to finish, then cuts them. */
  close(): Promise<void>;
}

/**
 * Starts the gateway: connections, sweeping, HTTP.
 * @throws MeshError QUEUE_UNAVAILABLE or CONFIG_INVALID: nothing is left running then
 */
export async function startGateway(config: GatewayConfig, site: Site): Promise<RunningGateway> {
  const logger = createLogger(GATEWAY.name, config.LOG_LEVEL);
  const edge = createEdge(site);
  // Nest's own lines are not JSON, and its error lines quote messages that could hold customer text.
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.register(config, site, logger, edge), new FastifyAdapter(edge.http), { bodyParser: false, logger: false, abortOnError: false });
  try {
    app.useGlobalFilters(new ProblemFilter(logger));
    await app.listen(config.PORT, config.HOST);
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
  return {
    url: await app.getUrl(),
    close: async () => {
      await edge.door.close(config.DRAIN_MS);
      await app.close();
    },
  };
}

/** Beyond the drain, for what closes after it. An orchestrator's grace must be longer than both. */
const CLOSE_MS = 4_000;

/**
 * The life of the gateway's process: starts it, and on SIGTERM or SIGINT drains and ends it with exit code 0. A start that
 * fails is logged with its code and ends the process with exit code 1.
 */
export async function bootGateway(config: GatewayConfig, readSite: () => Promise<Site>): Promise<void> {
  // Whoever started the process waits for the line of the start, so it is written at any log level.
  const logger = createLogger(GATEWAY.name, 'info');
  try {
    const site = await readSite();
    const gateway = await startGateway(config, site);
    collectProcessMetrics(GATEWAY.name);
    settleStart();
    logger.info({ event: 'listening', url: gateway.url, siteVersion: site.version, instance: config.INSTANCE }, 'ready');
    let ending = false;
    const end = (signal: NodeJS.Signals): void => {
      if (ending) return;
      ending = true;
      logger.info({ event: 'draining', signal }, 'draining');
      const leave = (): never => process.exit(0);
      setTimeout(leave, config.DRAIN_MS + CLOSE_MS).unref();
      void gateway.close().then(leave, leave);
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
  } catch (error) {
    const { code, detail, field } = toMeshError(error);
    logger.fatal({ event: 'start_failed', code, detail, field, err: error }, `gateway did not start: ${code}: ${detail}`);
    process.exit(1);
  }
}
