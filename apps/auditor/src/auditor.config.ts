import { z } from 'zod';
import { TierEnv } from '@switchyard/config';

export const AuditorEnv = TierEnv.extend({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional().describe('PostgreSQL that keeps the record, postgres://…; unset: an embedded one in DATA_DIR/audit, for a single auditor.'),
});
export type AuditorConfig = z.infer<typeof AuditorEnv>;
