import { fail } from '../failures.ts'
import type { RequestFields } from './request-fields.ts'

/**
 * What has a second model or tools of the upstream's work on a picture, or makes more pictures than `n` says: none of it has a price.
 * Sources: https://platform.openai.com/docs/api-reference/images/create, https://docs.byteplus.com/en/docs/ModelArk/1541523 (2026-11-30).
 */
const REFUSED = ['svg', 'tools'] as const
const SERIES = 'sequential_image_generation'
const SERIES_WORDS = ['disabled'] as const
const FORMAT = 'output_format'
const FORMAT_BYTES_MAX = 40

/** Fields of a request for pictures that are looked at for it. */
export const PICTURE_FIELDS = [...REFUSED, SERIES, FORMAT] as const

/** Fields of a form for pictures whose texts are wanted for it. */
export const PICTURE_FORM_FIELDS = [FORMAT] as const

/** Refuses what of a request for pictures has no price. Failure code: invalid_field. */
export function refuseUnpricedPictures(fields: RequestFields): void {
  const field = REFUSED.find((name) => fields.givenSpan(name) !== undefined)
  if (field !== undefined) failUnpricedPicture(field)
  fields.onlyPriced(SERIES, SERIES_WORDS)
  if (fields.givenSpan(FORMAT) !== undefined) refuseFormat(fields.requiredText(FORMAT, FORMAT_BYTES_MAX))
}

/** The same of a form's format, as far as it has come. */
export function refuseFormat(format = ''): void {
  // A picture of vectors is written by a model of its own, whose tokens are told apart.
  if (/svg/i.test(format)) fail('invalid_field', { field: FORMAT, expected: 'it must be a format of pixels, as svg has no price here' })
}

/** The same for a field of a form, by its name in lower case, which may be that of a list or of a part of an object. */
export function refusePictureName(name: string): void {
  const [field = ''] = name.split('[', 1)
  if (field === SERIES || field === `${SERIES}_options` || REFUSED.some((one) => one === field)) failUnpricedPicture(field)
}

const failUnpricedPicture = (field: string): never => fail('invalid_field', { field, expected: 'it has no price here; leave it out' })
