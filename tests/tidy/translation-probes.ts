import type { Json, JsonObject, ProtocolName } from '../../src/translation/index.ts'

/** Something that a client may ask for, as each protocol says it; those that cannot say it are left out. Members replace those of BASES. */
export type Probe = { readonly asks: string; readonly bodies: Readonly<Partial<Record<ProtocolName, JsonObject>>> }

const QUESTION: Json = { role: 'user', content: 'Hi' }

/** The least request of each protocol. */
export const BASES: Readonly<Record<ProtocolName, JsonObject>> = {
  'openai-chat': { model: 'm', max_completion_tokens: 4_096, messages: [QUESTION] },
  'openai-responses': { model: 'm', max_output_tokens: 4_096, input: [QUESTION] },
  'anthropic-messages': { model: 'm', max_tokens: 4_096, messages: [QUESTION] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], generationConfig: { maxOutputTokens: 4_096 } },
}

const chat = (...content: readonly Json[]): JsonObject => ({ messages: [{ role: 'user', content }] })
const responses = (...content: readonly Json[]): JsonObject => ({ input: [{ role: 'user', content }] })
const messages = (...content: readonly Json[]): JsonObject => ({ messages: [{ role: 'user', content }] })
const gemini = (...parts: readonly Json[]): JsonObject => ({ contents: [{ role: 'user', parts }] })
const config = (members: JsonObject): JsonObject => ({ generationConfig: { maxOutputTokens: 4_096, ...members } })
const said = (content: Json, more: JsonObject = {}): JsonObject => ({
  messages: [QUESTION, { role: 'assistant', content, ...more }, QUESTION],
})
const item = (told: Json): JsonObject => ({ input: [QUESTION, told, QUESTION] })
const source = (mimeType: string): JsonObject => ({ type: 'base64', media_type: mimeType, data: 'AAAA' })
const inline = (mimeType: string): JsonObject => ({ inlineData: { mimeType, data: 'AAAA' } })

const URL = 'https://a.test/b.png'
const PNG = 'data:image/png;base64,AAAA'
const PDF = 'data:application/pdf;base64,AAAA'
const SCHEMA: JsonObject = { type: 'object', properties: { a: { type: 'string' } } }
const FUNCTION: JsonObject = { name: 'f', parameters: SCHEMA }
const TOOLS = {
  'openai-chat': { tools: [{ type: 'function', function: FUNCTION }] },
  'openai-responses': { tools: [{ type: 'function', strict: false, ...FUNCTION }] },
  'anthropic-messages': { tools: [{ name: 'f', input_schema: SCHEMA }] },
  gemini: { tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: SCHEMA }] }] },
} as const satisfies Probe['bodies']
const choose = (functionCallingConfig: JsonObject): JsonObject => ({ ...TOOLS.gemini, toolConfig: { functionCallingConfig } })

const MEDIA: readonly Probe[] = [
  {
    asks: 'a picture',
    bodies: {
      'openai-chat': chat({ type: 'image_url', image_url: { url: PNG } }),
      'openai-responses': responses({ type: 'input_image', image_url: PNG }),
      'anthropic-messages': messages({ type: 'image', source: source('image/png') }),
      gemini: gemini(inline('image/png')),
    },
  },
  {
    asks: 'a picture at an address',
    bodies: {
      'openai-chat': chat({ type: 'image_url', image_url: { url: URL } }),
      'openai-responses': responses({ type: 'input_image', image_url: URL }),
      'anthropic-messages': messages({ type: 'image', source: { type: 'url', url: URL } }),
      gemini: gemini({ fileData: { mimeType: 'image/png', fileUri: URL } }),
    },
  },
  {
    asks: 'how closely a picture is looked at',
    bodies: {
      'openai-chat': chat({ type: 'image_url', image_url: { url: PNG, detail: 'low' } }),
      'openai-responses': responses({ type: 'input_image', image_url: PNG, detail: 'low' }),
      gemini: gemini({ ...inline('image/png'), mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' } }),
    },
  },
  {
    asks: 'a file that lies at the provider',
    bodies: {
      'openai-chat': chat({ type: 'file', file: { file_id: 'file_1' } }),
      'openai-responses': responses({ type: 'input_file', file_id: 'file_1' }),
      'anthropic-messages': messages({ type: 'document', source: { type: 'file', file_id: 'file_1' } }),
      gemini: gemini({ fileData: { mimeType: 'application/pdf', fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/a' } }),
    },
  },
  {
    asks: 'a PDF with its name',
    bodies: {
      'openai-chat': chat({ type: 'file', file: { file_data: PDF, filename: 'a.pdf' } }),
      'openai-responses': responses({ type: 'input_file', file_data: PDF, filename: 'a.pdf' }),
      'anthropic-messages': messages({ type: 'document', source: source('application/pdf'), title: 'a.pdf' }),
      gemini: gemini({ inlineData: { mimeType: 'application/pdf', data: 'AAAA', displayName: 'a.pdf' } }),
    },
  },
  {
    asks: 'a PDF at an address',
    bodies: {
      'openai-responses': responses({ type: 'input_file', file_url: 'https://a.test/b.pdf' }),
      'anthropic-messages': messages({ type: 'document', source: { type: 'url', url: 'https://a.test/b.pdf' } }),
      gemini: gemini({ fileData: { mimeType: 'application/pdf', fileUri: 'https://a.test/b.pdf' } }),
    },
  },
  {
    asks: 'sound',
    bodies: {
      'openai-chat': chat({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }),
      gemini: gemini(inline('audio/wav')),
    },
  },
  { asks: 'moving pictures', bodies: { gemini: gemini(inline('video/mp4')) } },
]

const CONVERSATION: readonly Probe[] = [
  {
    asks: 'instructions in the middle of a conversation',
    bodies: {
      'openai-chat': { messages: [QUESTION, { role: 'system', content: 'Be short.' }] },
      'openai-responses': { input: [QUESTION, { role: 'system', content: 'Be short.' }] },
      'anthropic-messages': { messages: [QUESTION, { role: 'system', content: 'Be short.' }] },
    },
  },
  {
    asks: 'where a cache may end',
    bodies: {
      'openai-chat': chat({ type: 'text', text: 'Hi', prompt_cache_breakpoint: { mode: 'explicit' } }),
      'openai-responses': responses({ type: 'input_text', text: 'Hi', prompt_cache_breakpoint: { mode: 'explicit' } }),
      'anthropic-messages': messages({ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }),
    },
  },
  {
    asks: 'thoughts of earlier answers',
    bodies: {
      'openai-chat': said('Yes', { reasoning_content: 'Hm' }),
      'openai-responses': item({ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'e' }),
      'anthropic-messages': said([{ type: 'thinking', thinking: 'Hm', signature: 's' }]),
      gemini: { contents: [{ role: 'model', parts: [{ text: 'Hm', thought: true, thoughtSignature: 's' }] }, { parts: [{ text: 'Hi' }] }] },
    },
  },
  {
    asks: 'the signature of an earlier call',
    bodies: {
      'openai-chat': said(null, {
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content: { google: { thought_signature: 's' } } },
        ],
      }),
      gemini: {
        contents: [
          { role: 'model', parts: [{ functionCall: { name: 'f', args: {} }, thoughtSignature: 's' }] },
          { parts: [{ text: 'Hi' }] },
        ],
      },
    },
  },
  {
    asks: 'citations of earlier answers',
    bodies: {
      'openai-responses': item({
        role: 'assistant',
        content: [{ type: 'output_text', text: 'a', annotations: [{ type: 'url_citation', url: URL }] }],
      }),
      'anthropic-messages': said([{ type: 'text', text: 'a', citations: [{ type: 'char_location' }] }]),
    },
  },
  {
    asks: 'what a tool of the provider did earlier',
    bodies: {
      'openai-responses': item({ type: 'web_search_call', id: 'ws_1', status: 'completed' }),
      'anthropic-messages': said([{ type: 'server_tool_use', id: 'a', name: 'web_search', input: {} }]),
      gemini: { contents: [{ role: 'model', parts: [{ executableCode: { language: 'PYTHON', code: '1' } }, { text: 'a' }] }] },
    },
  },
  {
    asks: 'that a tool failed',
    bodies: {
      'anthropic-messages': messages({ type: 'tool_result', tool_use_id: 'a', content: 'no', is_error: true }),
      gemini: {
        contents: [
          { role: 'model', parts: [{ functionCall: { name: 'f' } }] },
          { role: 'user', parts: [{ functionResponse: { name: 'f', response: { error: 'no' } } }] },
        ],
      },
    },
  },
]

const CALLING: readonly Probe[] = [
  { asks: 'a tool', bodies: TOOLS },
  {
    asks: 'a tool whose calls keep to its schema, beside one whose calls need not',
    bodies: {
      'openai-chat': { tools: [{ type: 'function', function: { ...FUNCTION, strict: true } }, ...TOOLS['openai-chat'].tools] },
      'openai-responses': { tools: [{ type: 'function', strict: true, ...FUNCTION }, ...TOOLS['openai-responses'].tools] },
      'anthropic-messages': { tools: [{ name: 'g', input_schema: SCHEMA, strict: true }, ...TOOLS['anthropic-messages'].tools] },
    },
  },
  { asks: 'that all calls keep to their schema', bodies: { gemini: choose({ mode: 'VALIDATED' }) } },
  {
    asks: 'a tool that takes plain text',
    bodies: {
      'openai-chat': { tools: [{ type: 'custom', custom: { name: 'c' } }] },
      'openai-responses': { tools: [{ type: 'custom', name: 'c' }] },
    },
  },
  {
    asks: 'a tool in a namespace',
    bodies: {
      'openai-responses': { tools: [{ type: 'namespace', name: 'n', description: 'All.', tools: TOOLS['openai-responses'].tools }] },
    },
  },
  {
    asks: 'a search of the web',
    bodies: {
      'openai-chat': { web_search_options: {} },
      'openai-responses': { tools: [{ type: 'web_search' }] },
      'anthropic-messages': { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      gemini: { tools: [{ googleSearch: {} }] },
    },
  },
  {
    asks: 'another tool of the provider',
    bodies: {
      'openai-responses': { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] },
      'anthropic-messages': { tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] },
      gemini: { tools: [{ codeExecution: {} }] },
    },
  },
  {
    asks: 'that some tool is called',
    bodies: {
      'openai-chat': { ...TOOLS['openai-chat'], tool_choice: 'required' },
      'openai-responses': { ...TOOLS['openai-responses'], tool_choice: 'required' },
      'anthropic-messages': { ...TOOLS['anthropic-messages'], tool_choice: { type: 'any' } },
      gemini: choose({ mode: 'ANY' }),
    },
  },
  {
    asks: 'that none but some tools are called',
    bodies: {
      'openai-chat': {
        ...TOOLS['openai-chat'],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] } },
      },
      'openai-responses': {
        ...TOOLS['openai-responses'],
        tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] },
      },
      gemini: choose({ mode: 'VALIDATED', allowedFunctionNames: ['f'] }),
    },
  },
  {
    asks: 'one call at a time',
    bodies: {
      'openai-chat': { ...TOOLS['openai-chat'], parallel_tool_calls: false },
      'openai-responses': { ...TOOLS['openai-responses'], parallel_tool_calls: false },
      'anthropic-messages': { ...TOOLS['anthropic-messages'], tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    },
  },
]

const ANSWERING: readonly Probe[] = [
  {
    asks: 'JSON',
    bodies: {
      'openai-chat': { response_format: { type: 'json_object' } },
      'openai-responses': { text: { format: { type: 'json_object' } } },
      gemini: config({ responseMimeType: 'application/json' }),
    },
  },
  {
    asks: 'JSON of a schema',
    bodies: {
      'openai-chat': { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: SCHEMA } } },
      'openai-responses': { text: { format: { type: 'json_schema', name: 'a', schema: SCHEMA } } },
      'anthropic-messages': { output_config: { format: { type: 'json_schema', schema: SCHEMA } } },
      gemini: config({ responseMimeType: 'application/json', responseJsonSchema: SCHEMA }),
    },
  },
  {
    asks: 'one word out of some',
    bodies: { gemini: config({ responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a'] } }) },
  },
  {
    asks: 'much thought',
    bodies: {
      'openai-chat': { reasoning_effort: 'high' },
      'openai-responses': { reasoning: { effort: 'high' } },
      'anthropic-messages': { thinking: { type: 'enabled', budget_tokens: 2_000 } },
      gemini: config({ thinkingConfig: { thinkingLevel: 'HIGH' } }),
    },
  },
  { asks: 'a short summary of the thought', bodies: { 'openai-responses': { reasoning: { effort: 'high', summary: 'concise' } } } },
  {
    asks: 'a temperature above 1',
    bodies: { 'openai-chat': { temperature: 1.5 }, 'openai-responses': { temperature: 1.5 }, gemini: config({ temperature: 1.5 }) },
  },
  {
    asks: 'a temperature and top_p together',
    bodies: {
      'openai-chat': { temperature: 0.5, top_p: 0.9 },
      'openai-responses': { temperature: 0.5, top_p: 0.9 },
      gemini: config({ temperature: 0.5, topP: 0.9 }),
    },
  },
  { asks: 'top_k', bodies: { 'openai-chat': { top_k: 5 }, 'anthropic-messages': { top_k: 5 }, gemini: config({ topK: 5 }) } },
  { asks: 'a seed', bodies: { 'openai-chat': { seed: 5 }, gemini: config({ seed: 5 }) } },
  { asks: 'penalties', bodies: { 'openai-chat': { presence_penalty: 1 }, gemini: config({ presencePenalty: 1 }) } },
  {
    asks: 'an answer of fewer than 16 tokens',
    bodies: {
      'openai-chat': { max_completion_tokens: 1 },
      'anthropic-messages': { max_tokens: 1 },
      gemini: { generationConfig: { maxOutputTokens: 1 } },
    },
  },
  {
    asks: 'stop sequences',
    bodies: {
      'openai-chat': { stop: ['END'] },
      'anthropic-messages': { stop_sequences: ['END'] },
      gemini: config({ stopSequences: ['END'] }),
    },
  },
  { asks: 'a stop sequence of blanks', bodies: { 'openai-chat': { stop: ['\n'] }, gemini: config({ stopSequences: ['\n'] }) } },
  { asks: 'more than five stop sequences', bodies: { 'anthropic-messages': { stop_sequences: [...'abcdef'] } } },
  {
    asks: 'how likely each token was',
    bodies: {
      'openai-chat': { logprobs: true },
      'openai-responses': { include: ['message.output_text.logprobs'], top_logprobs: 2 },
      gemini: config({ responseLogprobs: true }),
    },
  },
  { asks: 'several answers', bodies: { 'openai-chat': { n: 2 }, gemini: config({ candidateCount: 2 }) } },
  {
    asks: 'a cheaper, slower service',
    bodies: { 'openai-chat': { service_tier: 'flex' }, 'openai-responses': { service_tier: 'flex' }, gemini: { serviceTier: 'flex' } },
  },
  { asks: 'how wordy to be', bodies: { 'openai-chat': { verbosity: 'low' }, 'openai-responses': { text: { verbosity: 'low' } } } },
  {
    asks: 'a key for the prompt cache',
    bodies: { 'openai-chat': { prompt_cache_key: 'k' }, 'openai-responses': { prompt_cache_key: 'k' } },
  },
  {
    asks: 'a field that the protocol alone has',
    bodies: {
      'openai-chat': { logit_bias: { '1': 2 } },
      'openai-responses': { truncation: 'auto' },
      'anthropic-messages': { container: 'c' },
      gemini: { safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }] },
    },
  },
]

/** Everything that is asked, in the order of the page. */
export const PROBES: readonly Probe[] = [...MEDIA, ...CONVERSATION, ...CALLING, ...ANSWERING]
