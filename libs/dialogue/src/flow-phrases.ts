import type { Text } from '@switchyard/site';

/** Said when the customer leaves a flow. */
export const LEFT: Text = { zh: '好的，已停止办理。还有什么可以帮您？', en: 'All right, I have stopped here. Is there anything else I can help with?' };

/** Said before a confirmation that is asked again. */
export const YES_OR_NO: Text = { zh: '抱歉，没有明白。请回复“是”或“否”。', en: 'Sorry, I did not get that. Please answer yes or no.' };
