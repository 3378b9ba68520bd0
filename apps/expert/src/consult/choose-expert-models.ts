import { createCloudModel } from '@switchyard/cloud-models';
import type { ChatModel } from '@switchyard/contracts';
import type { ExpertModel, Site } from '@switchyard/site';
import { keyVariableOf, type ExpertKeys } from '../expert.config.js';

export interface UsableModel {
  readonly chat: ChatModel;
  readonly provider: ExpertModel['provider'];
  readonly price: ExpertModel['price'];
  readonly maxOutputTokens: number;
  /** Tools that it may have called for one message; 0: none. */
  readonly maxToolCalls: number;
}

/** The models that may be asked, in the order of the site; or why there is none, as a code of the catalogue and a name for the record. */
export type ModelChoice = { readonly usable: readonly UsableModel[] } | { readonly usable?: never; readonly code: 'EGRESS_BLOCKED' | 'MODEL_UNAVAILABLE'; readonly reason: string };

/**
 * The site's expert models whose key is set: the first is asked, the next where it cannot answer. With egress blocked no
 * client is even made.
 * @throws MeshError CONFIG_INVALID where a model has no base URL
 */
export function chooseExpertModels(site: Pick<Site, 'settings'>, egress: 'allowed' | 'blocked', keys: ExpertKeys): ModelChoice {
  if (egress === 'blocked') return { code: 'EGRESS_BLOCKED', reason: 'egress_blocked' };
  const { expert } = site.settings.models;
  const usable = expert.flatMap((model): UsableModel[] => {
    const key = keys[keyVariableOf(model) ?? ''];
    return key === undefined ? [] : [{ chat: createCloudModel(model, key), provider: model.provider, price: model.price, maxOutputTokens: model.maxOutputTokens, maxToolCalls: model.maxToolCalls }];
  });
  if (usable.length > 0) return { usable };
  return { code: 'MODEL_UNAVAILABLE', reason: expert.length === 0 ? 'no_expert_model' : 'no_key' };
}
