import { toMeshError } from '@switchyard/errors';
import { collectProcessMetrics, createLogger, settleStart } from '@switchyard/telemetry';
import { startTier, type TierOptions } from './start-tier.js';

/** Beyond the drain, for what closes after it. An orchestrator's grace must be longer than both. */
const CLOSE_MS = 4_000;
const DRAIN_MS = 10_000;

/**
 * The life of a tier's process: starts it, and on SIGTERM or SIGINT drains and ends it with exit code 0. A start
 * that fails is logged with its code and ends the process with exit code 1.
 */
export async function bootTier(options: TierOptions): Promise<void> {
  const logger = createLogger(options.tier, options.config.LOG_LEVEL);
  try {
    collectProcessMetrics(options.tier);
    const tier = await startTier(options);
    settleStart();
    const { queues, siteVersion, config } = options;
    // Whoever started the process waits for this line, so it is written at any log level.
    createLogger(options.tier, 'info').info({ event: 'listening', url: tier.url, queues, siteVersion, instance: config.INSTANCE }, 'ready');
    let isEnding = false;
    const end = (signal: NodeJS.Signals): void => {
      if (isEnding) return;
      isEnding = true;
      logger.info({ event: 'draining', signal }, 'draining');
      const leave = (): never => process.exit(0);
      // Whatever hangs: a job that is not done is another instance's in seconds.
      setTimeout(leave, (options.drainMs ?? DRAIN_MS) + CLOSE_MS).unref();
      void tier.close().then(leave, leave);
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
  } catch (error) {
    const { code, detail, field } = toMeshError(error);
    logger.fatal({ event: 'start_failed', code, detail, field, err: error }, `${options.tier} did not start: ${code}: ${detail}`);
    process.exit(1);
  }
}
