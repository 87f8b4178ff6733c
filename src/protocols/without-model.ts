import { OPEN_BRACE } from './json-bytes.ts'
import { removal } from './member-edits.ts'
import { isEmptyContainer, scanRequest } from './request-fields.ts'
import { scanPlan } from './scan-plan.ts'
import { insertion, splice } from './splice.ts'

const PLAN = scanPlan({ fields: ['model', 'anthropic_version'] })

/** A request's body for an upstream that has the model in its path: without it, and with `member`, unless that is there already. */
export function withoutModel(body: Buffer, member: string): Buffer {
  const fields = scanRequest(body, PLAN)
  const model = fields.spanOf('model')
  const bare = model === undefined ? body : Buffer.concat(splice(body, [removal(body, model)]))
  if (fields.givenSpan('anthropic_version') !== undefined) return bare
  const start = bare.indexOf(OPEN_BRACE)
  return Buffer.concat(splice(bare, [insertion(start + 1, isEmptyContainer(bare, start) ? member : `${member},`)]))
}
