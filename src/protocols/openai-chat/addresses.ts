import { elements, member, rootOf, textIn } from '../json-walk.ts'
import { pictureAddress } from '../openai-family/index.ts'
import type { MediaAddress } from '../protocol.ts'

/** Addresses of pictures in messages; files and sound have none here. Source: https://platform.openai.com/docs/api-reference/chat/create (2026-11-26). */
export function addresses(body: Buffer): readonly MediaAddress[] {
  const found: MediaAddress[] = []
  let message = 0
  for (const one of elements(body, member(body, rootOf(body), 'messages'))) {
    let index = 0
    for (const part of elements(body, member(body, one, 'content'))) {
      if (textIn(body, member(body, part, 'type')) === 'image_url') {
        const url = member(body, member(body, part, 'image_url'), 'url')
        found.push(...pictureAddress(body, url, `messages[${message}].content[${index}]`))
      }
      index += 1
    }
    message += 1
  }
  return found
}
