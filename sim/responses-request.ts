import type { BadRequest, PromptMessage, SimRequest } from './request-shape.ts'

type Fields = { readonly [field: string]: unknown }

/** What of a request for a response is not said as in chat completions. */
export type ResponsesPart = Pick<SimRequest, 'messages' | 'outputMax' | 'choices' | 'wantsUsage' | 'searchesMax' | 'toolCallsMax'>

/** Reads what a request for a response says in its own way, or says what is wrong with it as the provider would. */
export function readResponsesPart(fields: Fields): ResponsesPart | BadRequest {
  const { input, instructions } = fields
  const isGiven = typeof input === 'string' || (Array.isArray(input) && input.length > 0)
  if (!isGiven) return { message: "Missing required parameter: 'input'.", param: 'input' }
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input
  const before = typeof instructions === 'string' ? [plain('system', [instructions])] : []
  const max = fields['max_output_tokens']
  return {
    messages: [...before, ...items.map(messageOf)],
    outputMax: typeof max === 'number' ? Math.max(0, Math.trunc(max)) : undefined,
    choices: 1,
    wantsUsage: true,
    ...usesOf(fields),
  }
}

/** Tools of the provider's may be called as often as the request allows; a request that names none of a kind has none of it. */
function usesOf({ tools, max_tool_calls: max }: Fields): Pick<SimRequest, 'searchesMax' | 'toolCallsMax'> {
  const types = (Array.isArray(tools) ? tools : []).map((tool) => String(objectOf(tool)['type']))
  const most = typeof max === 'number' ? max : Number.POSITIVE_INFINITY
  const hasSearch = types.some((type) => type.startsWith('web_search'))
  const hasOther = types.some((type) => type === 'file_search' || type === 'code_interpreter')
  return { searchesMax: hasSearch ? most : 0, toolCallsMax: hasOther ? most : 0 }
}

const plain = (role: string, texts: readonly string[], attachments = 0): PromptMessage => ({ role, texts, name: undefined, attachments })

function messageOf(raw: unknown): PromptMessage {
  const item = objectOf(raw)
  if (item['type'] === 'function_call') return plain('assistant', [String(item['name']), String(item['arguments'])])
  const content = item['type'] === 'function_call_output' ? item['output'] : item['content']
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content]
  const texts = parts.flatMap((part) => (typeof part === 'string' ? [part] : textIn(part)))
  const role = typeof item['role'] === 'string' ? item['role'] : item['type'] === 'function_call_output' ? 'tool' : 'assistant'
  return plain(role, texts, parts.filter((part) => isObject(part) && textIn(part).length === 0).length)
}

function textIn(part: unknown): readonly string[] {
  const { text, refusal } = objectOf(part)
  const told = text ?? refusal
  return typeof told === 'string' ? [told] : []
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const objectOf = (value: unknown): Fields => (isObject(value) ? value : {})
