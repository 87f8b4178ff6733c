import type { ServiceTier } from '../../src/spec/index.ts'
import { addPicture, addText, bytesOf, type Draft, type Made, PER_MESSAGE, pictureUrl, someText, USUAL } from './request-draft.ts'

/** What a request for a response says beside its input. */
export function responsesFields(draft: Draft): Made {
  const { random } = draft
  const fields: Record<string, unknown> = {}
  const outputMax = random.below(2) === 0 ? undefined : 1 + random.below(random.below(4) === 0 ? 1_000_000 : 2000)
  if (outputMax !== undefined) fields['max_output_tokens'] = outputMax
  if (random.below(3) === 0) {
    const instructions = someText(random)
    draft.promptMax += bytesOf(instructions) + PER_MESSAGE
    fields['instructions'] = instructions
  }
  if (random.below(3) === 0) fields['stream'] = true
  if (random.below(3) === 0) fields['store'] = random.below(2) === 0
  if (random.below(4) === 0) fields['reasoning'] = { effort: random.pick(['low', 'high']), summary: 'auto' }
  if (random.below(6) === 0) fields['max_tool_calls'] = 1 + random.below(12)
  const serviceTier = random.below(4) === 0 ? random.pick<ServiceTier>(['flex', 'priority']) : 'standard'
  if (serviceTier !== 'standard') fields['service_tier'] = serviceTier
  return { fields, outputMax, choices: 1, outputExtra: 0, serviceTier }
}

/** What was called and what came of it, among it a picture now and then. */
export function responsesItem(draft: Draft): unknown {
  const { random } = draft
  if (random.below(2) === 0) return { type: 'function_call', call_id: 'call_1', name: addText(draft, 20), arguments: addText(draft) }
  const output = random.below(2) === 0 ? addText(draft) : [responsesPart(draft), responsesPart(draft)]
  return { type: 'function_call_output', call_id: 'call_1', output }
}

/** A part of a message of the input. */
export function responsesPart(draft: Draft): unknown {
  const { random } = draft
  const kind = random.below(16)
  if (kind === 0) {
    const detail = random.pick(['high', 'low', 'auto', undefined])
    addPicture(draft, detail === 'low')
    draft.read.add('imageInput')
    const members = [{ type: 'input_image' }, { image_url: pictureUrl(random) }, detail === undefined ? {} : { detail }]
    return Object.assign({}, ...(random.below(2) === 0 ? members : members.toReversed()))
  }
  if (kind > 2) return { type: 'input_text', text: addText(draft) }
  draft.isUnbounded = true
  draft.usualMedia += kind === 1 ? USUAL.sound : USUAL.file
  draft.read.add('audioInput')
  if (kind === 1) return { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }
  draft.read.add('imageInput')
  const file = random.pick<object>([
    { file_id: 'file-1' },
    { file_url: 'https://example.org/a.pdf' },
    { file_data: 'data:application/pdf;base64,AA' },
  ])
  return { type: 'input_file', ...file }
}

/** A tool that OpenAI runs. */
export function responsesTool(draft: Draft): unknown {
  return { type: draft.random.pick(['web_search', 'web_search_preview', 'file_search', 'code_interpreter', 'mcp']) }
}
