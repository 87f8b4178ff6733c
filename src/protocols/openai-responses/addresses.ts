import { elements, member, rootOf, textIn, type Value } from '../json-walk.ts'
import { pictureAddress } from '../openai-family/index.ts'
import type { MediaAddress } from '../protocol.ts'

/** Addresses of pictures and files in what is said and in what tools gave. Source: https://platform.openai.com/docs/api-reference/responses/create (2026-11-26). */
export function addresses(body: Buffer): readonly MediaAddress[] {
  const found: MediaAddress[] = []
  let item = 0
  for (const one of elements(body, member(body, rootOf(body), 'input'))) {
    for (const name of ['content', 'output']) {
      const said = member(body, one, name)
      found.push(...addressesOf(body, said, `input[${item}].${name}`))
      let index = 0
      for (const part of elements(body, said)) {
        found.push(...addressesOf(body, part, `input[${item}].${name}[${index}]`))
        index += 1
      }
    }
    item += 1
  }
  return found.toSorted((a, b) => a.start - b.start)
}

function addressesOf(body: Buffer, part: Value | undefined, at: string): readonly MediaAddress[] {
  const type = textIn(body, member(body, part, 'type'))
  if (type === 'input_file') return fileAddress(body, part, at)
  return type !== undefined && PICTURES.has(type) ? pictureAddress(body, member(body, part, 'image_url'), at) : []
}

const PICTURES: ReadonlySet<string> = new Set(['input_image', 'computer_screenshot'])

/** A file has a member of its own for bytes. */
function fileAddress(body: Buffer, part: Value | undefined, at: string): readonly MediaAddress[] {
  const url = member(body, part, 'file_url')
  const text = textIn(body, url)
  if (url === undefined || text === undefined || text.startsWith('data:')) return []
  const around = (mimeType: string) => [`"file_data":"data:${mimeType};base64,`, '"'] as const
  return [{ at, url: text, kind: 'document', start: url.at, end: url.end, around }]
}
