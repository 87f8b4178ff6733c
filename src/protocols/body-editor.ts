import { OPEN_BRACE } from './json-bytes.ts'
import { removal } from './member-edits.ts'
import { isEmptyContainer, scanRequest } from './request-fields.ts'
import { type ScanPlan, scanPlan } from './scan-plan.ts'
import { insertion, splice } from './splice.ts'

/** Gives a request's body without some members, and with those of `added` (their JSON by name) that it has not; all else is unchanged. */
export type BodyEditor = (body: Buffer, added: Readonly<Record<string, string>>) => Buffer

/** An editor for an upstream that has something of a body elsewhere, as the model in the path. `adds`: all names that are ever added. */
export function bodyEditor({ without, adds }: { readonly without: readonly string[]; readonly adds: readonly string[] }): BodyEditor {
  const removed = without.map((name) => ({ name, plan: scanPlan({ fields: [name] }) }))
  const plan = scanPlan({ fields: adds })
  return (body, added) => {
    // One after the other, as two that stand side by side share a comma.
    const bare = removed.reduce(withoutMember, body)
    const fields = scanRequest(bare, plan)
    const missing = Object.entries(added).filter(([name]) => fields.spanOf(name) === undefined)
    if (missing.length === 0) return bare
    const members = missing.map(([name, json]) => `"${name}":${json}`).join()
    const start = bare.indexOf(OPEN_BRACE)
    return Buffer.concat(splice(bare, [insertion(start + 1, isEmptyContainer(bare, start) ? members : `${members},`)]))
  }
}

function withoutMember(body: Buffer, { name, plan }: { readonly name: string; readonly plan: ScanPlan }): Buffer {
  const span = scanRequest(body, plan).spanOf(name)
  return span === undefined ? body : Buffer.concat(splice(body, [removal(body, span)]))
}
