import type { BadRequest, PromptMessage, SimRequest } from './request-shape.ts'

type Fields = { readonly [field: string]: unknown }

/** What a Gemini address asks for: the model, marker included, and what is to be done with it. */
export type GeminiAddress = { readonly model: string; readonly method: string }

/** At Google Cloud the path names a project and a region before the model. */
const PATH = /^\/(?:v1beta|v1\/projects\/[^/]+\/locations\/[^/]+\/publishers\/google)\/models\/([^/:]+):(\w+)$/

/** Models whose answers are bound lower where they are no streams. Source: https://ai.google.dev/gemini-api/docs/generate-content/long-decode (2026-11-30). */
const HALVED_WHOLE = /^gemini-4-(?:argon|carbon)/
const HALVED_WHOLE_TOKENS = 32_768

/** The parts of an address; undefined for other paths. */
export function geminiAddressOf(path: string): GeminiAddress | undefined {
  const [, model, method] = PATH.exec(path) ?? []
  return model === undefined || method === undefined ? undefined : { model: decodeURIComponent(model), method }
}

/** Reads the body of a call of a Gemini model, or says what is wrong with it as the provider would. */
export function readGeminiRequest(fields: Fields, { model, method }: GeminiAddress): SimRequest | BadRequest {
  const contents = listOf(fields['contents'])
  if (contents.length === 0) return { message: '* GenerateContentRequest.contents: contents is not specified', param: null }
  const config = objectOf(fields['generationConfig'] ?? fields['generation_config'])
  const instruction = fields['systemInstruction'] ?? fields['system_instruction']
  const messages = [
    ...(instruction === undefined ? [] : [messageOf(instruction, 'system')]),
    ...contents.map((one) => messageOf(one, 'user')),
  ]
  const tools = listOf(fields['tools']).map(objectOf)
  const asked = [config['candidateCount'], config['candidate_count']].find((count) => typeof count === 'number')
  const bound = [config['maxOutputTokens'], config['max_output_tokens']].find((count) => typeof count === 'number')
  const isWhole = method === 'generateContent' && (fields['continuationToken'] ?? fields['continuation_token']) === undefined
  if (isWhole && HALVED_WHOLE.test(model) && typeof bound === 'number' && bound > HALVED_WHOLE_TOKENS)
    return { message: `max_output_tokens must be at most ${HALVED_WHOLE_TOKENS}`, param: null }
  const thinking = objectOf(config['thinkingConfig'] ?? config['thinking_config'])
  const names = tools
    .flatMap((tool) => listOf(tool['functionDeclarations'] ?? tool['function_declarations']))
    .map((one) => objectOf(one)['name'])
  const isSearching = tools.some((tool) => 'googleSearch' in tool || 'google_search' in tool)
  return {
    protocol: 'gemini',
    model,
    isStream: method === 'streamGenerateContent',
    wantsUsage: true,
    wantsPadding: false,
    showsReasoning: thinking['includeThoughts'] === true || thinking['include_thoughts'] === true,
    outputMax: typeof bound === 'number' ? bound : undefined,
    choices: typeof asked === 'number' ? asked : 1,
    messages,
    tools: names.filter((name) => typeof name === 'string'),
    toolsJson: tools.length > 0 ? JSON.stringify(tools) : '',
    searchesMax: isSearching ? Number.POSITIVE_INFINITY : 0,
    toolCallsMax: tools.some((tool) => 'googleMaps' in tool) ? 1 : 0,
    serviceTier: wordIn(fields['serviceTier'] ?? fields['service_tier']),
    lastUserText: messages.findLast(({ role }) => role === 'user')?.texts.join('') ?? '',
    marker: '',
  }
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const objectOf = (value: unknown): Fields => (isFields(value) ? value : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])

function messageOf(raw: unknown, role: string): PromptMessage {
  const content = objectOf(raw)
  const parts = listOf(content['parts']).map(objectOf)
  const texts = parts.flatMap((part) => {
    if (typeof part['text'] === 'string') return [part['text']]
    const spoken = part['functionCall'] ?? part['functionResponse']
    return spoken === undefined ? [] : [JSON.stringify(spoken)]
  })
  const given = content['role']
  return {
    role: typeof given === 'string' ? given : role,
    texts,
    name: undefined,
    attachments: parts.length - texts.length,
  }
}

const wordIn = (value: unknown): string => (typeof value === 'string' ? value : '')
