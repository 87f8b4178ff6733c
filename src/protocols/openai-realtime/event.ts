import { readJson } from '../../lib/index.ts'
import { objectAt, type UsageObject } from '../usage-figures.ts'

/** An event of either side as an object, and its type. */
export type RealtimeEvent = { readonly type: string; readonly fields: UsageObject }

/** The event that a message spells; undefined when it is no JSON object with a type. */
export function readEvent(message: Buffer): RealtimeEvent | undefined {
  try {
    const fields = objectAt(readJson(message.toString()))
    const type = fields?.['type']
    return fields === undefined || typeof type !== 'string' ? undefined : { type, fields }
  } catch {
    return undefined
  }
}

/** What lies under some names, one within the other; undefined where one of them is absent. */
export const valueAt = (fields: UsageObject, ...names: readonly string[]): unknown =>
  names.reduce<unknown>((value, name) => objectAt(value)?.[name], fields)

/** The text under some names; undefined where there is none. */
export function textAt(fields: UsageObject, ...names: readonly string[]): string | undefined {
  const value = valueAt(fields, ...names)
  return typeof value === 'string' ? value : undefined
}
