import type { AuditEvent, ReplyLanguage, Tier } from '@switchyard/contracts';

type Words = Readonly<Record<ReplyLanguage, string>>;

const TIERS: Readonly<Record<Tier, Words>> = {
  gateway: { zh: '网关', en: 'Gateway' },
  dispatcher: { zh: '调度', en: 'Dispatcher' },
  worker: { zh: '本地处理', en: 'Worker' },
  retrieval: { zh: '知识检索', en: 'Retrieval' },
  expert: { zh: '专家', en: 'Expert' },
  auditor: { zh: '审计', en: 'Auditor' },
};

const STEPS: Readonly<Record<string, Words>> = {
  accepted: { zh: '已接收', en: 'accepted the message' },
  screened: { zh: '完成安全筛查', en: 'screened the message' },
  classified: { zh: '识别意图', en: 'recognised the intent' },
  recalled: { zh: '沿用之前的回答', en: 'found an answer that was given before' },
  routed: { zh: '选定路由', en: 'chose the route' },
  flow_step: { zh: '执行流程', en: 'ran the flow' },
  tools_offered: { zh: '确定可用工具', en: 'settled which tools the model may choose' },
  tool_refused: { zh: '拒绝调用工具', en: 'refused the model a tool' },
  confirmation_asked: { zh: '请客户确认', en: 'asked the customer for a yes' },
  tool_called: { zh: '调用工具', en: 'called a tool' },
  model_called: { zh: '调用模型', en: 'called a model' },
  searched: { zh: '检索知识库', en: 'searched the knowledge base' },
  escalated: { zh: '上报处理', en: 'passed it on' },
  redacted: { zh: '替换个人信息', en: 'replaced personal data' },
  budget_reserved: { zh: '预留预算', en: 'reserved budget' },
  objected: { zh: '未采用模型的回答', en: 'did not take the model’s answer' },
  answered: { zh: '已回答', en: 'answered' },
  offered_for_review: { zh: '提交人工审阅', en: 'offered the answer for review' },
  variant_added: { zh: '问题已收为问法变体', en: 'kept the question as a variant' },
  review_approved: { zh: '审阅通过', en: 'approved the answer' },
  review_rejected: { zh: '审阅未通过', en: 'rejected the answer' },
  refused: { zh: '已拒答', en: 'refused' },
  handed_over: { zh: '转人工', en: 'handed over to a person' },
  delivered: { zh: '已送达人工侧', en: 'told the people’s side' },
  delivery_failed: { zh: '未能送达人工侧', en: 'could not tell the people’s side' },
  expired: { zh: '已超时', en: 'ran out of time' },
  cancelled: { zh: '已取消', en: 'was cancelled' },
  failed: { zh: '处理失败', en: 'failed' },
  outcome: { zh: '最终结果', en: 'ended the request' },
  replied: { zh: '已回复客户', en: 'gave the reply to the client' },
};

const ATTEMPT: Words = { zh: '第 {n} 次', en: 'attempt {n}' };

function factText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((one) => factText(one) ?? '').join(',');
  if (typeof value === 'object') {
    const inner = Object.entries(value).map(([name, one]) => [name, factText(one)] as const).filter(([, text]) => text !== undefined);
    return inner.length === 0 ? undefined : `{${inner.map(([name, text]) => `${name} ${text ?? ''}`).join(', ')}}`;
  }
  if (typeof value === 'number') return String(Math.round(value * 1e6) / 1e6);
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return undefined;
}

/** Facts about a fact, such as everything that a rule looked at, would bury the line; `yard explain --json` has them. */
const LEFT_OUT = new Set(['facts']);

/** One step as a line for people: who, what, the facts that are set, how long it took. A step without words of its own keeps its name. */
export function describeStep(event: AuditEvent, language: ReplyLanguage): string {
  const isChinese = language === 'zh';
  const words = Object.hasOwn(STEPS, event.step) ? STEPS[event.step] : undefined;
  const facts = Object.entries(event.facts).flatMap(([name, value]) => {
    const text = LEFT_OUT.has(name) ? undefined : factText(value);
    return text === undefined ? [] : [`${name} ${text}`];
  });
  const took = event.tookMs === undefined ? [] : [`${Math.round(event.tookMs * 10) / 10} ms`];
  const attempt = event.attempt > 1 ? [ATTEMPT[language].replace('{n}', String(event.attempt))] : [];
  const details = [...facts, ...took, ...attempt].join(isChinese ? '，' : ', ');
  const head = `${TIERS[event.tier][language]}${isChinese ? '：' : ' '}${words?.[language] ?? event.step}`;
  if (details === '') return head;
  return isChinese ? `${head}（${details}）` : `${head} (${details})`;
}

/** The whole request as lines: the time since the first step, then the step. Steps must be in order. */
export function describeTimeline(steps: readonly AuditEvent[], language: ReplyLanguage): string {
  const start = steps[0]?.at ?? 0;
  return steps.map((step) => `+${step.at - start} ms`.padStart(10) + `  ${describeStep(step, language)}`).join('\n');
}
