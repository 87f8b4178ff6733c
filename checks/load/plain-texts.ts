/** What a plain upstream answers: a chat completion of one fixed text, and the events of a stream of any number of tokens. */
const base = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'sim-model' }
const usage = (output: number) => ({ prompt_tokens: 12, completion_tokens: output, total_tokens: 12 + output })
const event = (fields: object): string => `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...fields })}\n\n`
const delta = (fields: object, finish: string | null = null): string =>
  event({ choices: [{ index: 0, delta: fields, finish_reason: finish }] })

export const WHOLE = JSON.stringify({
  ...base,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Twelve metres at low tide.' }, finish_reason: 'stop' }],
  usage: usage(8),
})
export const FIRST = delta({ role: 'assistant', content: '' })
export const TOKEN = delta({ content: ' metre' })
export const lastOf = (tokens: number): string => `${delta({}, 'stop')}${event({ choices: [], usage: usage(tokens) })}data: [DONE]\n\n`
