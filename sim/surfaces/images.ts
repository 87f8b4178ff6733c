import { splitModel } from '../script.ts'
import { jsonAnswer, NO_PIECES, numberOf, type SurfaceAnswer, type SurfaceRequest, streamAnswer, textOf, typedEvent } from './surface.ts'

/** Tokens of a picture made at medium quality, of one that was sent, and of one shown while it is made. Source: https://platform.openai.com/docs/guides/image-generation (2026-11-26). */
const MADE = 1_056
const SENT = 323
const PARTIAL = 100

/** One pixel, as browsers show it. */
const PICTURE = 'R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=='

/** Pictures: models named after dall tell no usage, all others their tokens. */
export const imageAnswer =
  (name: 'image_generation' | 'image_edit') =>
  ({ fields, fileBytes, tokenizer }: SurfaceRequest): SurfaceAnswer => {
    const images = numberOf(fields['n'], 1)
    const isByTokens = !splitModel(textOf(fields['model'])).name.includes('dall')
    const isStream = String(fields['stream']) === 'true'
    const shown = isStream ? numberOf(fields['partial_images'], 0) : 0
    const text = tokenizer.count(textOf(fields['prompt']))
    const [imageInput, imageOutput] = [fileBytes > 0 ? SENT : 0, (MADE + PARTIAL * shown) * images]
    const usageOf = (share: number) => ({
      ...{ input_tokens: (text + imageInput) / share, output_tokens: imageOutput / share },
      total_tokens: (text + imageInput + imageOutput) / share,
      input_tokens_details: { text_tokens: text / share, image_tokens: imageInput / share },
    })
    const truth = {
      ...{ isStream, prompt: isByTokens ? text + imageInput : text, output: isByTokens ? imageOutput : 0 },
      ...{ parts: isByTokens ? { imageInput, imageOutput } : {}, pieces: { ...NO_PIECES, images } },
    }
    const data = Array.from({ length: images }, () => ({ b64_json: PICTURE }))
    if (!isStream) return jsonAnswer({ created: 1_700_000_000, data, ...(isByTokens ? { usage: usageOf(1) } : {}) }, truth)
    const partial = Array.from({ length: shown }, (_, index) => ({
      type: `${name}.partial_image`,
      b64_json: PICTURE,
      partial_image_index: index,
    }))
    const last = { type: `${name}.completed`, b64_json: PICTURE, created_at: 1_700_000_000, usage: usageOf(images) }
    return streamAnswer(data.flatMap(() => [...partial, last]).map(typedEvent), truth)
  }
