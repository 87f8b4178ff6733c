import { at, countsAt, given, listAt, type Piece, type PlaygroundProtocol } from './protocol.ts'

/** Pictures come in the answer, or as an address of the upstream's that nobody's browser is sent to unasked. */
const readPictures = (told: unknown): Piece => {
  const pictures = listAt(told, 'data').flatMap((one) => pictureOf(one, at(told, 'output_format')))
  return { ...(pictures.length > 0 && { pictures }), ...countsAt(at(told, 'usage'), 'input_tokens', 'output_tokens') }
}

function pictureOf(one: unknown, format: unknown): readonly string[] {
  const [bytes, address] = [at(one, 'b64_json'), at(one, 'url')]
  if (typeof bytes === 'string')
    return [`data:image/${typeof format === 'string' && /^[a-z]+$/.test(format) ? format : 'png'};base64,${bytes}`]
  return typeof address === 'string' && address.startsWith('https://') ? [address] : []
}

/** Sizes that models make; `auto` leaves it to them. Source: platform.openai.com/docs/api-reference/images/create (2026-11-27). */
export const SIZES = ['auto', '1024x1024', '1536x1024', '1024x1536', '512x512', '256x256'] as const

const sizeOf = ({ size }: { readonly size: string }): object => given('size', size === 'auto' ? '' : size)

const PICTURES = { headers: {}, answer: 'json', read: readPictures } as const satisfies Partial<PlaygroundProtocol>

/** A picture of what is said. Source: platform.openai.com/docs/api-reference/images/create (2026-11-27). */
export const images: PlaygroundProtocol = {
  ...PICTURES,
  path: () => '/v1/images/generations',
  fields: ['prompt', 'size'],
  body: (ask) => ({ model: ask.model, prompt: ask.prompt, ...sizeOf(ask) }),
}

/** A picture that is changed. Source: platform.openai.com/docs/api-reference/images/createEdit (2026-11-27). */
export const imageEdits: PlaygroundProtocol = {
  ...PICTURES,
  path: () => '/v1/images/edits',
  fields: ['file', 'prompt', 'size'],
  fileField: 'image',
  body: (ask) => ({ model: ask.model, prompt: ask.prompt, ...sizeOf(ask) }),
}

/** Another picture like one. Source: platform.openai.com/docs/api-reference/images/createVariation (2026-11-27). */
export const imageVariations: PlaygroundProtocol = {
  ...PICTURES,
  path: () => '/v1/images/variations',
  fields: ['file', 'size'],
  fileField: 'image',
  body: (ask) => ({ model: ask.model, ...sizeOf(ask) }),
}
