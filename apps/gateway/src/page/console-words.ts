/** Every word of the console, in both languages. A language that lacks one does not compile. Names with a dot are `group.value` of the interface. */
const en = {
  key: 'API key', fresh: 'New conversation', conversation: 'Conversation', you: 'You', assistant: 'Assistant', message: 'Message', placeholder: 'Write a message', send: 'Send', stop: 'Stop', version: 'Site version', docs: 'API reference',
  greeting: 'How can we help?', welcome: 'Every answer comes with a receipt of how it was made.', noKey: 'Enter an API key first.', failed: 'No answer: ', stopped: 'Stopped.', broken: 'The connection was lost.', again: 'Try again',
  receipt: 'Receipt', outcome: 'Outcome', tier: 'Answered by', intent: 'Intent', rule: 'Rule', language: 'Language', models: 'Models', tokens: 'tokens', citations: 'Sources', redactions: 'Personal data found', leftSite: 'Left the site',
  none: 'none', yes: 'yes', no: 'no', stayed: 'stayed on site', left: 'left the site', time: 'Times', request: 'Request', steps: 'Show every step', loading: 'Loading…', noSteps: 'No steps are recorded yet.', attempt: 'run',
  'outcome.answered': 'answered', 'outcome.refused': 'refused', 'outcome.handed_over': 'handed over', 'outcome.expired': 'expired', 'outcome.cancelled': 'cancelled', 'outcome.failed': 'failed',
  'tier.curated': 'curated answer', 'tier.cache': 'cache', 'tier.worker': 'worker', 'tier.retrieval': 'retrieval', 'tier.expert': 'expert', 'tier.none': 'a rule of the site', 'tier.gateway': 'gateway', 'tier.dispatcher': 'dispatcher', 'tier.auditor': 'auditor',
  'source.exact': 'exact match', 'source.model': 'by model', 'source.flow': 'open flow', 'source.none': 'none', 'where.local': 'on site', 'where.cloud': 'cloud', 'language.zh': 'Chinese', 'language.en': 'English', 'language.mixed': 'mixed', 'language.other': 'other',
  'data.resident_id': 'resident ID', 'data.phone': 'phone', 'data.bank_card': 'bank card', 'data.credit_card': 'credit card', 'data.email': 'e-mail', 'data.ip_address': 'IP address', 'data.us_ssn': 'US SSN', 'data.iban': 'IBAN',
  'step.accepted': 'accepted', 'step.screened': 'screened', 'step.classified': 'classified', 'step.routed': 'routed', 'step.flow_step': 'flow step', 'step.tool_called': 'tool called', 'step.model_called': 'model called', 'step.searched': 'searched', 'step.escalated': 'escalated',
  'step.redacted': 'redacted', 'step.budget_reserved': 'budget reserved', 'step.handed_over': 'handed over', 'step.refused': 'refused', 'step.answered': 'answered', 'step.expired': 'expired', 'step.failed': 'failed', 'step.outcome': 'outcome', 'step.replied': 'replied', 'step.merged': 'merged', 'step.silenced': 'left to a person', 'step.redriven': 'tried again', 'step.dead_letter_opened': 'dead letter opened',
  'error.KEY_MISSING': 'The request carries no API key.', 'error.KEY_UNKNOWN': 'The API key is not known.', 'error.SCOPE_MISSING': 'The API key may not do this.', 'error.TEXT_TOO_LONG': 'The message is too long.', 'error.RATE_LIMITED': 'Too many messages; wait a moment.',
  'error.OVERLOADED': 'The service is busy; wait a moment.', 'error.QUEUE_UNAVAILABLE': 'The service cannot be reached; wait a moment.', 'error.DEADLINE_PASSED': 'It took too long.', 'error.REQUEST_UNKNOWN': 'The request is no longer kept.', 'error.REQUEST_SUPERSEDED': 'A later message is answered instead.', 'error.REQUEST_MERGED': 'It is answered together with a later message.', 'error.NETWORK': 'The server cannot be reached.',
};
export type ConsoleWord = keyof typeof en;
type Words = Record<ConsoleWord, string>;
const zh: Words = {
  key: 'API 密钥', fresh: '新对话', conversation: '对话', you: '您', assistant: '助手', message: '消息', placeholder: '请输入消息', send: '发送', stop: '停止', version: '站点版本', docs: '接口说明',
  greeting: '有什么可以帮您？', welcome: '每个回答都附有一张凭据，说明它是怎样得出的。', noKey: '请先填写 API 密钥。', failed: '没有得到回答：', stopped: '已停止。', broken: '连接中断。', again: '重试',
  receipt: '凭据', outcome: '结果', tier: '回答者', intent: '意图', rule: '规则', language: '语言', models: '模型', tokens: '词元', citations: '来源', redactions: '发现的个人信息', leftSite: '数据出站',
  none: '无', yes: '是', no: '否', stayed: '未离开本站', left: '已离开本站', time: '耗时', request: '请求', steps: '查看每一步', loading: '加载中…', noSteps: '尚无步骤记录。', attempt: '运行次数',
  'outcome.answered': '已回答', 'outcome.refused': '已拒绝', 'outcome.handed_over': '已转人工', 'outcome.expired': '已超时', 'outcome.cancelled': '已取消', 'outcome.failed': '失败',
  'tier.curated': '标准答案', 'tier.cache': '缓存', 'tier.worker': '业务处理', 'tier.retrieval': '知识检索', 'tier.expert': '专家模型', 'tier.none': '站点规则', 'tier.gateway': '网关', 'tier.dispatcher': '调度', 'tier.auditor': '审计',
  'source.exact': '完全匹配', 'source.model': '模型判断', 'source.flow': '进行中的流程', 'source.none': '无', 'where.local': '本站', 'where.cloud': '云端', 'language.zh': '中文', 'language.en': '英文', 'language.mixed': '中英混合', 'language.other': '其他',
  'data.resident_id': '身份证号', 'data.phone': '电话', 'data.bank_card': '银行卡号', 'data.credit_card': '信用卡号', 'data.email': '邮箱', 'data.ip_address': 'IP 地址', 'data.us_ssn': '美国社保号', 'data.iban': 'IBAN',
  'step.accepted': '接收', 'step.screened': '安全检查', 'step.classified': '识别意图', 'step.routed': '选择去向', 'step.flow_step': '流程步骤', 'step.tool_called': '调用工具', 'step.model_called': '调用模型', 'step.searched': '检索', 'step.escalated': '升级处理',
  'step.redacted': '隐去个人信息', 'step.budget_reserved': '预留预算', 'step.handed_over': '转人工', 'step.refused': '拒绝', 'step.answered': '回答', 'step.expired': '超时', 'step.failed': '失败', 'step.outcome': '结果', 'step.replied': '回复', 'step.merged': '合并', 'step.silenced': '留给人工', 'step.redriven': '重新处理', 'step.dead_letter_opened': '查看失败任务',
  'error.KEY_MISSING': '请求没有带 API 密钥。', 'error.KEY_UNKNOWN': 'API 密钥不正确。', 'error.SCOPE_MISSING': '这个 API 密钥没有此项权限。', 'error.TEXT_TOO_LONG': '消息太长。', 'error.RATE_LIMITED': '消息过于频繁，请稍候。',
  'error.OVERLOADED': '服务繁忙，请稍候。', 'error.QUEUE_UNAVAILABLE': '服务暂时无法连接，请稍候。', 'error.DEADLINE_PASSED': '等待超时。', 'error.REQUEST_UNKNOWN': '这个请求已不再保存。', 'error.REQUEST_SUPERSEDED': '已改为回答后一条消息。', 'error.REQUEST_MERGED': '已与后一条消息一并回答。', 'error.NETWORK': '无法连接服务器。',
};

export const consoleWords: { readonly en: Words; readonly zh: Words } = { en, zh };
