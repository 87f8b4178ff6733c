import type { CountSurface } from '../protocols/index.ts'
import type { Gateway } from './gateway.ts'
import { identify } from './identify.ts'
import type { Exchange } from './open-call.ts'
import { readBody } from './read-body.ts'
import { answerHeaders, failureOf, respondFailure } from './respond.ts'
import { calledModel } from './route.ts'

/**
 * Answers how many tokens a request's prompt has, by our own count: nothing is sent on, held or charged, and a header says that the
 * figure is an estimate. Failures are those of the steps of a call up to the choice of its model.
 */
export async function countTokens(gateway: Gateway, exchange: Exchange, surface: CountSurface): Promise<void> {
  const { request, response } = exchange
  try {
    const caller = await identify(gateway, request)
    const call = surface.protocol.decode(await readBody(request, gateway.settings.bodyBytesMax), exchange.address)
    calledModel(gateway, call.model, caller)
    const body = Buffer.from(JSON.stringify(surface.present(call.countInput())))
    response.writeHead(200, {
      ...answerHeaders(exchange),
      'content-type': 'application/json',
      'content-length': body.length,
      'x-farebox-estimate': 'input_tokens',
    })
    response.end(body)
  } catch (thrown) {
    respondFailure(exchange, failureOf(thrown), gateway.clock.now())
  } finally {
    request.resume()
  }
}
