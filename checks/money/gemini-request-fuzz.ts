import type { ServiceTier } from '../../src/spec/index.ts'
import { addPicture, addText, bytesOf, type Draft, PER_MESSAGE, pictureData, someText, TOOL_PROMPT, USUAL } from './request-draft.ts'

/** One content of a made-up Gemini request, with parts of any kind that costs. */
export function geminiContent(draft: Draft): object {
  const role = draft.random.pick(['user', 'model'])
  draft.promptMax += PER_MESSAGE + bytesOf(role)
  return { role, parts: Array.from({ length: 1 + draft.random.below(4) }, () => partOf(draft)) }
}

function partOf(draft: Draft): object {
  const { random } = draft
  const kind = random.below(28)
  if (kind === 0) {
    addPicture(draft, false)
    draft.read.add('imageInput')
    return media(draft, 'image/png', pictureData(random))
  }
  if (kind === 1) return media(draft, 'text/plain', Buffer.from(addText(draft)).toString('base64'))
  // What a tool is called with is text, whatever its members are called.
  if (kind === 2) return { functionCall: { name: 'look_up', args: { inlineData: { mimeType: 'image/png', data: addText(draft) } } } }
  if (kind > 4) return { text: addText(draft) }
  draft.isUnbounded = true
  draft.usualMedia += kind === 3 ? USUAL.sound : USUAL.file
  draft.read.add('audioInput')
  draft.read.add('imageInput')
  if (kind === 3) return media(draft, random.pick(['audio/wav', 'video/mp4', 'application/pdf']), 'AAAA')
  return { fileData: { fileUri: 'https://example.org/a.pdf', mimeType: 'application/pdf' } }
}

const media = ({ random }: Draft, mimeType: string, data: string): object =>
  random.below(2) === 0 ? { inlineData: { mimeType, data } } : { inline_data: { data, mime_type: mimeType } }

/** Tools of a made-up Gemini request: the client's own, and some that the provider runs. */
export function geminiTools(draft: Draft): object {
  const { random } = draft
  draft.promptMax += TOOL_PROMPT
  const tools = Array.from({ length: 1 + random.below(3) }, () => (random.below(8) === 0 ? serverTool(draft) : ownTool(draft)))
  return tools.length === 1 && random.below(4) === 0 ? (tools[0] ?? {}) : tools
}

function ownTool(draft: Draft): object {
  const tool = {
    name: 'look_up',
    description: someText(draft.random, 100),
    parametersJsonSchema: { type: 'object', properties: { inlineData: { mimeType: 'image/png', data: someText(draft.random, 60) } } },
  }
  draft.promptMax += bytesOf(JSON.stringify(tool))
  return draft.random.below(2) === 0 ? { functionDeclarations: [tool] } : { function_declarations: [tool] }
}

function serverTool(draft: Draft): object {
  draft.isUnbounded = true
  draft.endlessTools += 1
  draft.usualMedia += USUAL.search
  draft.read.add('imageInput')
  draft.read.add('audioInput')
  const name = draft.random.pick(['googleSearch', 'google_search', 'codeExecution', 'urlContext', 'googleMaps'])
  if (/search/i.test(name)) draft.searchesMax = 50
  if (/maps/i.test(name)) draft.mapsMax = 1
  return { [name]: {} }
}

/** Everything else of a made-up Gemini request, in either spelling, and what it makes of the answer. */
export function geminiFields(draft: Draft) {
  const { random } = draft
  const isSnake = random.below(3) === 0
  const spelled = (camel: string): string => (isSnake ? camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : camel)
  const config: Record<string, unknown> = random.below(3) === 0 ? { temperature: 1 } : {}
  const outputMax = random.below(2) === 0 ? 1 + random.below(random.below(4) === 0 ? 1_000_000 : 2000) : undefined
  if (outputMax !== undefined) config[spelled('maxOutputTokens')] = outputMax
  const choices = random.below(5) === 0 ? 1 + random.below(8) : 1
  if (choices > 1) config[spelled('candidateCount')] = choices
  const modalities = random.pick([undefined, ['TEXT'], ['TEXT', 'IMAGE'], ['AUDIO']])
  if (modalities !== undefined) config[spelled('responseModalities')] = modalities
  if (modalities?.includes('IMAGE') !== false) draft.made.add('imageOutput')
  if (modalities?.includes('AUDIO') !== false) draft.made.add('audioOutput')
  const fields: Record<string, unknown> = Object.keys(config).length > 0 ? { [spelled('generationConfig')]: config } : {}
  if (random.below(3) === 0) fields[spelled('systemInstruction')] = { parts: [{ text: addText(draft) }] }
  const serviceTier = random.below(4) === 0 ? random.pick<ServiceTier>(['flex', 'priority']) : 'standard'
  if (serviceTier !== 'standard' || random.below(4) === 0) fields[spelled('serviceTier')] = serviceTier
  return { fields, outputMax, choices, outputExtra: 0, serviceTier }
}
