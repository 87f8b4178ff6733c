import type { ControlMessage, GatewayMessage } from '../channel/index.ts'
import { errorCode, type Log } from '../lib/index.ts'
import { PAY_STATUSES, type PayStatus } from '../spec/index.ts'
import type { KeyDirectory } from './key-directory.ts'
import type { Till } from './open-x402.ts'

/** What payments of calls without a key are answered by; `till` undefined: none are sold. */
export type PaymentAnswering = {
  readonly till: Till | undefined
  readonly keys: Pick<KeyDirectory, 'findById'>
  readonly log: Log
}

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Has a payment taken and says who may call for it. What fails here leaves the money with its wallet, or on the account of the wallet. */
export async function answerPayment(
  message: GatewayMessage<'pay'>,
  { till, keys, log }: PaymentAnswering,
): Promise<ControlMessage<'paid'>> {
  const { seq } = message
  const refused = (status: PayStatus): ControlMessage<'paid'> => ({
    ...{ seq, status: PAY_STATUSES.indexOf(status), keyId: NOBODY, accountId: NOBODY, multiplier: 0, transaction: Buffer.alloc(32) },
  })
  if (till === undefined) return refused('unavailable')
  try {
    const answer = await till.pay(message)
    if (answer.status !== 'ok') return refused(answer.status)
    const key = await keys.findById(answer.keyId)
    if (key === undefined || key.accountStatus !== 'active') return refused('suspended')
    const { keyId, accountId, multiplier } = key
    const transaction = Buffer.from(answer.txHash.slice(2), 'hex')
    return { seq, status: PAY_STATUSES.indexOf('ok'), keyId, accountId, multiplier, transaction }
  } catch (thrown) {
    log({ event: 'payment-failed', source: 'x402', code: errorCode(thrown) })
    return refused('unsettled')
  }
}
