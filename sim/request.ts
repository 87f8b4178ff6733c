import { geminiAddressOf, readGeminiRequest } from './gemini-request.ts'
import type { BadRequest, PromptMessage, SimProtocol, SimRequest } from './request-shape.ts'
import { readResponsesPart } from './responses-request.ts'
import type { Tokenizer } from './tokens.ts'

export type { BadRequest, PromptMessage, SimProtocol, SimRequest } from './request-shape.ts'

type Fields = { readonly [field: string]: unknown }

/** Where tokens of Anthropic's messages are counted, of which nothing bounds an answer. */
export const COUNT_PATH = '/v1/messages/count_tokens'

/** Reads a request's body, or says what is wrong with it as the provider would; `path` is where it came to, where some have the model. */
export function readRequest(protocol: SimProtocol, body: Buffer, path = ''): SimRequest | BadRequest {
  const fields = parseObject(body)
  if (fields === undefined) return { message: 'We could not parse the JSON body of your request.', param: null }
  if (protocol === 'gemini') return readGeminiRequest(fields, geminiAddressOf(path) ?? { model: '', method: '' })
  if (typeof fields['model'] !== 'string') return { message: 'you must provide a model parameter', param: null }
  if (protocol === 'openai-responses') return readResponses(fields, fields['model'])
  if (!Array.isArray(fields['messages']) || fields['messages'].length === 0) {
    return { message: protocol === 'openai' ? "Missing required parameter: 'messages'." : 'messages: Field required', param: 'messages' }
  }
  const outputMax = outputMaxOf(fields)
  if (protocol === 'anthropic' && outputMax === undefined && path !== COUNT_PATH)
    return { message: 'max_tokens: Field required', param: null }
  const messages = messagesOf(fields, protocol)
  return {
    protocol,
    ...commonOf(fields, fields['model']),
    wantsUsage: protocol === 'anthropic' || objectOf(fields['stream_options'])['include_usage'] === true,
    outputMax,
    choices: protocol === 'openai' && typeof fields['n'] === 'number' ? Math.min(Math.max(1, Math.trunc(fields['n'])), 128) : 1,
    messages,
    ...usesOf(fields, protocol),
    lastUserText: lastUserTextOf(messages),
  }
}

function readResponses(fields: Fields, model: string): SimRequest | BadRequest {
  const part = readResponsesPart(fields)
  if ('message' in part) return part
  return { protocol: 'openai-responses', ...commonOf(fields, model), ...part, lastUserText: lastUserTextOf(part.messages) }
}

/** What all protocols say in the same words. */
const commonOf = (fields: Fields, model: string) => ({
  model,
  isStream: fields['stream'] === true,
  wantsPadding: objectOf(fields['stream_options'])['include_obfuscation'] !== false,
  tools: toolNamesOf(fields),
  toolsJson: Array.isArray(fields['tools']) && fields['tools'].length > 0 ? JSON.stringify(fields['tools']) : '',
  serviceTier: stringOf(fields['service_tier']),
  marker: stringOf(objectOf(fields['metadata'])['sim']),
})

const lastUserTextOf = (messages: readonly PromptMessage[]): string =>
  messages.findLast((message) => message.role === 'user')?.texts.join('') ?? ''

/** Whether OpenAI's ids, errors and headers are spoken. */
export const isOpenai = (protocol: SimProtocol): boolean => protocol === 'openai' || protocol === 'openai-responses'

const TOKENS_PER_MESSAGE = 3
const TOKENS_PER_NAME = 1
const TOKENS_OF_PRIMING = 3
// What OpenAI's guide gives for a picture at low detail; the fakes take it for every picture and file.
const TOKENS_PER_ATTACHMENT = 85

/**
 * True tokens of a prompt: 3 per message, the tokens of role, texts and name (and 1 per name), 3 for priming the answer, plus the
 * JSON of the tools. Source: OpenAI cookbook, "How to count tokens with tiktoken" (read 2026-11); how tools count is not published.
 */
export function promptTokensOf(request: SimRequest, tokenizer: Tokenizer): number {
  const perMessage = request.messages.map((message) => {
    const name = message.name === undefined ? 0 : tokenizer.count(message.name) + TOKENS_PER_NAME
    const texts = message.texts.reduce((sum, text) => sum + tokenizer.count(text), 0)
    return TOKENS_PER_MESSAGE + tokenizer.count(message.role) + texts + name + message.attachments * TOKENS_PER_ATTACHMENT
  })
  return perMessage.reduce((sum, tokens) => sum + tokens, TOKENS_OF_PRIMING + tokenizer.count(request.toolsJson))
}

function parseObject(body: Buffer): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    return isFields(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const objectOf = (value: unknown): Fields => (isFields(value) ? value : {})

const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function outputMaxOf(fields: Fields): number | undefined {
  const bounds = [fields['max_completion_tokens'], fields['max_tokens']].filter((bound) => typeof bound === 'number')
  return bounds.length === 0 ? undefined : Math.max(0, Math.trunc(Math.min(...bounds)))
}

function messagesOf(fields: Fields, protocol: SimProtocol): PromptMessage[] {
  const given = Array.isArray(fields['messages']) ? fields['messages'].map(messageOf) : []
  if (protocol === 'openai' || fields['system'] === undefined) return given
  return [messageOf({ role: 'system', content: fields['system'] }), ...given]
}

function messageOf(raw: unknown): PromptMessage {
  const message = objectOf(raw)
  const parts: unknown[] = Array.isArray(message['content']) ? message['content'] : [message['content']]
  const texts = parts.flatMap(textsOfPart)
  if (message['tool_calls'] !== undefined) texts.push(JSON.stringify(message['tool_calls']))
  return {
    role: typeof message['role'] === 'string' ? message['role'] : 'user',
    texts,
    name: typeof message['name'] === 'string' ? message['name'] : undefined,
    attachments: parts.filter((part) => isFields(part) && textsOfPart(part).length === 0).length,
  }
}

function textsOfPart(part: unknown): string[] {
  if (typeof part === 'string') return [part]
  if (!isFields(part)) return []
  if (typeof part['text'] === 'string') return [part['text']]
  if (part['type'] === 'tool_use') return [JSON.stringify(part['input'] ?? {})]
  if (part['type'] !== 'tool_result') return []
  return Array.isArray(part['content']) ? part['content'].flatMap(textsOfPart) : textsOfPart(part['content'])
}

/** What a chat completion searches is not bound by its request. */
function usesOf(fields: Fields, protocol: SimProtocol): Pick<SimRequest, 'searchesMax' | 'toolCallsMax'> {
  if (protocol === 'openai') return { searchesMax: Number.POSITIVE_INFINITY, toolCallsMax: Number.POSITIVE_INFINITY }
  const tools = (Array.isArray(fields['tools']) ? fields['tools'] : []).map(objectOf)
  const sum = (prefix: string): number =>
    tools
      .filter((tool) => stringOf(tool['type']).startsWith(prefix))
      .reduce((uses, tool) => uses + (typeof tool['max_uses'] === 'number' ? tool['max_uses'] : Number.POSITIVE_INFINITY), 0)
  return { searchesMax: sum('web_search_'), toolCallsMax: sum('web_fetch_') }
}

function toolNamesOf(fields: Fields): string[] {
  const choice = fields['tool_choice']
  if (choice === 'none' || objectOf(choice)['type'] === 'none' || !Array.isArray(fields['tools'])) return []
  const names = fields['tools'].map((tool) => objectOf(tool)['name'] ?? objectOf(objectOf(tool)['function'])['name'])
  return names.filter((name) => typeof name === 'string')
}
