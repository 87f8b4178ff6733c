import type { Draft, Words } from './draft.ts'

type Json = Readonly<Record<string, unknown>>

/** The JSON of a call in the protocol it is made in. */
export const writeBody = (draft: Draft): Json => WRITERS[draft.protocol](draft)

const given = (name: string, value: unknown): Json => (value === undefined ? {} : { [name]: value })
const asStream = ({ isStream }: Draft): Json => (isStream ? { stream: true } : {})
const parameters = { type: 'object', properties: { what: { type: 'string' } } }
const answerSchema = (description: string): Json => ({
  ...{ type: 'object', properties: { answer: { type: 'string', description } } },
  ...{ required: ['answer'], additionalProperties: false },
})
const MIME = { image: 'image/png', file: 'application/pdf', audio: 'audio/wav' } as const
const base64 = ({ bytes }: NonNullable<Words['attachment']>): string => bytes.toString('base64')
const dataUrl = (attachment: NonNullable<Words['attachment']>): string => `data:${MIME[attachment.kind]};base64,${base64(attachment)}`

function writeOpenaiChat(draft: Draft): Json {
  const { model, outputMax, words } = draft
  const { system, tool, toolTurn, attachment, imageUrl, stop, schema, user } = words
  const call = toolTurn && {
    ...{ id: 'call_1', type: 'function' },
    function: { name: 'look_up', arguments: JSON.stringify({ what: toolTurn.argument }) },
  }
  const parts = [
    { type: 'text', text: words.question },
    ...(imageUrl === undefined ? [] : [{ type: 'image_url', image_url: { url: imageUrl } }]),
    ...(attachment === undefined ? [] : [openaiPart(attachment)]),
  ]
  return {
    ...{ model, max_tokens: outputMax },
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      ...(toolTurn === undefined
        ? []
        : [
            { role: 'assistant', content: null, tool_calls: [call] },
            { role: 'tool', tool_call_id: 'call_1', content: toolTurn.result },
          ]),
      { role: 'user', content: parts.length === 1 ? words.question : parts },
    ],
    ...(tool === undefined ? {} : { tools: [{ type: 'function', function: { name: 'look_up', description: tool, parameters } }] }),
    ...given('stop', stop && [stop]),
    ...given(
      'response_format',
      schema && { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: answerSchema(schema) } },
    ),
    ...given('user', user),
    ...asStream(draft),
  }
}

function openaiPart(attachment: NonNullable<Words['attachment']>): Json {
  if (attachment.kind === 'image') return { type: 'image_url', image_url: { url: dataUrl(attachment) } }
  if (attachment.kind === 'audio') return { type: 'input_audio', input_audio: { data: base64(attachment), format: 'wav' } }
  return { type: 'file', file: { filename: attachment.name ?? 'a.pdf', file_data: dataUrl(attachment) } }
}

function writeOpenaiResponses(draft: Draft): Json {
  const { model, outputMax, words } = draft
  const { system, tool, toolTurn, attachment, imageUrl, schema, user } = words
  return {
    ...{ model, max_output_tokens: outputMax },
    input: [
      ...(toolTurn === undefined
        ? []
        : [
            { type: 'function_call', call_id: 'call_1', name: 'look_up', arguments: JSON.stringify({ what: toolTurn.argument }) },
            { type: 'function_call_output', call_id: 'call_1', output: toolTurn.result },
          ]),
      {
        role: 'user',
        content: [
          { type: 'input_text', text: words.question },
          ...(imageUrl === undefined ? [] : [{ type: 'input_image', image_url: imageUrl }]),
          ...(attachment === undefined ? [] : [responsesPart(attachment)]),
        ],
      },
    ],
    ...given('instructions', system),
    ...(tool === undefined ? {} : { tools: [{ type: 'function', name: 'look_up', description: tool, parameters, strict: false }] }),
    ...given('text', schema && { format: { type: 'json_schema', name: 'answer', strict: true, schema: answerSchema(schema) } }),
    ...given('user', user),
    ...asStream(draft),
  }
}

function responsesPart(attachment: NonNullable<Words['attachment']>): Json {
  if (attachment.kind === 'image') return { type: 'input_image', image_url: dataUrl(attachment) }
  return { type: 'input_file', filename: attachment.name ?? 'a.pdf', file_data: dataUrl(attachment) }
}

function writeAnthropic(draft: Draft): Json {
  const { model, outputMax, words } = draft
  const { system, tool, toolTurn, attachment, imageUrl, stop, schema, user } = words
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: toolTurn?.result }
  return {
    ...{ model, max_tokens: outputMax },
    messages: [
      ...(toolTurn === undefined
        ? []
        : [
            { role: 'user', content: 'Look it up.' },
            { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look_up', input: { what: toolTurn.argument } }] },
          ]),
      {
        role: 'user',
        content: [
          ...(toolTurn === undefined ? [] : [result]),
          ...(imageUrl === undefined ? [] : [{ type: 'image', source: { type: 'url', url: imageUrl } }]),
          ...(attachment === undefined ? [] : [anthropicPart(attachment)]),
          { type: 'text', text: words.question },
        ],
      },
    ],
    ...given('system', system),
    ...(tool === undefined ? {} : { tools: [{ name: 'look_up', description: tool, input_schema: parameters }] }),
    ...given('stop_sequences', stop && [stop]),
    ...given('output_config', schema && { format: { type: 'json_schema', schema: answerSchema(schema) } }),
    ...given('metadata', user && { user_id: user }),
    ...asStream(draft),
  }
}

function anthropicPart(attachment: NonNullable<Words['attachment']>): Json {
  const source = { type: 'base64', media_type: MIME[attachment.kind], data: base64(attachment) }
  return attachment.kind === 'image' ? { type: 'image', source } : { type: 'document', source, ...given('title', attachment.name) }
}

function writeGemini({ outputMax, words }: Draft): Json {
  const { system, tool, toolTurn, attachment, imageUrl, stop, schema } = words
  return {
    contents: [
      ...(toolTurn === undefined
        ? []
        : [
            { role: 'user', parts: [{ text: 'Look it up.' }] },
            { role: 'model', parts: [{ functionCall: { name: 'look_up', args: { what: toolTurn.argument } } }] },
            { role: 'user', parts: [{ functionResponse: { name: 'look_up', response: { result: toolTurn.result } } }] },
          ]),
      {
        role: 'user',
        parts: [
          { text: words.question },
          ...(imageUrl === undefined ? [] : [{ fileData: { mimeType: 'image/png', fileUri: imageUrl } }]),
          ...(attachment === undefined ? [] : [{ inlineData: { mimeType: MIME[attachment.kind], data: base64(attachment) } }]),
        ],
      },
    ],
    ...given('systemInstruction', system && { parts: [{ text: system }] }),
    ...(tool === undefined ? {} : { tools: [{ functionDeclarations: [{ name: 'look_up', description: tool, parameters }] }] }),
    generationConfig: {
      maxOutputTokens: outputMax,
      ...given('stopSequences', stop && [stop]),
      ...(schema === undefined
        ? {}
        : {
            responseMimeType: 'application/json',
            responseSchema: { type: 'object', properties: { answer: { type: 'string', description: schema } } },
          }),
    },
  }
}

const WRITERS: Readonly<Record<Draft['protocol'], (draft: Draft) => Json>> = {
  openai: writeOpenaiChat,
  'openai-responses': writeOpenaiResponses,
  anthropic: writeAnthropic,
  gemini: writeGemini,
}
