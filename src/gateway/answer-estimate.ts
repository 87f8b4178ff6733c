import { ClientGone } from './client-gone.ts'
import type { Gateway } from './gateway.ts'
import type { OpenCall } from './open-call.ts'
import { answerWhole, callLines, jsonLines } from './respond.ts'

/** Answers a call by our own estimate, as no upstream of its model can; it costs nothing and says what it is. */
export function answerEstimate(gateway: Gateway, open: OpenCall, body: Buffer): void {
  if (open.isClientGone) throw new ClientGone()
  const { response, protocol, limits } = open.exchange
  open.settle('completed', 200)
  const limited = protocol.limitHeaders(limits, gateway.clock.now)
  const lines = `${callLines(open.exchange)}${limited}${jsonLines(body)}x-farebox-estimate: tokens\r\n`
  answerWhole(response, { status: 200, lines, body })
}
