import type { failure } from '../failures.ts'
import { isWellFormedKey } from '../spec/index.ts'
import type { CallRequest } from './call-request.ts'
import type { Gateway } from './gateway.ts'
import { callerOfDigest, digestOfKey, readKey, refuseElsewhere } from './identify.ts'
import { failureOf } from './respond.ts'

/** What control answers by a key is not answered where the key may not be used: control is told no address. What else is wrong with a key is control's to say. */
const TOLD_HERE: ReadonlySet<string> = new Set(['key_address_refused', 'unavailable'])

/** Why a key that is shown for something of control's under /v1 is refused where it comes from; undefined when it is not. */
export async function keyElsewhere(gateway: Gateway, request: CallRequest, path: string): Promise<ReturnType<typeof failure> | undefined> {
  const key = path.startsWith('/v1/') ? (readKey(request) ?? '') : ''
  if (!isWellFormedKey(key)) return undefined
  try {
    refuseElsewhere(gateway, request, await callerOfDigest(gateway, digestOfKey(gateway, key)))
    return undefined
  } catch (thrown) {
    const refused = failureOf(thrown)
    return TOLD_HERE.has(refused.code) ? refused : undefined
  }
}
