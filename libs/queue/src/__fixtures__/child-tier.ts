import { TierEnv } from '@switchyard/config';
import { bootTier } from '../boot/boot-tier.js';
import { scriptedModule } from './scripted-tiers.js';

/**
 * A tier in a process of its own, for tests that kill it. It says `dispatching` when it has a job, then answers after
 * `WORK_MS`: long enough to be killed in between, or short enough to be drained.
 */
export async function runChildTier(env: NodeJS.ProcessEnv): Promise<void> {
  const config = TierEnv.parse({ SITE_DIR: '.', INSTANCE: 'child', ...env });
  await bootTier({
    tier: 'dispatcher',
    queues: ['dispatch'],
    siteVersion: 'child',
    config,
    module: scriptedModule(config, {
      dispatch: async (_job, context) => {
        context.delta('from the child');
        process.stdout.write('dispatching\n');
        await new Promise((resolve) => setTimeout(resolve, Number(env['WORK_MS'])));
        await context.reply({ outcome: 'answered', tier: 'worker', text: 'from the child' });
      },
    }),
  });
}
