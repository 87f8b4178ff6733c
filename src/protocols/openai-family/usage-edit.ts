import { OPEN_BRACE } from '../json-bytes.ts'
import { isEmptyContainer, type RequestFields, scanRequest } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { type Edit, insertion } from '../splice.ts'

const OPTIONS = scanPlan({ fields: ['include_usage'] })
const ASKING = '"include_usage":true'
const ADDED = Buffer.from(`"stream_options":{${ASKING}},`)

/** What makes a stream of chat or of a completion tell its usage; undefined when the customer asked for that himself. */
export function usageEdit(body: Buffer, fields: RequestFields): Edit | undefined {
  const given = fields.spanOf('stream_options')
  if (given === undefined) {
    const start = body.indexOf(OPEN_BRACE) + 1
    return { start, end: start, bytes: ADDED }
  }
  const object = fields.object('stream_options')
  if (object === undefined) return { ...given, bytes: Buffer.from(`{${ASKING}}`) }
  const options = body.subarray(object.start, object.end)
  const inner = scanRequest(options, OPTIONS)
  const asked = inner.spanOf('include_usage')
  if (asked === undefined) return insertion(object.start + 1, isEmptyContainer(options, 0) ? ASKING : `${ASKING},`)
  if (inner.flag('include_usage') === true) return undefined
  return { start: object.start + asked.start, end: object.start + asked.end, bytes: Buffer.from('true') }
}
