/** Every word of the console, in both languages. A language that lacks one does not compile. */
const en = {
  key: 'API key', fresh: 'New conversation', message: 'Message', placeholder: 'Write a message', send: 'Send', stop: 'Stop', version: 'Site version', docs: 'Interface',
  welcome: 'Ask something. Every answer comes with a receipt of how it was made.', noKey: 'Enter an API key first.', failed: 'No answer: ', stopped: 'Stopped.', broken: 'The connection was lost.',
  outcome: 'Outcome', tier: 'Answered by', intent: 'Intent', rule: 'Rule', language: 'Language', models: 'Models', noModel: 'none', citations: 'Sources', redactions: 'Personal data found', leftSite: 'Left the site',
  yes: 'yes', no: 'no', stayed: 'stayed on site', left: 'left the site', time: 'Times', request: 'Request', steps: 'Show every step', loading: 'Loading…', noSteps: 'No steps are recorded yet.', attempt: 'run', restarted: 'the answer was started anew',
};
type Words = Record<keyof typeof en, string>;
const zh: Words = {
  key: 'API 密钥', fresh: '新对话', message: '消息', placeholder: '请输入消息', send: '发送', stop: '停止', version: '站点版本', docs: '接口说明',
  welcome: '请提问。每个回答都附有一张凭据，说明它是怎样得出的。', noKey: '请先填写 API 密钥。', failed: '没有得到回答：', stopped: '已停止。', broken: '连接中断。',
  outcome: '结果', tier: '回答者', intent: '意图', rule: '规则', language: '语言', models: '模型', noModel: '无', citations: '来源', redactions: '发现的个人信息', leftSite: '数据出站',
  yes: '是', no: '否', stayed: '未离开本站', left: '已离开本站', time: '耗时', request: '请求', steps: '查看每一步', loading: '加载中…', noSteps: '尚无步骤记录。', attempt: '第几次运行', restarted: '回答曾重新生成',
};

export const consoleWords: { readonly en: Words; readonly zh: Words } = { en, zh };
