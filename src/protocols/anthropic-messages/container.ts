import type { RequestFields } from '../request-fields.ts'
import type { Edit } from '../splice.ts'
import { parseObject } from '../usage-figures.ts'

/** What a request says of a container: the id of one that there is, and its own words with the id that another name stands for. */
export type AskedContainer = { readonly id: string | undefined; readonly editWith: (idOf: (id: string) => string) => Edit }

/**
 * The container that a request names by its id, or asks for; undefined where it says nothing of one. An object is written anew, so that of
 * two members of one name no other is read than was looked at.
 * Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/code-execution-tool#container-reuse (2026-11-29).
 */
export function askedContainer(body: Buffer, fields: RequestFields): AskedContainer | undefined {
  const span = fields.givenSpan('container')
  if (span === undefined) return undefined
  const written = (value: unknown): Edit => ({ ...span, bytes: Buffer.from(JSON.stringify(value)) })
  const value = body.subarray(span.start, span.end)
  const object = parseObject(value)
  if (object === undefined) {
    const name = nameIn(parseObject(Buffer.concat([BEFORE, value, AFTER]))?.['id'])
    return { id: name, editWith: (idOf) => written(idOf(name)) }
  }
  const { id, ...others } = object
  if (id === undefined || id === null) return { id: undefined, editWith: () => written(others) }
  const name = nameIn(id)
  return { id: name, editWith: (idOf) => written({ ...others, id: idOf(name) }) }
}

/** What is no text is the name of no container. */
const nameIn = (id: unknown): string => (typeof id === 'string' ? id : '')

const BEFORE = Buffer.from('{"id":')
const AFTER = Buffer.from('}')
