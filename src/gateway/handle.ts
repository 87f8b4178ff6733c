import { FailureError } from '../failures.ts'
import type { Outcome } from '../spec/index.ts'
import { forward } from './forward.ts'
import type { Gateway } from './gateway.ts'
import { hold } from './hold.ts'
import { identify } from './identify.ts'
import { ClientGone, type Exchange, OpenCall } from './open-call.ts'
import { readBody } from './read-body.ts'
import { relay } from './relay.ts'
import { failureOf, respondFailure } from './respond.ts'
import { route } from './route.ts'
import { readCallRules } from './routing/index.ts'

/** A call from its head to its settlement. Whatever happens, what was held is settled exactly once, and nothing of the content stays. */
export async function handleCall(gateway: Gateway, exchange: Exchange): Promise<void> {
  try {
    const { protocol, address, request, response, requestId, ipTag } = exchange
    const caller = await identify(gateway, request)
    const body = await readBody(request, gateway.settings.bodyBytesMax)
    const call = protocol.decode(body, address)
    const isStrict = request.headers['x-farebox-strict'] === '1'
    const plan = route(gateway, { call, body, protocol, address, caller, isStrict, ...readCallRules(request.headers) })
    const setLimits = (limits: Exchange['limits']): void => {
      exchange.limits = limits
    }
    const held = await hold(gateway, { caller, plan, requestId, ipTag, response, setLimits })
    await serve(gateway, new OpenCall(gateway, { exchange, call, plan, held }))
  } catch (thrown) {
    if (!(thrown instanceof ClientGone)) respondFailure(exchange, failureOf(thrown), gateway.clock.now())
  } finally {
    // What the client still sends of a refused request is read away, so that the connection can carry the next one.
    exchange.request.resume()
  }
}

async function serve(gateway: Gateway, open: OpenCall): Promise<void> {
  const { response } = open.exchange
  const onClose = (): void => open.abort()
  response.once('close', onClose)
  try {
    const reply = await forward(gateway, open)
    await relay(gateway, open, reply)
  } catch (thrown) {
    open.settle(outcomeOf(open, thrown), thrown instanceof FailureError ? thrown.failure.status : 499)
    throw thrown
  } finally {
    response.removeListener('close', onClose)
  }
}

function outcomeOf(open: OpenCall, thrown: unknown): Outcome {
  if (thrown instanceof ClientGone) return open.leg === undefined ? 'voided' : 'client-aborted'
  if (!(thrown instanceof FailureError)) return 'upstream-failed'
  return thrown.failure.code === 'upstream_timeout' ? 'timed-out' : 'upstream-failed'
}
