import type { Gateway } from './gateway.ts'
import type { OpenCall } from './open-call.ts'
import { answerHeaders, endWith } from './respond.ts'

/** Answers what no upstream of the model can, by our own count, and says that it is an estimate; nothing is charged. */
export function answerEstimate(gateway: Gateway, open: OpenCall): void {
  const { exchange, call } = open
  const { protocol, response } = exchange
  const body = protocol.estimate?.(call) ?? Buffer.from('{}')
  open.settle('voided', 200)
  response.writeHead(200, {
    ...answerHeaders(exchange, protocol.limitHeaders(exchange.limits, gateway.clock.now())),
    'content-type': 'application/json',
    'content-length': body.length,
    'x-farebox-estimate': '1',
  })
  endWith(response, body)
}
