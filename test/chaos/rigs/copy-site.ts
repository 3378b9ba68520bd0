import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { CLOUD_MODEL } from './model-server.ts';

/** Tenants whose messages go the ways of the sample site. */
export const SHOPS = ['north', 'south', 'west'] as const;
/** Tenants whose messages all go to the local model, whatever they say. */
export const ASKERS = ['quiet1', 'quiet2', 'quiet3', 'noisy'] as const;
/** Its messages all go to the cloud model. */
export const WRITER = 'writer';
/** Goes the ways of the sample site, too; its few messages are those of whoever looks whether the mesh works. */
export const PROBER = 'prober';
const TENANTS = [...SHOPS, ...ASKERS, WRITER, PROBER] as const;

export const CLOUD_KEY_VARIABLE = 'CHAOS_CLOUD_KEY';
const keyOf = (tenant: string): string => `sk-chaos-${tenant}`;
export const KEYS: Readonly<Record<string, string>> = Object.fromEntries(TENANTS.map((tenant) => [tenant, keyOf(tenant)]));

export interface SiteChanges {
  /** Of the cloud model. */
  readonly cloudUrl: string;
  /** How long requests, replies and conversations are kept. */
  readonly retentionSeconds?: number;
}

/** The sample site in a folder of its own, with tenants for the clients of a test, no quotas, and a cloud model of ours. */
export async function copySite(from: string, to: string, { cloudUrl, retentionSeconds }: SiteChanges): Promise<void> {
  await cp(from, to, { recursive: true });
  const site = parse(await readFile(join(from, 'site.yaml'), 'utf8')) as Record<string, unknown>;
  site['tenants'] = TENANTS.map((id) => ({
    id,
    keys: [{ id, hash: `sha256:${createHash('sha256').update(keyOf(id)).digest('hex')}`, scopes: ['ask', 'knowledge', 'operate'] }],
    budget: { perDay: 1_000 },
  }));
  const price = { inputPerMillion: 0.01, outputPerMillion: 0.01, asOf: '2026-01-01' };
  site['models'] = { ...(site['models'] as object), expert: [{ provider: 'openai-compatible', model: CLOUD_MODEL, baseUrl: cloudUrl, apiKeyEnv: CLOUD_KEY_VARIABLE, maxOutputTokens: 64, price }] };
  if (retentionSeconds !== undefined) site['retention'] = { requestHours: retentionSeconds / 3_600, conversationHours: retentionSeconds / 3_600 };
  await writeFile(join(to, 'site.yaml'), stringify(site));
  const rules = [
    { name: 'chaos_model', when: { tenant: [...ASKERS] }, then: { to: 'worker', reason: 'the tenant asks the model only' } },
    { name: 'chaos_cloud', when: { tenant: WRITER }, then: { to: 'expert', reason: 'the tenant asks the cloud only' } },
  ];
  await writeFile(join(to, 'rules', '15-chaos.yaml'), stringify({ rules }));
}
