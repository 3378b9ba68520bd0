import type { z } from 'zod';
import { TierEnv } from '@switchyard/config';

export const DispatcherEnv = TierEnv;
export type DispatcherConfig = z.infer<typeof DispatcherEnv>;
