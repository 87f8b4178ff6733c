import {
  ApiError,
  type Content,
  FinishReason,
  type GenerateContentParameters,
  type GenerateContentResponse,
  GoogleGenAI,
} from '@google/genai'
import { INPUT_SCHEMA, type MakeClient, OUTPUT_MAX, type Question, type ToolUse, type Understood } from './client.ts'

/** The `@google/genai` package. */
export const geminiClient: MakeClient = (base, apiKey) => {
  const client = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: base } })
  return {
    name: 'gemini',
    tellsThoughts: true,
    ask: async (question) => understood([await client.models.generateContent(bodyOf(question))]),
    stream: async (question) => {
      const answers: GenerateContentResponse[] = []
      for await (const answer of await client.models.generateContentStream(bodyOf(question))) answers.push(answer)
      // Whoever reads such a stream has to look whether it was ended.
      if (!answers.some(({ candidates }) => candidates?.[0]?.finishReason !== undefined)) throw new Error('the stream broke off')
      return understood(answers)
    },
    statusOf: (thrown) => (thrown instanceof ApiError ? thrown.status : undefined),
  }
}

function bodyOf({ model, prompt, tools, results, picture, schema, thinks, signal }: Question): GenerateContentParameters {
  const seen = picture === undefined ? [] : [{ inlineData: { mimeType: 'image/png', data: picture } }]
  return {
    model,
    contents: [{ role: 'user', parts: [{ text: prompt }, ...seen] }, ...resultsOf(results)],
    config: {
      maxOutputTokens: OUTPUT_MAX,
      ...(signal === undefined ? {} : { abortSignal: signal }),
      ...(tools === undefined
        ? {}
        : { tools: [{ functionDeclarations: tools.map((name) => ({ name, parametersJsonSchema: INPUT_SCHEMA })) }] }),
      ...(schema === undefined ? {} : { responseMimeType: 'application/json', responseJsonSchema: schema }),
      ...(thinks === true ? { thinkingConfig: { includeThoughts: true, thinkingBudget: 1_024 } } : {}),
    },
  }
}

const resultsOf = (results: readonly ToolUse[] = []): Content[] =>
  results.length === 0
    ? []
    : [
        {
          role: 'model',
          parts: results.map(({ id, name, arguments: args }) => ({ functionCall: { id, name, args: args as Record<string, unknown> } })),
        },
        {
          role: 'user',
          parts: results.map(({ id, name, result = '' }) => ({ functionResponse: { id, name, response: { output: result } } })),
        },
      ]

function understood(answers: readonly GenerateContentResponse[]): Understood {
  const parts = answers.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? [])
  const usage = answers.findLast(({ usageMetadata }) => usageMetadata !== undefined)?.usageMetadata
  if (answers.some(({ candidates }) => candidates?.[0]?.finishReason === FinishReason.MALFORMED_FUNCTION_CALL)) throw new Error('malformed')
  return {
    text: parts.flatMap(({ text, thought }) => (text !== undefined && thought !== true ? [text] : [])).join(''),
    // Gemini itself gives calls no ids; whoever needs some makes them up.
    tools: parts.flatMap(({ functionCall: call }, index) =>
      call === undefined ? [] : [{ id: call.id ?? `part ${index}`, name: call.name ?? '', arguments: call.args }],
    ),
    reasoning: parts.flatMap(({ text, thought }) => (thought === true ? [text ?? ''] : [])).join(''),
    input: usage?.promptTokenCount ?? -1,
    output: (usage?.candidatesTokenCount ?? 0) + (usage?.thoughtsTokenCount ?? 0),
  }
}
